"""Who is writing: spam filters by configuration, bounces in free forms, absences without headers."""

import pytest

from daemon.reading.mail import Kind, Mail
from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings


def mail(headers: str, body: str = "Nhờ xem giúp.", own: Ours = Ours.of(("hotro@vst.gov.vn",))) -> Mail:  # noqa: B008
    return read(f"{headers}\n\n{body}\n".encode(), LimitSettings(), own)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Yes, score=9.1", Kind.SPAM),
        ("No, score=1", Kind.PERSON),
        ("9.5", Kind.SPAM),
        ("score=3.2", Kind.PERSON),
        ("", Kind.PERSON),
    ],
)
def test_a_configured_filter_decides_alone(value: str, kind: Kind) -> None:
    own = Ours.of(spam_headers=("X-Our-Filter",), spam_score=8)
    advertising = "Khuyến mãi, vay vốn lãi suất thấp, đăng ký ngay khóa học, liên hệ ngay hotline"
    found = mail(f"From: a@x.vn\nX-Our-Filter: {value}", advertising if value else "Nhờ xem giúp.", own)
    assert found.kind is kind


@pytest.mark.parametrize(
    ("sender", "body", "kind"),
    [
        ("postmaster@x.vn", "Your message could not be delivered to b@y.vn: 550 no such user", Kind.BOUNCE),
        ("MAILER-DAEMON@x.vn", "Thư của bạn không gửi được đến b@y.vn", Kind.BOUNCE),
        ("lan@x.vn", "Thư của tôi không gửi được đến b@y.vn, báo 550 no such user", Kind.PERSON),
        ("postmaster@x.vn", "Máy chủ thư đơn vị em nâng cấp tối nay.", Kind.PERSON),
    ],
)
def test_a_bounce_needs_a_mail_server_and_its_words(sender: str, body: str, kind: Kind) -> None:
    found = mail(f"From: {sender}\nSubject: Thong bao", body)
    assert found.kind is kind
    assert found.bounced_recipients == (("b@y.vn",) if kind is Kind.BOUNCE else ())


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("Re: x", "Tôi đang nghỉ phép từ 12/5 đến 16/5, sẽ trả lời sau.", Kind.AUTO_REPLY),
        ("Re: x", "Day la email tra loi tu dong. Toi se phan hoi som nhat.", Kind.AUTO_REPLY),
        ("Re: x", "I am out of the office until Monday.", Kind.AUTO_REPLY),
        ("Re: x", "Em đang nghỉ phép đến 16/5, nhờ chị khóa tài khoản giúp.", Kind.PERSON),
        ("Xin nghỉ phép", "Tôi đang nghỉ phép từ 12/5 đến 16/5.", Kind.PERSON),
        ("Re: x", "Anh Nam đang đi công tác đến 16/5, em làm thay ạ.", Kind.PERSON),
    ],
)
def test_an_absence_without_headers_is_believed_only_when_it_says_nothing_else(
    subject: str, body: str, kind: Kind
) -> None:
    assert mail(f"From: a@x.vn\nSubject: {subject}\nIn-Reply-To: <a@b>", body).kind is kind


def test_every_decision_names_its_rule() -> None:
    found = mail(
        "From: a@x.vn\nAuto-Submitted: auto-replied\nSubject: Re: x", "x\n\nOn 1/1/2025 A <a@b.vn> wrote:\n> y"
    )
    assert found.why[0] == "kind: Auto-Submitted: auto-replied"
    assert [line.partition(":")[0] for line in found.why] == ["kind", "body", "quote", "signature"]
