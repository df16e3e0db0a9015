"""The encoding of a page."""

import pytest

from corpusmill_extract.html.encoding import decode_page

GERMAN = "Größe: übermäßig schöne Straße für Jürgen"
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю"
CHINESE = "今天天气很好,我们去公园散步吧。中文网页的编码检测。"
JAPANESE = "これは日本語のページです。文字コードを調べます。"

KOREAN = "한국어 문서입니다. 인코딩을 검사합니다. "


def _page(text: str, encoding: str, declared: str | None = None) -> bytes:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}</head><body>{text}</body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "cp1252", "iso-8859-1"),
        ("“quoted” €5", "cp1252", "latin1"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (CHINESE + "㐀", "gb18030", "gb2312"),
        (JAPANESE + "①", "cp932", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        ("한국어 문서 뷁", "cp949", "euc-kr"),
        ("ภาษาไทย €", "cp874", "tis-620"),
    ],
)
def test_believes_a_declaration_by_header_or_meta(text: str, encoding: str, label: str) -> None:
    assert text in decode_page(_page(text, encoding), label)
    assert text in decode_page(_page(text, encoding, label), None)


def test_believes_the_header_before_the_meta() -> None:
    assert RUSSIAN in decode_page(_page(RUSSIAN, "cp1251", "iso-8859-1"), "windows-1251")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_believes_a_byte_order_mark_before_all_else(encoding: str) -> None:
    text = decode_page(_page(GERMAN, encoding, "windows-1251"), "windows-1251")
    assert GERMAN in text
    assert not text.startswith("\ufeff")


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "no-such-charset", None])
def test_knows_utf8_whatever_is_declared(label: str | None) -> None:
    assert GERMAN in decode_page(_page(GERMAN, "utf-8"), label)


def test_knows_utf8_that_is_cut_off_within_a_character() -> None:
    assert decode_page("schön ä".encode()[:-1], "iso-8859-1") == "schön \ufffd"


def test_does_not_believe_utf8_where_hardly_any_of_it_is() -> None:
    assert GERMAN in decode_page(_page(GERMAN * 5, "cp1252"), "utf-8")


def test_puts_a_mark_where_a_byte_is_invalid() -> None:
    assert decode_page("für ä ö ü".encode() + b"\xff", "utf-8") == "für ä ö ü\ufffd"


def test_detects_what_nobody_declares() -> None:
    assert RUSSIAN in decode_page(_page(RUSSIAN * 5, "cp1251"), None)
    assert JAPANESE in decode_page(_page(JAPANESE * 5, "euc-jp"), None)
    assert KOREAN in decode_page(_page(KOREAN * 5, "cp949"), None)


def test_reads_utf16_that_the_header_declares() -> None:
    assert GERMAN in decode_page(GERMAN.encode("utf-16-le"), "utf-16")


@pytest.mark.parametrize("body", [b"", b"\0", b"\xff", b"\xef\xbb\xbf", bytes(range(256))])
def test_reads_any_bytes(body: bytes) -> None:
    assert isinstance(decode_page(body, None), str)
