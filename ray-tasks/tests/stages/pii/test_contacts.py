import pytest

from corpusmill_ray.stages.pii.email import find_emails
from corpusmill_ray.stages.pii.ip import find_ips
from corpusmill_ray.stages.pii.phone import find_phones


def emails(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_emails(text)]


def ips(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_ips(text)]


def phones(text: str) -> list[str]:
    return [text[s.start : s.end] for s in find_phones(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to bob@example.org.", ["bob@example.org"]),
        ("<mailto:first.last+tag@mail.example.co.uk>", ["first.last+tag@mail.example.co.uk"]),
        ("josé@exämple.de", ["josé@exämple.de"]),
        ("联系bob@example.cn。", ["bob@example.cn"]),
        ("a@b.cd,e@f.gh", ["a@b.cd", "e@f.gh"]),
        ("-bob@example.org", ["bob@example.org"]),
        ("x@xn--exmple-cua.xn--p1ai", ["x@xn--exmple-cua.xn--p1ai"]),
    ],
)
def test_finds_e_mail_addresses(text: str, found: list[str]) -> None:
    assert emails(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "@handle",
        "see medium.com/@some.user",
        "icon@2x.png",
        "package@1.2.3",
        "bob@localhost",
        "bob@-example.org",
        "bob@example..org",
        "a..b@example.org",
        "bob@",
        "a" * 65 + "@example.org",
        "b@" + "a" * 64 + ".org",
        "@@@",
    ],
)
def test_takes_no_other_at_sign_for_an_address(text: str) -> None:
    assert emails(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from 86.231.85.193.", ["86.231.85.193"]),
        ("http://10.0.0.11:6379/x", ["10.0.0.11"]),
        ("10.0.0.0/8", ["10.0.0.0"]),
        ("dns server 8.8.8.8", ["8.8.8.8"]),
        ("2001:db8::8:800:200c:417a", ["2001:db8::8:800:200c:417a"]),
        ("[fe80::1]:80", ["fe80::1"]),
        ("4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a.", ["4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a"]),
        ("::ffff:192.0.2.128", ["::ffff:192.0.2.128"]),
    ],
)
def test_finds_ip_addresses(text: str, found: list[str]) -> None:
    assert sorted(ips(text), key=len)[-1:] == found


@pytest.mark.parametrize(
    "text",
    [
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "version 10.11.12.13",
        "v10.11.12.13",
        "openresty/1.9.7.15",
        "section 3.2.1.4",
        "rules 3.2.1.4",
        "01.02.03.04",
        "12:30:45",
        "std::cafe",
        "00:1a:2b:3c:4d:5e",
        "29-09-14::",
        "a::b",
        "::",
        "::1",
    ],
)
def test_takes_no_other_dotted_number_for_an_ip_address(text: str) -> None:
    assert ips(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+1 415 555 0123", ["+1 415 555 0123"]),
        ("+49 (0)9546-9223-20", ["+49 (0)9546-9223-20"]),
        ("+14155550123.", ["+14155550123"]),
        ("0049 30 394098", ["0049 30 394098"]),
        ("(415) 555-0123", ["(415) 555-0123"]),
        ("415-555-0123", ["415-555-0123"]),
        ("415.555.0123x456", ["415.555.0123x456"]),
        ("001-748-088-2851 ext. 818", ["001-748-088-2851 ext. 818"]),
        ("01 43 90 99 88", ["01 43 90 99 88"]),
        ("078 6657 2626", ["078 6657 2626"]),
        ("Tel. 2813882583", ["2813882583"]),
        ("call me at 785 8949", ["785 8949"]),
        ("25 833387-Office", ["25 833387"]),
        ("61 51 81 fax", ["61 51 81"]),
        ("(see 415-555-0123)", ["415-555-0123"]),
        ("a 415-555-0123, b 415-555-0124", ["415-555-0123", "415-555-0124"]),
    ],
)
def test_finds_telephone_numbers(text: str, found: list[str]) -> None:
    assert phones(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-02",
        "call by 02.01.2020",
        "call before 01/01/26",
        "from 2019-2020",
        "tel 12:30",
        "call 1.234.567",
        "$4155550123",
        "call for $ 415-555-0123",
        "contact 12 000 000 people",
        "ISBN 0-306-40615-2",
        "ISBN 978-0-306-40615-7",
        "order no. 415-555-0123",
        "my driver's license number is 425700624",
        "2813882583",
        "version 10.11.12.13",
        "123-45-6789",
        "call 10.11.12.13",
        "15.99 and 20.50",
        "x415-555-0123",
        "415-555-01234567890123",
        "call a taxi to 03 2657 Koontz Lane",
        "3.14159265",
    ],
)
def test_takes_no_other_number_for_a_telephone_number(text: str) -> None:
    assert phones(text) == []
