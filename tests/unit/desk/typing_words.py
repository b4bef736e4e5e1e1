"""How the tests of words type them: an officer with all proofs replies to a ticket."""

from typing import Any

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from storage.tables import EntryKind, Passing, Ticket, TicketState
from tests.unit.desk.builders import (
    POLICY,
    facts_of,
    kinds,
    mail,
)


def types(text: str, who: Staff, about: Ticket, passed_by: tuple[Passing, ...] = (), **facts: Any) -> Plan:
    return decide(mail(text, who), facts_of(about, who, passed_by=passed_by, **facts), POLICY)


def refused(plan: Plan) -> bool:
    """Nothing changed, nobody else was written to, the text is kept, and the officer got help."""
    if kinds(plan) != [LetterKind.HELP]:
        return False
    assert (dict(plan.changes), plan.chain) == ({}, None)
    assert plan.letters[0].lines
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL
    assert plan.letters[0].text == plan.entry.text
    return True


def state(plan: Plan) -> TicketState | None:
    return plan.changes.get("state")
