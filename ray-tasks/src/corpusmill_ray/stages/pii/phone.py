"""Telephone numbers: international, North American and national spellings.

A number is taken by its shape alone where nothing else is written so, and otherwise only after a word
that announces one. Dates, prices, article numbers and long identifiers are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpusmill_ray.stages.pii.span import EntityType, Span

MIN_DIGITS = 7
MAX_DIGITS = 15
"""ITU-T E.164."""
CONTEXT_CHARS = 40
MAX_RUN_CHARS = 40

# One run of digits and separators; possessive, so that a place is left at once where it does not end well.
_RUN = re.compile(
    r"(?<![\w@#$€£¥+.,/:=&?%-])(?<![$€£¥#] )(?<!\d[ )])"
    r"(?:\+|\(\+?)?\d(?:[ .()/‑–-]{0,2}\d){6,18}+"
    r"(?!\w|[.,/:-]\d|[ ]?[%€$£]|-\w|[@=])",
    re.ASCII,
)
_EXTENSION = re.compile(r" ?(?:x|ext\.? ?|extension )\d{1,6}(?!\w)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[ .()/‑–-]+")
_ANNOUNCED = re.compile(
    r"(?i)(?:\b(?:phones?|telephones?|tele|tel|call|calls|called|calling|dial|ring|text|texted|mobiles?|mob|cell"
    r"|cellphones?|cellular|fax|faxes|sms|whatsapp|hotline|helpline|landline|contact|toll[ -]free|reach"
    r"|telefon|telefono|teléfono|teléfonos|telefone|téléphone|téléphoner|móvil|movil|celular|cellulare|portable"
    r"|rufnummer|handy|mobil|fon|appelez|llame|llamar|llámenos|chiamare|ligue|numero|número|numéro|telefoon|gsm"
    r"|puhelin|puh|telefonnummer|tlf|тел|телефон)\b|电话|電話|手机|전화|☎|📞|\bnumber (?:is|was)\b"
    r"|\b(?:my|his|her|their|our|your|whose) number\b)"
)
_NOT_PHONE = re.compile(
    r"(?i)\b(?:isbn|issn|doi|ean|upc|sku|asin|pmid|arxiv|rfc|order|invoice|account|acct|iban|card|serial|id|ids"
    r"|ref|reference|tracking|lot|model|patent|license|licence|vat|ein|tin|ssn|passport|zip|pin|case)"
    r"(?: (?:no|number|nr|id))?[ .:#-]{0,3}\Z"
)
_DATE_OR_TIME = re.compile(
    r"(?:1[5-9]|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:(?:1[5-9]|20)\d\d)(?!\d)"
    r"|(?:1[5-9]|20)\d\d ?[-–/ ] ?(?:1[5-9]|20)\d\d(?!\d)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:([. ])\d{3})(?:\1\d{3})+")
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
    digits: str
    before: str

    @property
    def is_announced(self) -> bool:
        return _ANNOUNCED.search(self.before) is not None

    @property
    def is_ruled_out(self) -> bool:
        shapes = (_DATE_OR_TIME, _THOUSANDS, _IP_LIKE, _SSN_LIKE, _ISBN_LIKE)
        return (
            any(shape.fullmatch(self.text) for shape in shapes) or _NOT_PHONE.search(self.before) is not None
        )


def find_phones(text: str) -> Iterator[Span]:
    """Find telephone numbers, extensions included."""
    for match in _RUN.finditer(text):
        start, end = match.span()
        if text[start] == "(" and ")" not in match.group():
            start += 1
        before = text[max(0, start - CONTEXT_CHARS) : start]
        written = text[start:end]
        candidate = _Candidate(written, _SEPARATORS.sub("", written).lstrip("+"), before)
        if _is_phone(candidate):
            extension = _EXTENSION.match(text, end)
            end = end if extension is None else extension.end()
            yield Span(EntityType.PHONE, start, end, _normal(text[start:end]))


def _is_phone(candidate: _Candidate) -> bool:
    digits = len(candidate.digits)
    if not MIN_DIGITS <= digits <= MAX_DIGITS or candidate.is_ruled_out:
        return False
    return _has_phone_shape(candidate.text, digits) or candidate.is_announced


def _has_phone_shape(written: str, digits: int) -> bool:
    if _INTERNATIONAL.fullmatch(written):
        return digits >= _MIN_INTERNATIONAL_DIGITS
    if _TRUNK.fullmatch(written):
        return digits in _TRUNK_DIGITS
    return any(shape.fullmatch(written) for shape in (_PARENTHESISED, _NORTH_AMERICAN))


def _normal(written: str) -> str:
    return "".join(filter(str.isdigit, written))
