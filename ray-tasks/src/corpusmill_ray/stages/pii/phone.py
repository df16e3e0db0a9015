"""Telephone numbers: international, North American and national spellings.

A number is taken by its shape alone where nothing else is written so, and otherwise only after a word
that announces one. Dates, prices, article numbers and long identifiers are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpusmill_ray.stages.pii.span import EntityType, Span

MIN_DIGITS = 7
MIN_ANNOUNCED_DIGITS = 6
MAX_DIGITS = 15
"""ITU-T E.164."""
CONTEXT_CHARS = 40
PLAIN_CONTEXT_CHARS = 20
"""A number without any separator must stand near the word that announces it."""

_EXTENSION_TEXT = r" ?(?:x|ext\.? ?|extension )\d{1,6}(?!\w)"
_LABEL_TEXT = r"[ ,:()-]{1,3}(?:office|fax|mobile|mob|cell|home|work|phone|tel|direct|landline)(?!\w)"

# One run of digits and separators; possessive, so that a place is left at once where it does not end well.
_RUN = re.compile(
    r"(?<![\w@#$€£¥+./:=&?%-])(?<!\d,)(?<![$€£¥#] )(?<!\d[ )])"
    r"(?:\+|\(\+?)?\d(?:[ .()/‑–-]{0,2}\d){5,18}+"
    rf"(?:(?={_EXTENSION_TEXT}|{_LABEL_TEXT})|(?!\w|[.,/:-]\d|[ ]?[%€$£]|-\w|[@=]))",
    re.ASCII | re.IGNORECASE,
)
_EXTENSION = re.compile(_EXTENSION_TEXT, re.ASCII | re.IGNORECASE)
_LABEL = re.compile(rf"(?:{_EXTENSION_TEXT})?{_LABEL_TEXT}", re.ASCII | re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"(?i)(?:\b(?:phones?|telephones?|tele|tel|call|calls|called|calling|dial|ring|text|texted|mobiles?|mob|cell"
    r"|cellphones?|cellular|fax|faxes|sms|whatsapp|hotline|helpline|landline|contact|toll[ -]free|reach"
    r"|telefon|telefono|teléfono|teléfonos|telefone|téléphone|téléphoner|móvil|movil|celular|cellulare|portable"
    r"|rufnummer|handy|mobil|fon|appelez|llame|llamar|llámenos|chiamare|ligue|numero|número|numéro|telefoon|gsm"
    r"|puhelin|puh|telefonnummer|tlf|тел|телефон)\b|电话|電話|手机|전화|☎|📞|\banswer(?:s|ing)? at\b"
    r"|\b(?:my|his|her|their|our|your|whose) number\b)"
)
_NOT_PHONE = re.compile(
    r"(?i)\b(?:isbn|issn|doi|ean|upc|sku|asin|pmid|arxiv|rfc|order|invoice|account|acct|iban|card|serial|id|ids"
    r"|ref|reference|tracking|lot|model|patent|license|licence|vat|ein|tin|ssn|passport|zip|pin|case)"
    r"(?: (?:no|number|nr|id))?(?: is| was)?[ .:#-]{0,3}\Z"
)
_YEAR, _MONTH, _DAY = r"(?:1[5-9]|20)\d\d", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(rf"(?<!\d)(?:{_YEAR}[-./ ]{_MONTH}[-./ ]{_DAY}|{_DAY}[-./ ]{_DAY}[-./ ]{_YEAR})(?!\d)")
_SHORT_DATE_OR_YEARS = re.compile(rf"{_DAY}([./]){_DAY}\1\d\d|{_YEAR} ?[-–/ ] ?{_YEAR}")
_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+ 000")
_SIX_DIGITS = re.compile(r"\d\d([ .-])\d\d\1\d\d|\d{3}[ -]?\d{3}")
_IP_LIKE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_SSN_LIKE = re.compile(r"\d{3}([- ])\d{2}\1\d{4}")
_ISBN_LIKE = re.compile(r"97[89][- ]?(?:\d[- ]?){9}[\dXx]|\d{1,5}-\d{1,7}-\d{1,6}-[\dXx]")
_PARENTHESISED = re.compile(
    r"(?:\+?\d{1,3}[ .-]?)?\((?:\+?\d{1,3}|0\d{1,4}|\d{2,4})\)[ .-]?\d{2,4}(?:[ .-]?\d{2,4}){1,3}"
)
_NORTH_AMERICAN = re.compile(r"(?:(?:\+?1|001)([-. ]))?(?:\d{3}([-.])\d{3}\2\d{4}|[2-9]\d\d \d{3}[ -]\d{4})")
_TRUNK = re.compile(
    r"0[1-9]\d{0,3}(?:[ .-]|/)\d{2,4}(?:[ .-]?\d{2,4}){1,4}|0[1-9](?:([ .-])\d\d){4}|0[1-9]\d?-\d{7,8}"
)
_TRUNK_DIGITS = range(9, 13)

_MIN_INTERNATIONAL_DIGITS = 8
_INTERNATIONAL = re.compile(r"\(?\+ ?[1-9][\d .()/‑–-]*|00[1-9]\d{0,2}[ .()/-][\d .()/‑–-]+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    digits: int
    before: str
    is_labelled: bool

    @property
    def is_announced(self) -> bool:
        before = self.before[-PLAIN_CONTEXT_CHARS:] if self.text.isdigit() else self.before
        return self.is_labelled or _ANNOUNCED.search(before) is not None

    @property
    def is_ruled_out(self) -> bool:
        shapes = (_SHORT_DATE_OR_YEARS, _THOUSANDS, _IP_LIKE, _SSN_LIKE, _ISBN_LIKE)
        is_other = _DATE.search(self.text) or any(shape.fullmatch(self.text) for shape in shapes)
        return bool(is_other) or _NOT_PHONE.search(self.before) is not None


def find_phones(text: str) -> Iterator[Span]:
    """Find telephone numbers, extensions included."""
    for match in _RUN.finditer(text):
        start, end = match.span()
        if text[start] == "(" and ")" not in match.group():
            start += 1
        if _is_phone(_candidate(text, start, end)):
            extension = _EXTENSION.match(text, end)
            end = end if extension is None else extension.end()
            yield Span(EntityType.PHONE, start, end, "".join(filter(str.isdigit, text[start:end])))


def _candidate(text: str, start: int, end: int) -> _Candidate:
    written = text[start:end]
    before = text[max(0, start - CONTEXT_CHARS) : start]
    return _Candidate(written, sum(map(str.isdigit, written)), before, _LABEL.match(text, end) is not None)


def _is_phone(candidate: _Candidate) -> bool:
    if not MIN_ANNOUNCED_DIGITS <= candidate.digits <= MAX_DIGITS or candidate.is_ruled_out:
        return False
    if candidate.digits < MIN_DIGITS:
        return candidate.is_announced and _SIX_DIGITS.fullmatch(candidate.text) is not None
    return _has_phone_shape(candidate.text, candidate.digits) or candidate.is_announced


def _has_phone_shape(written: str, digits: int) -> bool:
    if _INTERNATIONAL.fullmatch(written):
        return digits >= _MIN_INTERNATIONAL_DIGITS
    if _TRUNK.fullmatch(written):
        return digits in _TRUNK_DIGITS
    return any(shape.fullmatch(written) for shape in (_PARENTHESISED, _NORTH_AMERICAN))
