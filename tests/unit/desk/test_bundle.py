"""Notices above an address's hourly cap become one list, at most one an hour."""

from datetime import datetime, timedelta

import pytest

from daemon.desk.bundle import bundle_of, by_recipient, is_due
from daemon.desk.letters import LetterKind
from storage.tables import Outbox, ReplyGoes
from tests.unit.desk.builders import LAN, NOW, POLICY, letter_of, ticket


def held(ticket_id: int | None = 7, kind: str = "notice", recipient: str = LAN.address) -> Outbox:
    row = letter_of(ReplyGoes.NOTE, recipient=recipient, kind=kind)
    row.ticket_id, row.recipient_key = ticket_id, recipient
    return row


def test_the_list_names_each_ticket_once_with_what_happened_and_what_the_requester_said_last() -> None:
    rows = [held(), held(kind="follow_up"), held(kind="follow_up"), held(8), held(None, "brake")]
    tickets = {7: ticket(), 8: ticket(id=8, code="HT-2026-000008", subject="Máy in")}
    bundle = bundle_of(rows, tickets, {7: "Vẫn\n chưa được. " + "x" * 300}, NOW, POLICY)
    letter = bundle.letter
    assert (letter.kind, letter.recipient, letter.bound_to) == (LetterKind.BUNDLE, LAN.address, "Lâm Đồng")
    (section,) = letter.sections
    assert section.figures == "4 thông báo về 2 yêu cầu"
    first, second = section.tickets
    assert first.about.startswith("yêu cầu được giao cho nơi của anh/chị; người gửi bổ sung: “Vẫn chưa được. xxx")
    assert first.about.endswith("…”")
    assert (second.code, second.about, second.take) == ("HT-2026-000008", "yêu cầu được giao cho nơi của anh/chị", True)
    assert letter.lines == ("[HT-2026-000007] (thông báo)",)
    assert bundle.rows == tuple(rows)


def test_a_bundle_without_tickets_and_one_of_hundreds_are_written_too() -> None:
    assert bundle_of([held(None)], {}, {}, NOW, POLICY).letter.sections == ()
    many = {number: ticket(id=number, code=f"HT-2026-{number:06}") for number in range(1, 131)}
    letter = bundle_of([held(number) for number in many], many, {}, NOW, POLICY).letter
    assert (len(letter.sections[0].tickets), letter.sections[0].left_out) == (100, 30)


@pytest.mark.parametrize(
    ("waited", "last", "due"),
    [
        (timedelta(minutes=9), None, False),
        (timedelta(minutes=10), None, True),
        (timedelta(minutes=59), NOW - timedelta(minutes=59), False),
        (timedelta(minutes=59), NOW - timedelta(minutes=60), True),
    ],
)
def test_notices_are_collected_and_at_most_one_list_an_hour_goes_out(
    waited: timedelta, last: datetime | None, due: bool
) -> None:
    row = held()
    row.created_at = NOW - waited
    assert is_due([row], last, NOW) is due


def test_each_address_has_its_own_list() -> None:
    rows = [held(), held(recipient="b@x.example"), held(8)]
    assert {key: len(its) for key, its in by_recipient(rows).items()} == {LAN.address: 2, "b@x.example": 1}
