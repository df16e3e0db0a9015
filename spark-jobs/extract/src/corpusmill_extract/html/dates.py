"""When a page says it was published: dates as people write them, and where on a page they stand."""

import re
from collections.abc import Iterator
from datetime import date

from corpusmill_extract.html.blocks import PageBlocks
from corpusmill_extract.html.json_ld import JsonLd
from corpusmill_extract.html.mentions import DATES, Mention

_META = (
    *("article:published_time", "datepublished", "og:published_time", "article:published", "og:article:published_time"),
    *(
        "parsely-pub-date",
        "sailthru.date",
        "article.published",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
    ),
    *("citation_publication_date", "citation_date", "date", "dc.date", "dc:date", "dc.date.issued", "dc.date.created"),
    *("dcterms.created", "dcterms.issued", "dcterms.date", "date.created", "cxenseparse:recs:publishtime"),
    *(
        "bt:pubdate",
        "rnews:datepublished",
        "datecreated",
        "published-date",
        "published",
        "published_time",
        "release_date",
    ),
)
_MONTHS = (
    "january jan januar jänner janvier enero ene gennaio gen janeiro januari",
    "february feb februar février fév fevrier febrero febbraio fevereiro fev februari",
    "march mar märz maerz mrz mär mars marzo março maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro",
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "(" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"((?:19|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.,:/-])(0?[1-9]|[12]\d|3[01])"
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_CJK = re.compile(r"((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(
    rf"{_DAY}(?:\.|st|nd|rd|th|er|º)?\s*(?:of\s+|de\s+|-|/)?{_MONTH}\s*,?(?:\s*de\s+|-|/|\s*){_YEAR}", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s*(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\s*,?\s+{_YEAR}", re.IGNORECASE)
_NUMBERS = re.compile(rf"(?<![\d.,:/-])(\d{{1,2}})([./-])\s?(\d{{1,2}})\2\s?{_YEAR}")
# As people write it in German and its neighbours; a version's number seldom has two digits three times.
_SHORT_YEAR = re.compile(r"(?<![\d.,:/-])(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.([0-6]\d)(?![\d.])")
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "last-modified")
_MAYBE = re.compile(r"(?:19|20)\d\d|\d\.\d\d\.\d")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/-]|$)")
_MONTHS_IN_YEAR = 12
_MAX_CHARS, _MAX_LINE = 200, 120
_BEFORE, _AFTER = 4, 12
_MAX_ALONE = 40


def find_date(page: PageBlocks, json_ld: JsonLd, heading: int, url: str | None) -> str | None:
    """Return the date as YYYY-MM-DD; `heading` is the number of the page's heading among its blocks."""
    return next((found for found in _candidates(page, json_ld, heading, url) if found), None)


def parse_date(text: str, *, month_first: bool | None = None) -> str | None:
    """Return the first date of a text as YYYY-MM-DD, or None.

    Of two numbers with a point between, the first is the day; with another mark, where either could be the month,
    `month_first` decides, and where that is None, such a date is none.
    """
    text = text[:_MAX_CHARS]
    if not _MAYBE.search(text):
        return None
    if match := _ISO.search(text) or _CJK.search(text) or _COMPACT.search(text):
        return _date(match.group(1), match.groups()[-2], match.groups()[-1])
    if match := _DAY_FIRST.search(text):
        return _date(match.group(3), match.group(2), match.group(1))
    if match := _MONTH_FIRST.search(text):
        return _date(match.group(3), match.group(1), match.group(2))
    return _from_numbers(text, month_first=month_first)


def _from_numbers(text: str, *, month_first: bool | None) -> str | None:
    if match := _NUMBERS.search(text):
        first, mark, second, year = match.groups()
        is_either = mark != "." and first != second and max(int(first), int(second)) <= _MONTHS_IN_YEAR
        if is_either and month_first is None:
            return None
        is_month = int(second) > _MONTHS_IN_YEAR or (is_either and month_first)
        return _date(year, first, second) if is_month else _date(year, second, first)
    match = _SHORT_YEAR.search(text)
    return _date(f"20{match.group(3)}", match.group(2), match.group(1)) if match else None


def _candidates(page: PageBlocks, json_ld: JsonLd, heading: int, url: str | None) -> Iterator[str | None]:
    month_first = _is_month_first(page.language.lower().replace("_", "-"))
    yield from (_parsed(page.meta.get(name)) for name in _META)
    for name in ("datePublished", "dateCreated", "uploadDate"):
        yield from (_parsed(value) for value in json_ld.values(name))
    yield from (_in_url(address) for address in (url, page.canonical, page.meta.get("og:url")))
    found = [one for one in page.mentions if one.kind in DATES]
    near = [one for one in found if one.block >= heading - _BEFORE]
    for kind, some in ((Mention.PUBLISHED, found), (Mention.DATE, near)):
        for one in some:
            if one.kind == kind:
                yield parse_date(one.value or "") or parse_date(one.text, month_first=month_first)
    for text in page.texts[max(0, heading - _BEFORE) : heading + _AFTER]:
        yield parse_date(text if len(text) <= _MAX_LINE else text[:_MAX_ALONE], month_first=month_first)
    yield from (parse_date(one.value or one.text, month_first=month_first) for one in found)
    yield from (_parsed(page.meta.get(name)) for name in _MODIFIED)
    yield parse_date(page.title, month_first=month_first)
    for text in page.texts[heading:]:
        if len(text) <= _MAX_ALONE:
            yield parse_date(text, month_first=month_first)


def _is_month_first(language: str) -> bool | None:
    """Whether a language writes the month first; None where it says too little: half of all English is American."""
    return None if language in {"", "en"} else language == "en-us"


def _parsed(value: object) -> str | None:
    return parse_date(value) if isinstance(value, str) else None


def _in_url(url: str | None) -> str | None:
    match = _URL_DATE.search(url or "")
    return _date(*match.groups()) if match else None


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), _MONTH_NUMBERS.get(month.lower()) or int(month), int(day)).isoformat()
    except ValueError:
        return None
