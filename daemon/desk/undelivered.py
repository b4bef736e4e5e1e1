"""What follows from a letter that the relay refused for good: an event, and a word to whoever holds the ticket. Pure."""

from collections.abc import Sequence
from datetime import datetime

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.draft import Draft
from daemon.desk.facts import Facts, Policy, Proof
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import NewEvent, Plan
from daemon.reading.addresses import comparable
from storage.tables import InboundState, Outbox, Passing, Ticket


def undelivered(
    ticket: Ticket | None, chain: Sequence[Passing], letter: Outbox, reply: str, now: datetime, policy: Policy
) -> Plan:
    """The plan for a refused letter; the address that failed is never written to about it (FIELD row 11)."""
    event = NewEvent("letter_refused", "desk", reply, {"recipient": letter.recipient, "letter": letter.letter})
    if letter.letter == LetterKind.UNDELIVERABLE.value:
        # A report of a failure that itself fails is on record only: two dead addresses would report each other for ever.
        known = ticket.id if ticket is not None else None
        return Plan(InboundState.IGNORED, "letter refused", ticket_id=known, events=(event,))
    if ticket is None:
        desk = policy.rules.directory.holder(SERVICE_DESK)
        line = f"Thư gửi tới {letter.recipient} không đến được người nhận: {reply}"
        told = Letter(LetterKind.UNDELIVERABLE, desk.address, desk.name, lines=(line,))
        letters = () if comparable(desk.address) == comparable(letter.recipient) else (told,)
        return Plan(InboundState.IGNORED, "letter refused", letters=letters, events=(event,))
    draft = Draft(ticket, chain, Facts(now, Proof(False, None, False)), policy)
    draft.events.append(event)
    draft.undeliverable(letter.recipient, reply)
    return draft.plan(None, "letter refused")
