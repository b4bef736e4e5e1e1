"""The daily note: short, about everything that was refused or waits, and not written where there is nothing to tell."""

from dataclasses import replace
from datetime import timedelta

from daemon.desk.dailynote import MOST_LINES, Found, daily_note, leaders
from daemon.desk.directory import Directory, Staff
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind
from storage.tables import Event, Inbound, InboundState, Outbox, OutboxState, ReplyGoes
from tests.unit.desk.builders import HOLDERS, NOW, POLICY, STAFF, TUAN, letter_of

CHIEF = Staff("truong.nhom@vst.gov.vn", "Trần Văn Trưởng", "SERVICE_DESK", leader=True)
DEPUTY = Staff("pho.nhom@vst.gov.vn", "Lê Thị Phó", "SERVICE_DESK", leader=True)


def with_staff(*more: Staff) -> Policy:
    return replace(POLICY, rules=replace(POLICY.rules, directory=Directory.of(HOLDERS, [*STAFF, *more])))


def failed(actor: str = TUAN.address, **details: object) -> Event:
    return Event(ticket_id=7, at=NOW, kind="proof_failed", actor=actor, details=details)


def mail(
    number: int, sender: str = "la@example.com", subject: str = "Trúng thưởng", reason: str = "suspected spam"
) -> Inbound:
    return Inbound(
        id=number, mailbox="m", uidvalidity=1, uid=number, size=1, received_at=NOW, sender=sender, subject=subject,
        reason=reason, state=InboundState.IGNORED,
    )  # fmt: skip


def stuck(state: OutboxState, reply: str) -> Outbox:
    row = letter_of(ReplyGoes.NOTE)
    row.id, row.state, row.last_reply = 12, state, reply
    return row


def only(found: Found, policy: Policy = POLICY) -> Letter:
    (letter,) = daily_note(found, NOW - timedelta(days=1), policy)
    return letter


def lines(found: Found) -> tuple[str, ...]:
    (section,) = only(found).sections
    return section.lines


def test_nothing_to_tell_is_no_letter() -> None:
    assert daily_note(Found(), NOW, POLICY) == []


def test_each_leader_of_the_service_desk_gets_it() -> None:
    letters = daily_note(Found(spam=[mail(1)]), NOW, with_staff(CHIEF, DEPUTY))
    assert [(one.kind, one.recipient) for one in letters] == [
        (LetterKind.DAILY_NOTE, CHIEF.address),
        (LetterKind.DAILY_NOTE, DEPUTY.address),
    ]


def test_without_a_leader_who_is_there_the_shared_address_gets_it() -> None:
    desk = [("servicedesk@vst.gov.vn", "Nhóm Service Desk")]
    assert leaders(POLICY) == desk
    assert leaders(with_staff(replace(CHIEF, absent=True))) == desk
    assert leaders(with_staff(replace(CHIEF, holder="TABMIS"))) == desk


def test_a_failed_proof_says_who_was_claimed_when_where_and_what_was_missing() -> None:
    both = lines(Found(failed_proofs=[(failed(keyed=False, authentic=False), "HT-2026-000007", NOW)]))[0]
    assert both == (
        "09:00 thứ Ba, 17/11/2026, HT-2026-000007: Lê Anh Tuấn <tuan.la@vst.gov.vn>; máy chủ nhận thư không xác nhận "
        "người gửi; không phải thư trả lời thông báo đã gửi cho chính người đó"
    )
    keyed = lines(Found(failed_proofs=[(failed(keyed=True, authentic=False), "", NOW)]))[0]
    assert "không xác nhận" in keyed and "trả lời thông báo" not in keyed and "HT-" not in keyed
    authentic = lines(Found(failed_proofs=[(failed("ai.do@vst.gov.vn", keyed=False, authentic=True), "", NOW)]))[0]
    assert "không xác nhận" not in authentic and "ai.do@vst.gov.vn;" in authentic
    new = lines(Found(failed_proofs=[(failed(), "HT-2026-000009", NOW)]))[
        0
    ]  # a mail that began a ticket has no first proof
    assert "trả lời thông báo" not in new


def test_a_failed_proof_is_dated_by_the_receipt_of_its_mail_however_late_it_was_handled() -> None:
    late = Event(ticket_id=7, at=NOW + timedelta(hours=9), kind="proof_failed", actor=TUAN.address)
    assert lines(Found(failed_proofs=[(late, "", NOW)]))[0].startswith("09:00 thứ Ba, 17/11/2026")


def test_quarantine_is_told_by_cause_in_vietnamese_with_the_numbers() -> None:
    rows = [mail(1, reason="parts: 1001 parts"), mail(2, reason="time: too long"), mail(3, reason="parts: 2000 parts")]
    assert lines(Found(quarantined=rows)) == (
        "Thư có quá nhiều phần: 2 thư, số 1, 3",
        "Đọc thư tốn quá nhiều thời gian hoặc bộ nhớ: 1 thư, số 2",
    )


def test_senders_at_a_brake_are_told_once_each() -> None:
    reached = [Event(at=NOW, kind="brake_reached", actor=one) for one in ("may@x.vn", "khac@x.vn")]
    rows = [mail(number, "may@x.vn", reason="brake: too many") for number in range(30)]
    assert lines(Found(braked=rows, brakes=reached)) == ("may@x.vn: 30 thư", "khac@x.vn: 1 thư")


def test_suspected_spam_has_its_number_sender_and_subject() -> None:
    found = Found(spam=[mail(4), mail(5, "", "")])
    assert lines(found) == ("số 4, la@example.com: Trúng thưởng", "số 5, không rõ: (không có tiêu đề)")


def test_letters_that_wait_for_a_person_say_why() -> None:
    rows = [stuck(OutboxState.OPEN, "no answer"), stuck(OutboxState.REFUSED, "550 no such user")]
    assert lines(Found(stuck=rows)) == (
        f"số 12 gửi {rows[0].recipient}: không rõ đã nhận hay chưa (no answer)",
        f"số 12 gửi {rows[1].recipient}: bị từ chối (550 no such user)",
    )


def test_the_note_is_short_whatever_happened() -> None:
    many = [mail(number, "x" * 500 + "@x.vn", "chữ " * 500) for number in range(5_000)]
    letter = only(Found(spam=many))
    (section,) = letter.sections
    assert len(section.lines) == MOST_LINES + 1
    assert section.lines[-1] == f"và {5_000 - MOST_LINES} dòng nữa"
    assert all(len(line) < 300 for line in section.lines)


def test_line_ends_in_a_subject_make_no_line_of_their_own() -> None:
    (line,) = lines(Found(spam=[mail(1, "a@b.vn\r\nBcc: x", "một\nhai\x1b[31m\u202eba")]))
    assert line.isprintable() and "\n" not in line
