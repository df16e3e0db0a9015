"""Language codes as documents carry them: ISO 639-1 where there is one, else ISO 639-3; `und` for unknown."""

UNKNOWN = "und"

# Codes of the two detectors that are older, or name a script or an edition of Wikipedia.
_CURRENT = {
    "als": "gsw",
    "in": "id",
    "iw": "he",
    "jw": "jv",
    "mo": "ro",
    "no": "nb",
    "un": UNKNOWN,
    "xx-Bugi": "bug",
    "xx-Goth": "got",
    "zh-Hant": "zh",
}
# Written Norwegian is one of two; a recipe may name both by the language.
_MACRO_LANGUAGES = {"nb": "no", "nn": "no"}


def current_code(code: str) -> str:
    """Return the ISO code for a code of cld2 or lid.176."""
    return UNKNOWN if code.startswith("xx-") and code not in _CURRENT else _CURRENT.get(code, code)


def is_wanted(lang: str, languages: tuple[str, ...]) -> bool:
    """Whether a document in `lang` is of one of the recipe's `languages`; none named means all."""
    names = {name.partition("-")[0].lower() for name in languages}
    return not languages or lang in names or _MACRO_LANGUAGES.get(lang) in names
