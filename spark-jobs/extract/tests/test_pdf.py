"""PDF files, whole and damaged."""

import pytest

from corpusmill_extract.documents.errors import BadRecordError
from corpusmill_extract.pdf import PdfText, read_pdf

LIMIT = 1 << 20


def build_pdf(*pages: str) -> bytes:
    """A PDF with one line of text a page, written by hand."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        drawing = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream")
    objects.append("<< /Title ( A  garden) /Author (Ann) /CreationDate (D:20240501120000Z) >>")
    content, offsets = b"%PDF-1.4\n", []
    for number, entry in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{entry}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return (
        content
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
            f"startxref\n{len(content)}\n%%EOF"
        ).encode()
    )


def test_reads_the_pages_and_what_the_file_says_of_itself() -> None:
    found = read_pdf(build_pdf("First page.", "Second page."), LIMIT)
    assert found == PdfText("First page.\n\nSecond page.", "A garden", "Ann", "2024-05-01")


def test_gives_no_text_where_there_is_no_text_layer() -> None:
    assert read_pdf(build_pdf(""), LIMIT).text == ""


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"plain text", b"\0" * 1000])
def test_refuses_what_is_no_pdf(content: bytes) -> None:
    with pytest.raises(BadRecordError) as error:
        read_pdf(content, LIMIT)
    assert error.value.reason == "not_pdf"


@pytest.mark.parametrize("fraction", [0.01, 0.3, 0.5, 0.7, 0.95])
def test_reads_or_refuses_files_that_are_cut_off(fraction: float) -> None:
    whole = build_pdf("First page.", "Second page.")
    try:
        text = read_pdf(whole[: int(len(whole) * fraction)], LIMIT).text
    except BadRecordError as error:
        assert error.reason == "not_pdf"  # noqa: PT017 - either is right
    else:
        assert set(text.split("\n\n")) <= {"First page.", "Second page.", ""}


def test_refuses_more_text_than_a_record_may_have() -> None:
    with pytest.raises(BadRecordError) as error:
        read_pdf(build_pdf("twenty characters or so", "and more"), 20)
    assert error.value.reason == "payload_too_large"
