"""Writes the tables of spaCy's English tokenizer, which `words: spacy-en` works with, as JSON on standard output.

    .tools/bench-venv/filter/bin/python scripts/bench/peers/export_spacy_english.py \
        > spark-jobs/core/src/main/resources/dev/corpusmill/core/text/spacy-en.json

Patterns are turned into Java's notation. Chunks that they see hold no white space, so `\\S` is any character there.
"""

import json
import re
import sys

import spacy
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer


def as_java(pattern: str) -> str:
    """Return the pattern in Java's notation, with Python's meaning of its classes."""
    pattern = re.sub(r"\\U([0-9A-Fa-f]{8})", lambda match: rf"\x{{{int(match[1], 16):X}}}", pattern)
    pattern = pattern.removeprefix("(?u)").replace(r"[\w\+\-\.]", r"[\p{L}\p{N}_+\-.]")
    return pattern.replace(r"\S", r"[\x00-\x{10FFFF}]").replace(r"\d", r"\p{Nd}")


def main() -> None:
    """Write patterns, special cases, and the tokens that those with affixes are found by."""
    nlp = spacy.blank("en")
    tokenizer = nlp.tokenizer
    plain = Tokenizer(
        nlp.vocab,
        prefix_search=tokenizer.prefix_search,
        suffix_search=tokenizer.suffix_search,
        infix_finditer=tokenizer.infix_finditer,
        url_match=tokenizer.url_match,
    )

    def has_affix(text: str) -> bool:
        searches = (tokenizer.prefix_search, tokenizer.suffix_search)
        return any(search(text) for search in searches) or any(tokenizer.infix_finditer(text)) or " " in text

    rules = {text: [token[ORTH] for token in tokens] for text, tokens in sorted(tokenizer.rules.items())}
    tables = {
        "about": f"Tables of the English tokenizer of spaCy {spacy.__version__} (MIT licence, explosion.ai)",
        "prefix": as_java(tokenizer.prefix_search.__self__.pattern),
        "suffix": as_java(tokenizer.suffix_search.__self__.pattern),
        "infix": as_java(tokenizer.infix_finditer.__self__.pattern),
        "url": as_java(tokenizer.url_match.__self__.pattern),
        "specials": rules,
        "phrases": [[token.text for token in plain(text)] for text in rules if has_affix(text)],
    }
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in tables.items())
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
