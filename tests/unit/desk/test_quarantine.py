"""What the Service Desk is told of mail that became no ticket: quarantine by cause, and the lines of its morning list."""

from datetime import timedelta

import pytest

from daemon.desk.quarantine import by_cause, note
from daemon.desk.unseen import lines_of
from daemon.reading.mail import QuarantineCause, Unreadable
from daemon.reading.message import read
from daemon.reading.ours import Ours
from daemon.settings import LimitSettings
from storage.tables import Inbound
from templates.mail.wording import QUARANTINE
from tests.unit.desk.builders import NOW, POLICY

NESTING, PARTS = QuarantineCause.NESTING, QuarantineCause.PARTS
MULTIPART = b"From: a@x.vn\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nMot\n--b\n\nHai\n--b--\n"


def kept(number: int, reason: str = "", sender: str = "a@x.example", subject: str = "bí mật") -> Inbound:
    return Inbound(id=number, mailbox="hotro", uidvalidity=1, uid=number, size=1, received_at=NOW, reason=reason,
                   sender=sender, subject=subject)  # fmt: skip


@pytest.mark.parametrize("cause", QuarantineCause)
def test_every_cause_has_a_sentence_and_is_read_from_the_reason_that_it_wrote(cause: QuarantineCause) -> None:
    assert QuarantineCause.of(cause.reason("1001 parts, longer than 20 MB: the program failed")) is cause
    assert QUARANTINE[cause]


@pytest.mark.parametrize("reason", ["", "parts", "1001 parts, more than 1000", "the program failed: parts"])
def test_a_reason_that_names_no_cause_stands_with_the_others(reason: str) -> None:
    assert QuarantineCause.of(reason) is QuarantineCause.OTHER


@pytest.mark.parametrize(
    ("raw", "limits", "cause"),
    [
        (b"From: a@x.vn\nX: " + b"x" * 2000 + b"\n\n", {"header_kb": 1}, QuarantineCause.HEADERS),
        (MULTIPART, {"parts": 1}, QuarantineCause.PARTS),
        (MULTIPART, {"nesting": 0}, QuarantineCause.NESTING),
    ],
)
def test_the_limit_that_a_mail_exceeds_is_the_cause_of_its_quarantine(
    raw: bytes, limits: dict[str, int], cause: QuarantineCause
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(raw, LimitSettings.model_construct(**{**LimitSettings().model_dump(), **limits}), Ours())
    assert QuarantineCause.of(caught.value.reason) is cause


def test_the_note_is_neutral_names_the_numbers_and_is_the_same_one_all_day() -> None:
    mails = [kept(21), kept(17)]
    letter = note(NESTING, mails, NOW, POLICY)
    assert letter.lines == ("Thư lồng quá nhiều cấp: 2 thư, số 17, 21",)
    assert letter.once == "slot:quarantine:nesting@2026-11-17"
    assert note(NESTING, mails, NOW + timedelta(hours=10), POLICY).once == letter.once
    assert (
        note(PARTS, mails, NOW, POLICY).once
        != letter.once
        != note(NESTING, mails, NOW + timedelta(days=1), POLICY).once
    )


def test_a_note_about_thousands_stays_short() -> None:
    (line,) = note(PARTS, [kept(number) for number in range(1, 5001)], NOW, POLICY).lines
    assert line.startswith("Thư có quá nhiều phần: 5000 thư, số 1, 2, 3")
    assert line.endswith("30 và 4970 thư khác")


def test_mails_of_one_cause_stand_together() -> None:
    found = by_cause([kept(1, PARTS.reason("70 parts")), kept(2, "x"), kept(3, PARTS.reason("80 parts"))])
    assert {cause: [mail.id for mail in mails] for cause, mails in found.items()} == {
        PARTS: [1, 3],
        QuarantineCause.OTHER: [2],
    }


def test_the_morning_list_names_spam_one_by_one_and_floods_by_sender() -> None:
    lines = lines_of(
        [kept(1, sender="", subject="")], [kept(2), kept(3, sender="A@x.example"), kept(4, sender="")], [kept(5, "x")]
    )
    assert lines == (
        "Nghi là thư rác, số 1, từ ?: (không có tiêu đề)",
        "Vượt mức trong một giờ, chưa thành yêu cầu, từ a@x.example: 2 thư, số 2, 3",
        "Vượt mức trong một giờ, chưa thành yêu cầu, từ ?: 1 thư, số 4",
        "Đang giữ riêng. Thư không đọc được: 1 thư, số 5",
    )


def test_a_long_morning_list_says_how_much_it_leaves_out() -> None:
    spam = [kept(number) for number in range(1, 41)]
    braked = [kept(number, sender=f"m{number}@x.example") for number in range(100, 125)]
    lines = lines_of(spam, braked, [])
    assert "và 10 thư khác nghi là thư rác" in lines
    assert lines[-1] == "và 5 người gửi khác vượt mức"
