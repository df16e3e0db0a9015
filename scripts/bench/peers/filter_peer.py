"""datatrove's filters: their speed, and their decisions.

`speed INPUT FAMILIES` with spaCy's words as datatrove does it; `speed INPUT FAMILIES SPLITTER…` with words that the
splitter's process gave before the clock ran; `decisions INPUT OUTPUT LISTS [SPLITTER…]` writes one JSON line a text: for
each family the reason (null where it stays) and, for C4, the MD5 of the text that is left; without a splitter by spaCy,
and then with the MD5 of all words. LISTS is a folder with the lists of bad words and of addresses, which stand in for
those that datatrove downloads.
"""

import hashlib
import json
import subprocess
import sys
import warnings
from pathlib import Path

import spacy
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4BadWordsFilter,
    C4ParagraphFilter,
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
    URLFilter,
    c4_filters,
)
from datatrove.utils.text import split_into_words
from datatrove.utils.word_tokenizers import WordTokenizer
from measured import documents, report, texts
from spacy.tokens import Doc
from tldextract import TLDExtract

NAMES = {"< 3 paragraphs": "c4_few_paragraphs"}
FAMILIES = {
    "gopher-quality": GopherQualityFilter,
    "gopher-repetition": GopherRepetitionFilter,
    "c4": C4QualityFilter,
    "fineweb": FineWebQualityFilter,
}


class OurWords(WordTokenizer):
    """Our word split behind datatrove's interface: a process that answers a JSON text a line with its JSON words."""

    def __init__(self, command: list[str]) -> None:
        """Start the splitter."""
        super().__init__("en")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self.known: dict[str, list[str]] = {}
        self.sentencizer = spacy.blank("en").add_pipe("sentencizer")
        self.vocab = spacy.blank("en").vocab

    def word_tokenize(self, text: str) -> list[str]:
        """Return the words of a text, asked for once."""
        if text not in self.known:
            self.process.stdin.write(json.dumps(text).encode() + b"\n")
            self.process.stdin.flush()
            self.known[text] = json.loads(self.process.stdout.readline())
        return self.known[text]

    def sent_tokenize(self, text: str) -> list[str]:
        """Sentences by spaCy's own sentencizer over our words."""
        return [text[start:end] for start, end in self.span_tokenize(text)]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """Where they begin and end."""
        document = Doc(self.vocab, words=self.word_tokenize(text))
        spans, position = [], 0
        for sentence in self.sentencizer(document).sents:
            start = position
            for token in sentence:
                position = text.index(token.text, position) + len(token.text)
            spans.append((start, position))
        return spans


def outcome(family: object, text: str, **metadata: str) -> tuple[str | None, str]:
    """Return the reason and what is left of the text."""
    document = Document(text=text, id="", metadata=metadata)
    try:
        with warnings.catch_warnings(action="ignore"):
            verdict = family.filter(document)
    except ZeroDivisionError:
        return "empty", text
    return (verdict[1] if isinstance(verdict, tuple) else None), document.text


def digest_of(words: OurWords | str, text: str) -> str:
    """MD5 of the words, each with a line feed after it."""
    found = split_into_words(text, words)
    return hashlib.md5("".join(f"{word}\n" for word in found).encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324


def speed(path: str, names: list[str], splitter: list[str]) -> None:
    """Every family on every text, one after another, whatever the others say."""
    language = OurWords(splitter) if splitter else "en"
    families = [FAMILIES[name](language=language) for name in names]

    def work(batch: list[str]) -> None:
        for text in batch:
            for family in families:
                outcome(family, text)

    if splitter:
        work(list(texts(path)))
    else:
        work(["Hello, world. This is it."])
    report(path, lambda: work)


def address_lists(lists: Path) -> URLFilter:
    """Return datatrove's filter with our lists alone, and registered domains by the list that tldextract brings."""

    def entries(name: str) -> list[str]:
        return (lists / name).read_text(encoding="utf-8").splitlines()

    family = URLFilter(
        extra_domains=entries("domains"),
        banned_words=entries("hardWords"),
        soft_banned_words=entries("softWords"),
        banned_subwords=entries("subWords"),
        use_integrated_lists=False,
    )
    family.tldextractor = TLDExtract(suffix_list_urls=(), cache_dir=None)
    return family


def listed(bad_words: C4BadWordsFilter, addresses: URLFilter, text: str, url: str | None) -> dict[str, str | None]:
    """Return the reasons of the families with lists: of bad words between words and anywhere, and of small letters."""
    return {
        "c4-bad-words": outcome(bad_words, text)[0],
        "c4-bad-words-ja": outcome(bad_words, text, language="ja")[0],
        "urls": outcome(addresses, text, url=url.lower())[0] if url else None,
    }


def decisions(path: str, output: str, lists: Path, splitter: list[str]) -> None:
    """Write what each family says of each text on its own."""
    words = OurWords(splitter) if splitter else "en"
    c4_filters.cached_asset_path_or_download = lambda url, **_: str(lists / url.rpartition("/")[2])
    bad_words, addresses = C4BadWordsFilter(), address_lists(lists)
    families = {name: family(language=words) for name, family in FAMILIES.items()}
    families["c4-paragraph"] = C4ParagraphFilter()
    with Path(output).open("w", encoding="utf-8") as lines:
        for text, url in documents(path):
            outcomes = {name: outcome(family, text) for name, family in families.items()}
            left = hashlib.md5(outcomes["c4"][1].encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324
            reasons = {name: NAMES.get(reason, reason) for name, (reason, _) in outcomes.items()}
            reasons |= listed(bad_words, addresses, text, url)
            line = {**reasons, "c4-text": left if reasons["c4"] is None else None, "words": digest_of(words, text)}
            lines.write(json.dumps(line) + "\n")
            if splitter:
                words.known.clear()


if __name__ == "__main__":
    if sys.argv[1] == "speed":
        speed(sys.argv[2], sys.argv[3].split(","), sys.argv[4:])
    else:
        decisions(sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5:])
