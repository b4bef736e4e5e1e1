"""Characters, charsets, headers, file names, digests and calendars, each by a table."""

import pytest

from daemon.reading import calendars, characters
from daemon.reading.charsets import decode
from daemon.reading.content import content_digest
from daemon.reading.filenames import numbered, safe_name
from daemon.reading.headers import Headers, decode_words, split_addresses
from daemon.reading.html import to_lines
from daemon.reading.shown import cleaned


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("a\x00b\x07c\x9fd", "abcd"),
        ("\u202egnod\u202c \u2066x\u2069", "gnod x"),
        ("a\u200bb \u0645\u200c\u0645 \ufeffc", "ab \u0645\u200c\u0645 c"),
        ("tab\tstays  \nend", "tab\tstays\nend"),
        ("\ud800x", "x"),
    ],
)
def test_stored_text_has_no_character_that_could_deceive(raw: str, clean: str) -> None:
    assert characters.text(raw) == clean


def test_a_flood_of_combining_marks_is_cut_instead_of_normalised_for_minutes() -> None:
    assert len(characters.text("a" + "\u0301\u0323" * 200_000)) < 100


@pytest.mark.parametrize(
    ("data", "declared", "text", "defects"),
    [
        ("Kho bạc".encode(), "utf-8", "Kho bạc", ()),
        ("Kho bạc".encode(), None, "Kho bạc", ()),
        ("Kho bạc".encode(), "us-ascii", "Kho bạc", ()),
        ("Kho bạc".encode(), "iso-8859-1", "Kho bạc", ("charset_overruled",)),
        ("Kho bạc".encode(), "windows-1258", "Kho bạc", ("charset_overruled",)),
        ("Kho bạc".encode("utf-8-sig"), "iso-8859-1", "Kho bạc", ()),
        ("Kho bạc".encode("utf-16"), "utf-8", "Kho bạc", ()),
        (b"caf\xe9", "iso-8859-1", "café", ()),
        (b"caf\xe9 \x93x\x94", "latin1", "café “x”", ()),
        (b"plain", "idna", "plain", ()),
        (b"caf\xc3\xa9", "punycode", "café", ("charset_overruled",)),
        (b"\xff\xfe\xfa\x81", "utf-8", None, None),
        (b"", "utf-8", "", ()),
    ],
)
def test_bytes_become_text_by_label_or_by_evidence(
    data: bytes, declared: str | None, text: str | None, defects: tuple[str, ...] | None
) -> None:
    decoded = decode(data, declared)
    if text is not None:
        assert characters.text(decoded.text) == text
        assert decoded.defects == defects


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Lan <lan@x.vn>, hoa@x.vn", [("Lan", "lan@x.vn"), ("", "hoa@x.vn")]),
        ("boss@vst.gov.vn <evil@x.com>", [("boss@vst.gov.vn", "evil@x.com")]),
        ("Lê, Thị B <b@x.vn>", [("Lê, Thị B", "b@x.vn")]),
        ("b@x.vn (Lê Thị B)", [("Lê Thị B", "b@x.vn")]),
        ("Phong: a@x.vn, B <b@x.vn>;", [("", "a@x.vn"), ("B", "b@x.vn")]),
        ("undisclosed-recipients:;", []),
        ('"a, b" <c@x.vn>; d@x.vn', [('"a, b"', "c@x.vn"), ("", "d@x.vn")]),
        ("<>", []),
        ("", []),
    ],
)
def test_an_address_list_is_split_as_people_read_it(value: str, expected: list[tuple[str, str]]) -> None:
    assert split_addresses(value) == expected


@pytest.mark.parametrize("flood", ['"\\' * 30_000, "(" * 60_000, "<a@" * 20_000, "a:" * 30_000, "=?a?b?x?= " * 6000])
def test_an_address_header_made_to_be_slow_is_read_at_once(flood: str) -> None:
    Headers([("To", flood)], []).addresses("to")


def test_encoded_words_that_split_a_letter_are_joined_as_bytes() -> None:
    assert decode_words("=?utf-8?B?4bq?= =?utf-8?B?v3g=?= y", []) == "ếx y"
    assert decode_words("=?utf-8?Q?a_b=C3=A9?=c =?x-none?q?d?=", []) == "a béc d"


def test_ids_dates_and_words_of_damaged_headers() -> None:
    defects: list[str] = []
    headers = Headers(
        [
            ("Message-ID", "a@b"),
            ("References", "<a@b>\r\n <c\r\n @d> <>"),
            ("Date", "Mon, 32 May 2025 10:00:00"),
            ("Resent-Date", "Mon, 12 May 2025 10:00:00 -0000"),
            ("Subject", "a\r\n b\x00"),
        ],
        defects,
    )
    assert headers.ids("message-id") == ("<a@b>",)
    assert headers.ids("references") == ("<a@b>", "<c@d>")
    assert headers.date("date") is None and defects == ["bad_date"]
    moment = headers.date("resent-date")
    assert moment is not None and moment.utcoffset() is not None
    assert headers.words("subject") == "a b"


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("báo cáo.pdf", "application/pdf", "báo cáo.pdf"),
        ("..\\..\\windows\\system32\\x.dll", "application/octet-stream", "x.dll"),
        ("/etc/passwd", "text/plain", "passwd"),
        ("hoadon\u202efdp.exe", "application/pdf", "hoadonfdp.exe"),
        ("CON", "text/plain", "_CON"),
        ("nul.txt", "text/plain", "_nul.txt"),
        ("a\x00b.txt. . ", "text/plain", "ab.txt"),
        ("", "image/png", "dinh-kem-3.png"),
        ("...", "application/x-strange", "dinh-kem-3.bin"),
        ('a<b>:"c|?*.txt', "text/plain", "a_b___c___.txt"),
    ],
)
def test_a_file_name_is_made_safe(name: str, kind: str, safe: str) -> None:
    assert safe_name(name, kind, 3) == safe


def test_a_long_file_name_keeps_its_ending_and_doubles_are_numbered() -> None:
    long = safe_name("x" * 400 + ".xlsx", "application/pdf", 1)
    assert len(long) == 150 and long.endswith(".xlsx")
    assert numbered(["a.pdf", "A.pdf", "a.pdf", "b"]) == ["a.pdf", "A (2).pdf", "a (3).pdf", "b"]
    assert all(len(name) <= 150 for name in numbered([long, long, long]))
    assert len(set(numbered([long, long, long]))) == 3


def test_a_digest_ignores_trace_headers_line_ends_and_folding_but_no_content() -> None:
    mail = b"Received: from a by b;\n\tnow\nFrom: a@b\nSubject: x\n y\n\nhello\n"
    copy = b"Return-Path: <a@b>\r\nDelivered-To: c@d\r\nFrom: a@b\r\nARC-Seal: i=1\r\nSubject: x y\r\n\r\nhello\r\n\r\n"
    assert content_digest(mail) == content_digest(copy)
    assert content_digest(mail) != content_digest(mail.replace(b"hello", b"hallo"))
    assert content_digest(mail) != content_digest(mail.replace(b"a@b\nS", b"c@b\nS"))


def test_a_calendar_says_what_where_and_when() -> None:
    event = "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=vi:Họp\\, giao\r\n  ban\r\nDTSTART:20250515T013000Z\r\nEND:VEVENT"
    assert calendars.as_text(event) == "Nội dung: Họp, giao ban\nBắt đầu: 15/05/2025 01:30 UTC"
    assert calendars.method(event) == "request"
    assert calendars.as_text("BEGIN:VCALENDAR") == ""


@pytest.mark.parametrize(
    ("label", "data"),
    [
        ("viscii", "Kho b\xd5c Nh\xe0 n\xdf\xbec".encode("latin-1")),
        ("x-viet-tcvn", "Kho b\xb9c Nh\xb5 n\xad\xedc".encode("latin-1")),
        ("x-viet-vni", "Kho baïc Nhaø nöôùc".encode("windows-1252")),
    ],
)
def test_labelled_vietnamese_of_the_time_before_unicode_is_read(label: str, data: bytes) -> None:
    assert decode(data, label).text == "Kho bạc Nhà nước"


def test_markup_nested_without_bound_is_read_in_a_moment() -> None:
    deep = "<div><blockquote>" * 3000 + "xong"
    assert cleaned(deep) == ""
    assert [line.text for line in to_lines(deep).lines if line.text] == ["xong"]
