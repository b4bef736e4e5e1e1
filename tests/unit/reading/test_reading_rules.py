"""Limits, senders, kinds and quotes of `read`, beyond what the golden mails show."""

import pytest

from daemon.reading import proof
from daemon.reading.mail import Kind, Mail, Unreadable
from daemon.reading.message import Ours, read
from daemon.reading.quoting import body_of_text, separate
from daemon.settings import LimitSettings

RING = proof.KeyRing((proof.Key("k1", b"0123456789abcdef"),))
LETTER = proof.message_id(RING, "HT-2026-000001", "a", "x.vn")
OURS = Ours.of(("hotro@vst.gov.vn",), ("nagios@vst.gov.vn",), RING)


def mail(headers: str, body: str = "Nhờ xem giúp.") -> Mail:
    return read(f"{headers}\n\n{body}\n".encode(), LimitSettings(), OURS)


@pytest.mark.parametrize(
    ("headers", "kind", "suppressed"),
    [
        ("From: a@x.vn", Kind.PERSON, False),
        ("From: hotro@vst.gov.vn\nAuto-Submitted: auto-replied", Kind.OWN, True),
        (f"From: a@x.vn\nX-Loop: {proof.loop_mark(RING, 'hotro@vst.gov.vn')}", Kind.OWN, True),
        (f"From: a@x.vn\nMessage-ID: {proof.message_id(RING, 'HT-2026-000001', 'a', 'x.vn')}", Kind.OWN, True),
        (f"From: a@x.vn\nIn-Reply-To: {proof.message_id(RING, 'HT-2026-000001', 'a', 'x.vn')}", Kind.PERSON, False),
        ("From: a@x.vn\nX-Loop: hotro@vst.gov.vn k1 aaaaaaaaaaaaaaaaaaaaaaaa", Kind.PERSON, False),
        ("From: a@x.vn\nAuto-Submitted: no", Kind.PERSON, False),
        ("From: a@x.vn\nAuto-Submitted: (comment) auto-replied (x); owner=y", Kind.AUTO_REPLY, True),
        ("From: a@x.vn\nAuto-Submitted: strange", Kind.AUTO_GENERATED, True),
        ("From: a@x.vn\nAuto-Submitted:", Kind.AUTO_GENERATED, True),
        (
            "From: a@x.vn\nAuto-Submitted: auto-generated\nSubject: Automatic reply: [HT-2026-000001] x",
            Kind.AUTO_REPLY,
            True,
        ),
        (f"From: a@x.vn\nAuto-Submitted: auto-generated\nIn-Reply-To: {LETTER}", Kind.AUTO_REPLY, True),
        ("From: a@x.vn\nAuto-Submitted: auto-generated\nIn-Reply-To: <an@alarm.vn>", Kind.AUTO_GENERATED, True),
        (f"From: a@x.vn\nIn-Reply-To: {LETTER}", Kind.PERSON, False),
        ("From: nagios@vst.gov.vn", Kind.AUTO_GENERATED, True),
        ("From: a@x.vn\nPrecedence: bulk", Kind.PERSON, True),  # a gateway stamps it on letters too
        ("From: a@x.vn\nPrecedence: bulk\nList-Id: <l.x.vn>", Kind.BULK, True),
        ("From: noreply@x.vn\nPrecedence: bulk", Kind.BULK, True),
        ("From: a@x.vn\nPrecedence: bulk\nIn-Reply-To: <a@b>", Kind.PERSON, True),
        ("From: a@x.vn\nPrecedence: list\nList-Id: <l.x.vn>", Kind.PERSON, False),
        ("From: a@x.vn\nList-Unsubscribe: <mailto:u@x.vn>", Kind.PERSON, False),
        ("From: a@x.vn\nReturn-Path: <>", Kind.PERSON, True),
        ("From: no-reply@x.vn", Kind.PERSON, True),
        ("From: mailer-daemon@x.vn\nSubject: Undeliverable: x", Kind.BOUNCE, True),
        ("From: a@x.vn\nX-Failed-Recipients: b@x.vn", Kind.BOUNCE, True),
        ("From: a@x.vn\nSubject: Undeliverable: x", Kind.PERSON, False),
    ],
)
def test_the_kind_is_judged_by_header_and_structure(headers: str, kind: Kind, suppressed: bool) -> None:
    found = mail(headers)
    assert (found.kind, found.suppress_answer) == (kind, suppressed)


def test_a_mail_that_returns_an_own_and_a_foreign_id_names_only_ours() -> None:
    ours = proof.message_id(RING, "HT-2026-000001", "a", "x.vn")
    found = mail(
        f"From: mailer-daemon@x.vn\nSubject: failure notice\nReferences: <foreign@x> {ours}",
        "<b@x.vn>:\n550 5.1.1 no such user",
    )
    assert found.bounced == (ours,)
    assert found.bounced_recipients == ("b@x.vn",) and found.bounce_permanent


def nested(levels: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return b"From: a@x.vn\n" + head + b"\nhello\n"


def test_more_levels_of_nesting_than_allowed_are_unreadable() -> None:
    assert read(nested(20), LimitSettings(), OURS).text == "hello"
    for levels in (61, 300, 2000):
        with pytest.raises(Unreadable, match="nest"):
            read(nested(levels), LimitSettings(), OURS)


def test_more_parts_than_allowed_are_unreadable() -> None:
    raw = b"From: a@x.vn\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 1200 + b"--b--\n"
    with pytest.raises(Unreadable, match="parts"):
        read(raw, LimitSettings(), OURS)


def test_headers_beyond_their_limit_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="headers"):
        read(b"From: a@x.vn\n" + b"X-A: " + b"b" * 300_000 + b"\n\nx", LimitSettings(), OURS)


def test_a_mail_beyond_its_size_is_read_as_far_as_its_text() -> None:
    limits = LimitSettings(mail_mb=1, text_kb=16)
    raw = b"From: a@x.vn\nSubject: big\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: image/png\n\n"
    found = read(raw + b"x" * 3_000_000, limits, OURS)
    assert found.subject == "big" and found.text == "hello" and "mail_too_large" in found.defects


def test_text_beyond_its_limit_is_cut_and_says_so() -> None:
    found = mail("From: a@x.vn", "chữ " * 400_000)
    assert len(found.full_text) <= 1 << 20 and "text_cut" in found.defects


def test_a_sender_is_never_taken_from_sender_or_reply_to() -> None:
    found = mail("Sender: a@x.vn\nReply-To: b@x.vn\nFrom: g:;")
    assert found.sender is None and found.reply_to[0].address == "b@x.vn"


@pytest.mark.parametrize(
    "typed",
    [
        "Từ: Kho bạc A\nĐến: Kho bạc B\nSố tiền: 5.000.000",
        "> dòng có dấu lớn hơn\nnhờ xem giúp",
        "On 12/05 he wrote: nothing\nplease check",
        "Dòng một\n---\nDòng hai là nội dung em gõ tiếp.",
        "Vào ngày 05/03 đơn vị đã viết: đề nghị mở kỳ\nNhờ anh chị duyệt.",
        "________________________________\nBảng kê\n________________________________\nNhờ anh xem bảng trên.",
        "Vào ngày 05/03 đơn vị đã viết:\nĐề nghị mở kỳ.\nNhờ anh chị duyệt.",
        "Thư gốc\nem để ở phòng kế toán ạ.",
    ],
)
@pytest.mark.parametrize("reply", [True, False])
def test_what_only_looks_like_a_quote_stays(typed: str, reply: bool) -> None:
    parts = separate(body_of_text(typed), reply=reply, forward=False)
    assert (parts.text, parts.quoted) == (typed, "")


def test_a_first_mail_keeps_a_pasted_conversation() -> None:
    typed = "Em gửi trao đổi cũ:\nTừ: A <a@x.vn>\nNgày: 12/05/2025\nĐến: B\nChủ đề: x\n\nNội dung cũ"
    assert separate(body_of_text(typed), reply=False, forward=False).text == typed
    assert separate(body_of_text(typed), reply=True, forward=False).text == "Em gửi trao đổi cũ:"


def test_many_attributions_in_one_mail_are_read_in_one_pass() -> None:
    block = "Vào 12 thg 5, 2025, A <a@b.vn> đã viết:\n> x\ntrả lời\n"
    parts = separate(body_of_text(block * 3000), reply=True, forward=False)
    assert "đã viết" not in parts.text and "trả lời" in parts.text


@pytest.mark.parametrize("markup", [False, True])
def test_no_text_is_longer_than_its_limit_however_deep_its_quotes_are(markup: bool) -> None:
    limits = LimitSettings(text_kb=16)
    deep = "<blockquote type=cite>" * 12 + "<br>a" * 3000 if markup else "> " * 12 + "\n" + ("> " * 12 + "a\n") * 600
    kind = "html" if markup else "plain"
    raw = f"From: a@x.vn\nContent-Type: text/{kind}; charset=utf-8\n\nchào\n{deep}\n"
    found = read(raw.encode(), limits, OURS)
    texts = (found.text, found.quoted, found.signature, found.forwarded, found.full_text)
    assert all(len(one) <= 16 << 10 for one in texts) and len(found.html) <= 32 << 10
    assert ("text_cut" in found.defects) is (markup or len(deep) > 16 << 10)


def test_many_attached_mails_are_together_no_longer_than_one_text_may_be() -> None:
    limits = LimitSettings(text_kb=16)
    inner = "Content-Type: message/rfc822\n\nFrom: b@x.vn\nSubject: s\n\n" + "chữ " * 3000 + "\n--b\n"
    raw = "From: a@x.vn\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nxem\n--b\n" + inner * 10
    found = read(raw.encode(), limits, OURS)
    assert len(found.forwarded) <= 16 << 10 and "text_cut" in found.defects


@pytest.mark.parametrize(
    "line",
    [
        "cid:" + "!" * 300_000 + "]a",
        "a" * 300_000,
        "a." * 150_000,
        "Nguyễn " * 40_000,
        "- " * 150_000,
        "<a@b" * 75_000,
        "0" * 300_000,
    ],
)
@pytest.mark.parametrize("above", ["Em gửi.\nTrân trọng,\n", "Em gửi.\n--\n", "Em gửi.\n> đã viết:\n> "])
def test_a_line_made_to_be_slow_is_read_like_any_other(line: str, above: str) -> None:
    """A pattern that divides a long line in every way would take hours here."""
    raw = f"From: Nguyễn Lan <a@x.vn>\nContent-Type: text/plain; charset=utf-8\n\n{above}{line}\n"
    found = read(raw.encode(), LimitSettings(), OURS)
    assert found.text.startswith("Em gửi.")


@pytest.mark.parametrize(
    "raw",
    [
        "X-Loop: " + "@" * 200_000 + "\n\nEm gửi.",
        "Content-Type: text/plain; " + ";" * 200_000 + "\n\nEm gửi.",
        "Content-Type: text/html\n\n<p>Em gửi.</p>" + " " * 900_000,
        "Content-Type: text/html\n\n<p>Em gửi.</p>" + "&" * 900_000,
        "\nEm gửi.\n\n" + ":" * 300_000 + "!\nBảo mật:\nThis message is confidential.",
        "\nEm gửi." + "".join(f"\n\n{'a@' * 20}{number}--" for number in range(20_000)),
        "Auto-Submitted: auto-replied\nX-Failed-Recipients: b@x.vn\n\nEm gửi." + "\n \n" * 20_000 + "!",
    ],
    ids=["loop mark", "type", "blanks in HTML", "entities in HTML", "heading", "addresses", "blank lines of a bounce"],
)
def test_a_mail_made_to_be_slow_is_read_like_any_other(raw: str) -> None:
    """Patterns or a library that take quadratic time would be at work for many minutes."""
    found = read(f"From: Nguyễn Lan <a@x.vn>\n{raw}\n".encode(), LimitSettings(), OURS)
    assert found.full_text.startswith("Em gửi.")
