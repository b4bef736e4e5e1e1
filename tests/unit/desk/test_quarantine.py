"""What the Service Desk is told of mail that became no ticket: quarantine by cause, and the lines of its morning list."""

from datetime import datetime, time, timedelta

import pytest

from daemon.desk.quarantine import by_cause, cause_of, note
from daemon.desk.unseen import last_morning, lines_of
from storage.tables import Inbound
from templates.mail.wording import QUARANTINE
from tests.unit.desk.builders import HOURS, NOW, POLICY, ZONE


def kept(number: int, reason: str = "", sender: str = "a@x.example", subject: str = "bí mật") -> Inbound:
    return Inbound(id=number, mailbox="hotro", uidvalidity=1, uid=number, size=1, received_at=NOW, reason=reason,
                   sender=sender, subject=subject)  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("61 levels of nesting, more than 60", "nesting"),
        ("its parts are nested too deeply for the parser", "nesting"),
        ("1001 parts, more than 1000", "parts"),
        ("the headers are larger than 256 KB", "headers"),
        ("reading took longer than 20 seconds", "time"),
        ("reading took more than 20 seconds or 512 MB", "time"),
        ("the stored file is damaged: abc", "damaged"),
        ("the program failed 3 times on this mail", "program"),
        ("something new", "other"),
    ],
)
def test_every_reason_has_a_cause_and_every_cause_a_sentence(reason: str, cause: str) -> None:
    assert cause_of(reason) == cause
    assert QUARANTINE[cause]


def test_the_note_is_neutral_names_the_numbers_and_is_the_same_one_all_day() -> None:
    mails = [kept(21), kept(17)]
    letter = note("nesting", mails, NOW, POLICY)
    assert letter.lines == ("Thư lồng quá nhiều cấp: 2 thư, số 17, 21",)
    assert letter.once == "slot:quarantine:nesting@2026-11-17"
    assert note("nesting", mails, NOW + timedelta(hours=10), POLICY).once == letter.once
    assert (
        note("parts", mails, NOW, POLICY).once
        != letter.once
        != note("nesting", mails, NOW + timedelta(days=1), POLICY).once
    )


def test_a_note_about_thousands_stays_short() -> None:
    (line,) = note("parts", [kept(number) for number in range(1, 5001)], NOW, POLICY).lines
    assert line.startswith("Thư có quá nhiều phần: 5000 thư, số 1, 2, 3")
    assert line.endswith("30 và 4970 thư khác")


def test_mails_of_one_cause_stand_together() -> None:
    found = by_cause([kept(1, "70 parts, more than 60"), kept(2, "x"), kept(3, "80 parts, more than 60")])
    assert {cause: [mail.id for mail in mails] for cause, mails in found.items()} == {"parts": [1, 3], "other": [2]}


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


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-17 07:50", "2026-11-16 07:50"),
        ("2026-11-16 07:50", "2026-11-13 07:50"),  # Monday: since Friday
        ("2026-09-03 07:50", "2026-09-01 07:50"),  # over the holiday
    ],
)
def test_what_came_over_the_days_off_is_told_on_the_next_working_morning(now: str, last: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert f"{last_morning(moment, time(7, 50), HOURS):%Y-%m-%d %H:%M}" == last
