"""Reading holds for any bytes: it answers or says Unreadable, the same each time, with clean text only."""

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.reading.characters import words
from daemon.reading.content import content_digest
from daemon.reading.mail import Mail, Unreadable
from daemon.reading.message import Ours, read
from daemon.reading.report import as_json
from daemon.settings import LimitSettings

CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "corpus").glob("*.eml"))]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
OURS = Ours.of(("hotro@vst.gov.vn",))

header_names = st.sampled_from(
    sorted(
        words(
            """
            From To Cc Subject Date Message-ID In-Reply-To References Content-Type Content-Transfer-Encoding
            Content-Disposition Auto-Submitted Return-Path Received Authentication-Results
            """
        )
    )
)
header_values = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=b",
            b"multipart/report; report-type=delivery-status; boundary=b",
            b"message/rfc822",
            b"text/html; charset=viscii",
            b'text/plain; charset="idna"; format=flowed; delsp=yes',
            b"text/calendar; method=REPLY",
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"attachment; filename*0*=utf-8''%E1%BA; filename*2=x",
            b"=?utf-8?B?4bq/?= <a@b.vn>, g: x@y;",
            b"=?unknown?Q?=FF=?= =?utf-8?X?a?=",
            b"Mon, 99 Foo 99999 25:61:61 +9999",
            b"<a@b> <c@d",
        ]
    ),
)
bodies = st.lists(
    st.one_of(
        st.binary(max_size=80),
        st.sampled_from(
            [
                b"--b",
                b"--b--",
                b"",
                b"> x",
                "Vào Th 2, 12 thg 5, 2025 A <a@b> đã viết:".encode(),
                "Từ: A <a@b>\nNgày: 1/1/2025\nChủ đề: x".encode(),
                b"<blockquote type=cite><div style='display:none'><pre>",
                b"</blockquote><![if x]><!-- <?xml version='1.0'?>",
                b"begin 644 a.txt",
                "Trân trọng,".encode(),
                b"-- ",
                b"BEGIN:VEVENT\nSUMMARY:x",
            ]
        ),
    ),
    max_size=14,
).map(b"\n".join)
built = st.builds(
    lambda fields, body: b"".join(name.encode() + b": " + value + b"\n" for name, value in fields) + b"\n" + body,
    st.lists(st.tuples(header_names, header_values), max_size=8),
    bodies,
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A golden mail with a piece cut out and bytes put in."""
    raw = draw(st.sampled_from(CORPUS))
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 200)))
    return raw[:start] + draw(st.binary(max_size=20)) + raw[end:]


mails = st.one_of(built, damaged(), st.binary(max_size=400))
unhurried = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def reading(raw: bytes) -> Mail | Unreadable:
    try:
        return read(raw, LimitSettings(), OURS)
    except Unreadable as error:
        return error


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [one for item in value.values() for one in texts(item)]
    return [one for item in value for one in texts(item)] if isinstance(value, list) else []


@unhurried
@given(mails)
def test_reading_never_raises_anything_but_unreadable_and_keeps_only_clean_text(raw: bytes) -> None:
    result = reading(raw)
    printed = texts(as_json("x", result))
    assert not [one for one in printed if FORBIDDEN.search(one)]
    if isinstance(result, Mail):
        assert not FORBIDDEN.search(result.full_text) and not FORBIDDEN.search(result.html)
        assert all(len(file.filename) <= 150 and "/" not in file.filename for file in result.attachments)
        assert len({file.filename.casefold() for file in result.attachments}) == len(result.attachments)
        assert len(result.subject) <= 1000 and "\n" not in result.subject


@unhurried
@given(mails)
def test_the_same_bytes_are_read_the_same_way_twice(raw: bytes) -> None:
    first, second = reading(raw), reading(raw)
    assert first == second or (isinstance(first, Unreadable) and isinstance(second, Unreadable))


@unhurried
@given(mails)
def test_no_typed_word_is_lost_between_the_parts(raw: bytes) -> None:
    result = reading(raw)
    if not isinstance(result, Mail) or any(file.content_type == "message/rfc822" for file in result.attachments):
        return
    parts = " ".join((result.text, result.quoted, result.signature, result.forwarded))
    assert set(result.full_text.split()) <= set(parts.split())


@unhurried
@given(mails)
def test_a_copy_over_another_relay_has_the_same_digest(raw: bytes) -> None:
    if raw.startswith((b"From ", b" ", b"\t")):
        return
    copy = b"Return-Path: <a@b>\r\nReceived: from x by y;\r\n\tnow\r\n" + raw
    assert content_digest(copy) == content_digest(raw)
