"""Damage to WARC files: what is damaged is quarantined, its neighbours are read."""

import gzip
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples import HTML, LIMIT, http, member, members, page, quarantined, read, record, urls

PAGES = [page(number) for number in range(5)]
URLS = [f"http://example.org/{number}" for number in range(5)]
OFFSETS = [sum(len(member(one)) for one in PAGES[:number]) for number in range(6)]


def test_reads_every_record_of_a_file_with_one_member_a_record() -> None:
    records = read(members(PAGES))
    assert urls(records) == URLS
    assert [one.provenance.offset for one in records if hasattr(one, "provenance")] == OFFSETS[:5]


def test_reads_a_file_that_is_one_member_as_a_whole() -> None:
    records = read(member(b"".join(PAGES)))
    assert urls(records) == URLS
    assert [one.provenance.offset for one in records if hasattr(one, "provenance")][1] == len(PAGES[0])


def test_reads_a_plain_file() -> None:
    records = read(b"".join(PAGES))
    assert urls(records) == URLS
    assert [one.provenance.offset for one in records if hasattr(one, "provenance")][2] == 2 * len(PAGES[0])


@pytest.mark.parametrize("pack", [members, lambda records: member(b"".join(records)), b"".join])
@pytest.mark.parametrize("fraction", [0.01, 0.5])
def test_quarantines_the_record_in_which_a_file_is_cut_off(pack: object, fraction: float) -> None:
    content = pack(PAGES)  # type: ignore[operator]
    records = read(content[: int(len(content) * fraction)])
    assert [reason for _, reason in quarantined(records)] == ["truncated"]
    assert urls(records) == URLS[: len(records) - 1]


@pytest.mark.parametrize("pack", [members, b"".join])
def test_quarantines_the_last_record_of_a_file_that_lacks_its_last_byte(pack: object) -> None:
    records = read(pack(PAGES)[:-1])  # type: ignore[operator]
    assert urls(records) == URLS[:4]
    assert [reason for _, reason in quarantined(records)] == ["truncated"]


def test_goes_on_at_the_next_member_after_a_corrupt_one() -> None:
    broken = bytearray(members(PAGES))
    middle = (OFFSETS[2] + OFFSETS[3]) // 2
    broken[middle : middle + 20] = bytes(20)
    records = read(bytes(broken))
    assert urls(records) == [URLS[0], URLS[1], URLS[3], URLS[4]]
    assert quarantined(records) == [(OFFSETS[2], "corrupt_gzip")]


def test_quarantines_a_member_whose_checksum_is_wrong() -> None:
    broken = bytearray(members(PAGES))
    broken[OFFSETS[3] - 8] ^= 1
    records = read(bytes(broken))
    assert urls(records) == [URLS[0], URLS[1], URLS[3], URLS[4]]
    assert quarantined(records) == [(OFFSETS[2], "corrupt_gzip")]


def test_keeps_the_records_before_the_damage_in_a_member_that_holds_them_all() -> None:
    packer = zlib.compressobj(wbits=31)
    blocks = [packer.compress(one) + packer.flush(zlib.Z_FULL_FLUSH) for one in PAGES] + [packer.flush()]
    no_such_block_type = b"\xff" * len(blocks[2])
    found = read(b"".join([*blocks[:2], no_such_block_type, *blocks[3:]]))
    assert urls(found) == URLS[:2]
    assert [reason for _, reason in quarantined(found)] == ["corrupt_gzip"]


def test_skips_bytes_between_members_that_are_no_member() -> None:
    records = read(member(PAGES[0]) + b"garbage!" + member(PAGES[1]))
    assert urls(records) == URLS[:2]
    assert quarantined(records) == [(OFFSETS[1], "corrupt_gzip")]


def test_reads_on_after_a_damaged_beginning() -> None:
    records = read(b"\x00\x01\x02 not a member" + members(PAGES))
    assert urls(records) == URLS
    assert [reason for _, reason in quarantined(records)] == ["corrupt_gzip"]


def test_takes_zero_padding_at_the_end_for_padding() -> None:
    records = read(members(PAGES) + bytes(1000))
    assert urls(records) == URLS
    assert quarantined(records) == []


def test_quarantines_bytes_left_over_at_the_end() -> None:
    records = read(members(PAGES) + b"left over")
    assert urls(records) == URLS
    assert quarantined(records) == [(OFFSETS[5], "corrupt_gzip")]


@pytest.mark.parametrize("content", [HTML, gzip.compress(HTML), b"\0" * 100, b"W", b"WARC", b"\n\n\n\nx"])
def test_quarantines_a_file_that_is_no_warc_as_a_whole(content: bytes) -> None:
    assert quarantined(read(content)) == [(None, "not_warc")]


def test_believes_no_content_length_that_is_longer_than_its_member() -> None:
    lying = PAGES[1].replace(b"Content-Length: ", b"Content-Length: 9", 1)
    records = read(members([PAGES[0], lying, *PAGES[2:]]))
    assert urls(records) == [URLS[0], *URLS[2:]]
    assert quarantined(records) == [(OFFSETS[1], "truncated")]


def test_believes_no_content_length_that_is_longer_than_a_plain_file() -> None:
    lying = PAGES[1].replace(b"Content-Length: ", b"Content-Length: 99999", 1)
    records = read(b"".join([PAGES[0], lying, *PAGES[2:]]))
    assert urls(records) == [URLS[0], *URLS[2:]]
    assert quarantined(records) == [(len(PAGES[0]), "truncated")]


def test_quarantines_what_a_content_length_that_is_too_short_leaves() -> None:
    short = record(http(HTML)).replace(f"Content-Length: {len(http(HTML))}".encode(), b"Content-Length: 100")
    records = read(members([short, *PAGES]))
    assert urls(records) == ["http://example.org/", *URLS]
    assert [reason for _, reason in quarantined(records)] == ["not_warc"]


@pytest.mark.parametrize("length", [b"", b"-1", b"1e9", "²".encode()])
def test_quarantines_a_record_without_a_length_and_reads_on(length: bytes) -> None:
    bad = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: " + length + b"\r\n\r\nabc\r\n\r\n"
    records = read(b"".join([PAGES[0], bad, PAGES[1]]))
    assert urls(records) == URLS[:2]
    assert quarantined(records) == [(len(PAGES[0]), "not_warc")]


def test_quarantines_a_header_that_never_ends_and_reads_on() -> None:
    endless = b"WARC/1.0\r\n" + b"X-Filler: y\r\n" * 20_000
    records = read(members([PAGES[0], endless, PAGES[1]]))
    assert urls(records) == URLS[:2]
    assert [reason for _, reason in quarantined(records)] == ["not_warc"]


def test_reads_a_block_that_goes_on_in_the_next_member() -> None:
    cut = len(PAGES[0]) - 20
    records = read(member(PAGES[0][:cut]) + member(PAGES[0][cut:]) + member(PAGES[1]))
    assert urls(records) == URLS[:2]


def test_quarantines_a_record_over_the_limit_and_reads_on() -> None:
    noise = random.Random(0).randbytes(LIMIT + 1)  # noqa: S311 - a fixed seed, not a secret
    records = read(members([PAGES[0], page(9, noise), PAGES[1]]))
    assert urls(records) == URLS[:2]
    assert quarantined(records) == [(OFFSETS[1], "payload_too_large")]


def test_keeps_a_page_exactly_at_the_limit() -> None:
    assert urls(read(page(0, b"x" * LIMIT))) == URLS[:1]
    assert quarantined(read(page(0, b"x" * (LIMIT + 1)))) == [(0, "payload_too_large")]


def test_leaves_a_member_that_grows_without_end_unread_in_little_memory() -> None:
    bomb = _bomb(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 10737418240\r\n\r\n", megabytes=200)
    tracemalloc.start()
    records = read(member(PAGES[0]) + bomb + member(PAGES[1]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert urls(records) == URLS[:2]
    assert quarantined(records) == [(OFFSETS[1], "decompression_ratio")]
    assert peak < 16 * LIMIT


def test_leaves_a_member_of_zeros_unread() -> None:
    records = read(member(PAGES[0]) + _bomb(b"", megabytes=100) + member(PAGES[1]))
    assert urls(records) == URLS[:2]
    assert [offset for offset, _ in quarantined(records)] == [OFFSETS[1]]


@settings(max_examples=150)
@given(st.data())
def test_never_fails_and_never_loses_a_member_that_is_whole(data: st.DataObject) -> None:
    content = bytearray(members(PAGES))
    start = data.draw(st.integers(0, len(content) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=40))
    content[start : start + len(noise)] = noise
    untouched = [
        url
        for url, begin, end in zip(URLS, OFFSETS, OFFSETS[1:], strict=False)
        if end <= start or begin >= start + len(noise)
    ]
    assert set(untouched) <= set(urls(read(bytes(content[: OFFSETS[5]]))))


@settings(max_examples=150)
@given(st.binary(max_size=2000), st.sampled_from([b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08", PAGES[0][:150]]))
def test_never_fails_on_arbitrary_bytes(content: bytes, start: bytes) -> None:
    records = read(start + content)
    assert len(quarantined(records)) >= 1 or not (start + content).strip(b"\r\n")


def _bomb(head: bytes, megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    chunks = [packer.compress(head), *(packer.compress(bytes(1 << 20)) for _ in range(megabytes))]
    return b"".join(chunks) + packer.flush()
