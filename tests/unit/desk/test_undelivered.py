"""A letter that the relay refused for good: who is told, and that nobody is told for ever. FIELD rows 11 and 19."""

import pytest

from daemon.desk.letters import LetterKind
from daemon.desk.undelivered import undelivered
from storage.tables import ReplyGoes, Ticket
from tests.unit.desk.builders import LAN, NOW, POLICY, USER, event_kinds, letter_of, ticket

DESK = "servicedesk@vst.gov.vn"


@pytest.mark.parametrize(
    ("about", "failed", "told"),
    [
        (ticket(taken_by=LAN.address), USER.address, [LAN.address]),
        (ticket(taken_by=LAN.address), LAN.address.upper(), [DESK]),
        (ticket("SERVICE_DESK"), DESK, []),
        (None, USER.address, [DESK]),
        (None, DESK, []),
    ],
)
def test_somebody_else_than_the_address_that_failed_is_told(about: Ticket | None, failed: str, told: list[str]) -> None:
    plan = undelivered(about, (), letter_of(ReplyGoes.NOTE, recipient=failed), "550 no such user", NOW, POLICY)
    assert [letter.recipient for letter in plan.letters] == told
    assert all(letter.kind is LetterKind.UNDELIVERABLE for letter in plan.letters)
    assert event_kinds(plan)[0] == "letter_refused"
    assert dict(plan.changes) == {}


@pytest.mark.parametrize("about", [ticket(), None])
@pytest.mark.parametrize("failed", [DESK, LAN.address])
def test_a_report_of_a_failure_that_itself_fails_is_only_on_record(about: Ticket | None, failed: str) -> None:
    refused = letter_of(ReplyGoes.NOTE, recipient=failed, kind=LetterKind.UNDELIVERABLE.value)
    plan = undelivered(about, (), refused, "550 no such user", NOW, POLICY)
    assert plan.letters == ()
    assert event_kinds(plan) == ["letter_refused"]
    assert plan.ticket_id == (7 if about is not None else None)
