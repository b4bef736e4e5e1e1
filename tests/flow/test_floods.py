"""Machines that answer machines, and floods: the whole way, letter by letter.

24 November 2026 is a Tuesday. `MAILS_IN_BOMB=5000` measures the mail bomb of the full size.
"""

import os
import time
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from daemon.commands.mails import mail_retry
from daemon.desk.bundle import Bundle, bundle_of
from daemon.loops import bundling
from storage.tables import Event, Inbound, InboundState, Outbox, OutboxState
from tests.flow.desk_process import DESK, compose
from tests.flow.flooding import MACHINE, arrives, exchange, generated, handled, notes, rows_of, to_machine
from tests.flow.simulated import SimulatedDesk, at, simulated_desk
from tests.flow.test_conversation import OFFICE, REQUEST, USER
from tests.storage.rows import letter

NOW = "2026-11-24 09:00"
BOMB = int(os.environ.get("MAILS_IN_BOMB", "300"))


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, NOW) as simulated:
        yield simulated


# Two desks.


def test_a_helpdesk_that_answers_every_mail_as_a_new_one_without_any_sign_gets_no_more_than_the_cap(
    desk: SimulatedDesk,
) -> None:
    def its_answer(number: int, letter: EmailMessage) -> EmailMessage:
        text = f"Cảm ơn quý khách. Yêu cầu đã được ghi nhận với số {7000 + number}. Chúng tôi sẽ liên hệ sớm."
        return compose(f"Help <{MACHINE}>", DESK, f"[Ticket#{7000 + number}] Đã ghi nhận yêu cầu của quý khách", text,
                       message_id=f"<{number}@nganhang.example>")  # fmt: skip

    desk.writes("2026-11-24 09:01", f"Help <{MACHINE}>", "Máy in hỏng", "Máy in ở quầy 3 không in được.")
    answers = exchange(desk, MACHINE, its_answer)
    assert answers == 10 == len(to_machine(desk))
    assert len(notes(desk)) == 1
    # When the hour is over nobody gets the backlog, and nothing begins again by itself.
    desk.until("2026-11-24 16:00")
    assert len(to_machine(desk)) == 10


def test_a_helpdesk_with_proper_headers_gets_one_answer(desk: SimulatedDesk) -> None:
    def its_answer(number: int, letter: EmailMessage) -> EmailMessage:
        mail = compose(
            MACHINE, DESK, f"[Ticket#{number}] Đã nhận", "Đã nhận.", message_id=f"<{number}@nganhang.example>"
        )
        mail["Auto-Submitted"] = "auto-replied"
        return mail

    desk.writes("2026-11-24 09:01", MACHINE, "Máy in hỏng", "Máy in ở quầy 3 không in được.")
    assert exchange(desk, MACHINE, its_answer) == 1
    assert len(desk.tickets()) == 1
    assert notes(desk) == []


def test_a_machine_that_changes_its_address_with_every_mail_meets_the_cap_of_its_domain(
    desk: SimulatedDesk,
) -> None:
    for number in range(130):
        arrives(desk, generated(f"m{number}@nganhang.example", number))
        arrives(desk, generated(f"u{number}@vst.gov.vn", number)) if number < 105 else None
    desk.jump("2026-11-24 09:10")
    sent = [row.recipient_domain for row in notes(desk, "acknowledgement") if row.state is OutboxState.ACCEPTED]
    assert sent.count("nganhang.example") == 100
    assert sent.count("vst.gov.vn") == 105  # the treasury's own people are never counted together
    assert len(desk.tickets()) == 235
    (note,) = notes(desk)
    assert "Các địa chỉ thuộc nganhang.example đã nhận đủ 100" in note.text


def test_an_absence_without_any_sign_that_answers_everything_gets_nothing_back(desk: SimulatedDesk) -> None:
    def its_answer(number: int, letter: EmailMessage) -> EmailMessage:
        return compose(USER, DESK, f"Re: {letter['Subject']}", "Chị Hoa sinh em bé rồi ạ, tháng sáu chị ấy mới đi làm.",
                       message_id=f"<{number}@vst.gov.vn>", reply_to=letter)  # fmt: skip

    desk.writes("2026-11-24 09:01", USER, "Lỗi TABMIS", REQUEST)
    assert exchange(desk, "hoa.nt@vst.gov.vn", its_answer) == 1
    assert len(desk.tickets()) == 1


def test_a_requester_and_an_officer_who_both_answer_everything_end_at_the_cap_of_the_ticket(
    desk: SimulatedDesk,
) -> None:
    """Each machine's text goes to the other as a person's words would: only the ticket's own cap can end that."""
    desk.writes("2026-11-24 09:01", USER, "Lỗi TABMIS", REQUEST)
    seen = {"hoa.nt@vst.gov.vn": 0, OFFICE: 0}
    for turn in range(80):
        before = dict(seen)
        for address in seen:
            box = desk.servers.read_mailbox(address)
            for raw in box[seen[address] :]:
                letter = message_from_bytes(raw, policy=policy.default)
                expected = len(desk.servers.read_mailbox(DESK)) + 1
                desk.desk.send(address, f"Re: {letter['Subject']}", f"Nội dung số {turn} của tôi.", reply_to=letter)
                assert desk.servers.wait_until_visible(DESK, expected, timeout=120)
            seen[address] = len(box)
        if seen == before:
            break
        desk.jump("2026-11-24 09:05")
    else:
        pytest.fail("the exchange goes on")
    assert sum(seen.values()) <= 2 * 30 + 2
    assert len(desk.tickets()) == 1
    assert len(notes(desk)) == 1


# Floods.


def test_a_mail_bomb_leaves_room_for_others_and_makes_one_note(desk: SimulatedDesk) -> None:
    half = BOMB // 2
    for number in range(half):
        arrives(desk, generated("bom@xa.example", number))
    arrives(desk, generated("hoa.nt@vst.gov.vn", 1, "Lỗi TABMIS"))
    for number in range(half, BOMB):
        arrives(desk, generated("bom@xa.example", number))
    desk.parts.intake.warm_up()
    desk.parts.intake.step()
    assert "hoa.nt@vst.gov.vn" in [ticket.requester_address for ticket in desk.tickets()]  # among the first 50
    began = time.perf_counter()
    counts = handled(desk)
    print(f"{BOMB} mails of one sender: {1000 * (time.perf_counter() - began) / BOMB:.1f} ms each")
    assert len(desk.tickets()) == 21
    assert counts.ignored >= BOMB - 50
    assert len(notes(desk)) == 1
    assert {row.reason for row in rows_of(desk, Inbound) if row.state is InboundState.IGNORED} == {
        "brake: too many tickets of this sender within an hour"
    }
    desk.jump("2026-11-24 10:30")
    assert [row.letter for row in to_machine(desk, "bom@xa.example")] == ["acknowledgement"] * 10
    # The next morning the Service Desk sees how many there were; a person may take one in whatever the brakes say.
    desk.until("2026-11-25 08:30")
    morning = notes(desk, "morning_list")[-1]
    assert f"từ bom@xa.example: {BOMB - 20} thư" in morning.text
    last = rows_of(desk, Inbound)[-1].id
    mail_retry(desk.desk.config, [last], out=False, as_ticket=True)
    desk.jump("2026-11-25 08:31")
    assert len(desk.tickets()) == 22


def test_a_backlog_is_answered_by_the_hour_in_which_it_is_answered_and_not_by_those_in_which_it_came(
    desk: SimulatedDesk,
) -> None:
    for hour in range(9, 23):
        desk.clock.now = at(f"2026-11-24 {hour:02}:30")  # the desk does nothing meanwhile
        arrives(desk, generated(MACHINE, hour))
    desk.jump("2026-11-24 23:00")
    assert len(desk.tickets()) == 14
    told, stopped = [OutboxState.ACCEPTED] * 10, [OutboxState.CANCELLED] * 4
    assert [row.state for row in notes(desk, "acknowledgement")] == told + stopped
    assert len(notes(desk)) == 1
    desk.until("2026-11-25 02:00")
    assert len(to_machine(desk)) == 10


def put(desk: SimulatedDesk, letter: str, count: int) -> list[Outbox]:
    """So many automatic letters to the machine at one moment, whoever decided them; as they stand in the queue."""
    gate = desk.parts.intake.recorder._gate
    now = desk.clock.now
    with desk.parts.database.write() as session:
        for number in range(count):
            gate.put(
                session,
                Outbox(
                    cause=f"slot:{letter}{number}", letter=letter, recipient=MACHINE, recipient_key=MACHINE,
                    recipient_domain="nganhang.example", message_id=f"<{letter}{number}@vst.gov.vn>", subject="Thư",
                    text="…", html="…", created_at=now, next_attempt_at=now,
                ),
            )  # fmt: skip
    return notes(desk, letter)


def test_the_clocks_own_letters_wait_for_the_next_hours_and_are_not_lost(desk: SimulatedDesk) -> None:
    due = [row.next_attempt_at - desk.clock.now for row in put(desk, "closing_warning", 21)]
    assert [round(wait.total_seconds() / 3600) for wait in due] == [0] * 10 + [1] * 10 + [2]


def test_the_outbox_itself_takes_no_answer_above_the_cap_whatever_decided_it(desk: SimulatedDesk) -> None:
    rows = put(desk, "help", 13)
    assert [row.state for row in rows] == [OutboxState.PENDING] * 10 + [OutboxState.CANCELLED] * 3
    assert rows[-1].last_reply == "brake: above the hourly cap of automatic answers"
    assert [row.recipient for row in notes(desk)] == ["servicedesk@vst.gov.vn"]
    (event,) = [one for one in rows_of(desk, Event) if one.kind == "brake_reached"]
    assert (event.actor, event.reason) == (MACHINE, "automatic answers to this address")


def test_a_request_over_the_cap_of_the_address_that_its_answer_goes_to_is_a_ticket_without_acknowledgement(
    desk: SimulatedDesk,
) -> None:
    put(desk, "help", 10)
    arrives(desk, generated("hoa.nt@vst.gov.vn", 1, Reply_To=MACHINE))
    arrives(desk, generated(MACHINE, 2, Reply_To="hoa.rieng@x.example"))
    desk.jump("2026-11-24 09:01")
    answers = {row.recipient: row.state for row in notes(desk, "acknowledgement")}
    assert answers == {MACHINE: OutboxState.CANCELLED, "hoa.rieng@x.example": OutboxState.ACCEPTED}
    assert len(desk.tickets()) == 2
    assert len(notes(desk)) == desk.events().count("brake_reached") == 1


def test_a_bug_of_ours_on_one_bundle_keeps_that_address_waiting_and_no_other(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(held: Sequence[Outbox], *others: Any) -> Bundle:
        if held[0].recipient == OFFICE:
            raise ZeroDivisionError
        return bundle_of(held, *others)

    monkeypatch.setattr(bundling, "bundle_of", breaks)
    with desk.parts.database.write() as session:
        for number, recipient in enumerate((OFFICE, "servicedesk@vst.gov.vn")):
            session.add(letter(number, recipient=recipient, recipient_key=recipient, letter="notice",
                               state=OutboxState.HELD, created_at=desk.clock.now))  # fmt: skip
    desk.until("2026-11-24 09:30")
    assert [row.recipient for row in notes(desk, "bundle")] == ["servicedesk@vst.gov.vn"]
    monkeypatch.setattr(bundling, "bundle_of", bundle_of)
    desk.until("2026-11-24 11:00")
    assert sorted(row.recipient for row in notes(desk, "bundle")) == ["servicedesk@vst.gov.vn", OFFICE]


def test_mails_without_a_sender_are_braked_too(desk: SimulatedDesk) -> None:
    for number in range(30):
        raw = generated("x@y.example", number).partition(b"\r\n")[2]
        arrives(desk, raw)
    desk.jump("2026-11-24 09:05")
    assert len(desk.tickets()) == 20
    assert len(notes(desk)) == 1


def test_a_mail_that_runs_in_circles_is_on_record(desk: SimulatedDesk) -> None:
    hops = "".join(
        f"Received: from a{n}.x.example by b.x.example; Tue, 24 Nov 2026 09:00:00 +0700\r\n" for n in range(31)
    )
    arrives(desk, hops.encode() + generated("hoa.nt@vst.gov.vn", 1))
    arrives(desk, hops.encode().partition(b"\r\n")[2] + generated("nam.lv@vst.gov.vn", 2))
    desk.jump("2026-11-24 09:05")
    assert [ticket.requester_address for ticket in desk.tickets()] == ["nam.lv@vst.gov.vn"]
    assert "31 máy chủ" in notes(desk)[0].text


def test_suspected_spam_stands_in_the_list_of_the_next_morning(desk: SimulatedDesk) -> None:
    arrives(desk, generated("qc@x.example", 1, "Trúng thưởng", X_Spam_Flag="YES"))
    desk.until("2026-11-25 08:30")
    assert desk.tickets() == []
    (morning,) = notes(desk, "morning_list")
    assert "Nghi là thư rác, số 1, từ qc@x.example: Trúng thưởng 1" in morning.text


def test_notices_above_the_cap_of_an_office_arrive_as_one_list(tmp_path: Path, models: Path) -> None:
    cap = (("staff_notices_per_address_hour = 200", "staff_notices_per_address_hour = 5"),)
    with simulated_desk(tmp_path, models, NOW, cap) as desk:
        for number in range(12):
            text = REQUEST.replace("Nguyễn Thị Hoa", f"Nguyễn Thị Số {number}")
            mail = compose(f"Người {number} <u{number}@vst.gov.vn>", DESK, f"Lỗi TABMIS {number}", text)
            mail["Message-ID"] = f"<{number}@x.example>"
            arrives(desk, mail.as_bytes())
        desk.jump("2026-11-24 09:01")
        holders = {ticket.holder for ticket in desk.tickets()}
        assert len(holders) == 1
        boxes = {row.recipient for row in notes(desk, "notice")}
        assert boxes == {OFFICE}
        assert [row.state for row in notes(desk, "notice")].count(OutboxState.HELD) == 7
        desk.until("2026-11-24 10:30")
        (bundle,) = notes(desk, "bundle")
        assert (bundle.recipient, bundle.state) == (OFFICE, OutboxState.ACCEPTED)
        assert [f"HT-2026-0000{n:02}" in bundle.text for n in range(1, 13)] == [False] * 5 + [True] * 7
        assert "7 thông báo về 7 yêu cầu" in bundle.text
        assert [row.state for row in notes(desk, "notice")].count(OutboxState.BUNDLED) == 7
        # Its buttons work.
        subject = bundle.text.partition("tiêu đề “")[2].partition("”")[0]
        desk.writes("2026-11-24 10:31", OFFICE, subject, "#nhan")
        assert [ticket.taken_by for ticket in desk.tickets()].count(OFFICE) == 1
