"""What the names of a page's elements say about their text, as bits.

Two sets: tags that mean something (`nav`, `article`), and words in `class`, `id`, `role` and `itemprop`
(`comment`, `sidebar`; names.py reads them). Which of them speaks for main text is the model's business
(training/README.md).
"""

TAG_HINTS = (
    *("article", "main", "nav", "aside", "header", "footer", "form", "table", "ul", "ol", "figure", "button"),
    *("blockquote", "pre", "p", "section", "dl", "details", "address", "center", "noscript"),
)
# The words that stand for a hint. A word may stand for several.
HINT_WORDS = {
    "comment": "comment respond disqus dsq kommentar kommentare comentario commentaire reactie",
    "reply": "reply replies",
    "sidebar": "sidebar rail secondary",
    "nav": "nav navbar navigation subnav topnav",
    "menu": "menu dropdown submenu menubar menuitem megamenu mega flyout",
    "foot": "footer foot bottom contentinfo colophon",
    "head": "header masthead topbar top",
    "crumb": "breadcrumb crumb",
    "share": "share sharing social follow",
    "related": "related recommend recommended more similar",
    "ad": "ad advert advertisement sponsor sponsored promo promotion",
    "cookie": "cookie consent gdpr privacy",
    "subscribe": "subscribe newsletter signup subscription",
    "author": "author byline bio",
    "date": "date time published timestamp",
    "meta": "meta info details",
    "tag": "tag category categories keyword taxonomy cat tagcloud",
    "content": "content",
    "article": "article articlebody",
    "post": "post blog entry",
    "story": "story",
    "main": "main primary",
    "body": "body copy",
    "text": "text txt richtext prose wysiwyg paragraph rich rte markup typography",
    "title": "title headline heading",
    "product": "product item",
    "price": "price cart",
    "review": "review rating",
    "summary": "description desc summary excerpt intro lead teaser",
    "forum": "forum thread topic message msg",
    "list": "list grid listing",
    "card": "card tile teaser",
    "widget": "widget module block",
    "popup": "modal popup overlay dialog lightbox",
    "hidden": "hidden sr hide invisible screen",
    "pager": "pagination pager paging",
    "caption": "caption credit",
    "login": "login register account user profile",
    "search": "search filter",
    "toc": "toc",
    "media": "gallery slider carousel video image photo media",
    "code": "code highlight",
    "faq": "faq accordion answer question",
    "column": "col column left right",
    "latest": "latest popular trending recent recently most",
    "legal": "copyright legal disclaimer",
    "docs": "doc documentation markdown",
    "thread": "depth odd even alt children byuser bypostauthor",  # what WordPress names comments by
    "entry": "hentry hnews node publish",
    "beside": "complementary textwidget blogroll linkcat xoxo archive side aside",
    "avatar": "avatar gravatar vcard",
    "form": "form input btn button field checkbox captcha contact",
    "quote": "quote blockquote",
    "link": "link",
    "bar": "bar toolbar banner",
    "notice": "notice error alert warning",
    "unseen": "",  # style="display:none" and the attribute `hidden`
}
TAG_BIT = {tag: 1 << index for index, tag in enumerate(TAG_HINTS)}
HINT_BIT = {hint: 1 << index for index, hint in enumerate(HINT_WORDS)}
