"""What follows from a letter that did not reach its recipient: a word to whoever holds the ticket, or a muted address. Pure.

A bounce must never cause a letter to the address that failed (FIELD row 11). An address of the directory is muted: the Service
Desk is told once, and until the date what would go there goes to whoever stands in.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from daemon.desk.brakes import mute_of, muted_lines
from daemon.desk.directory import SERVICE_DESK
from daemon.desk.draft import Draft
from daemon.desk.facts import Facts, Policy, Proof
from daemon.desk.letters import TO_REQUESTER, Letter, LetterKind
from daemon.desk.plan import NewEvent, NewMute, Plan
from daemon.reading.addresses import comparable
from storage.tables import InboundState, Outbox, Passing, Ticket

_ENHANCED = re.compile(r"(?<![\d.])[45]\.(\d{1,3}\.\d{1,3})(?![\d.])")
_NOT_THE_RECIPIENT = frozenset({"1.7", "1.8", "2.3"})
_BASIC = re.compile(r"(?<![\d.])[45]\d\d(?= )")


def undelivered(
    ticket: Ticket | None, chain: Sequence[Passing], letter: Outbox, reply: str, now: datetime, policy: Policy,
    *, muted_already: bool = False,
) -> Plan:  # fmt: skip
    """The plan for a letter that the relay refused for good."""
    event = refusal(letter, reply)
    if letter.letter == LetterKind.UNDELIVERABLE.value:
        # A report of a failure that itself fails is on record only: two dead addresses would report each other for ever.
        known = ticket.id if ticket is not None else None
        return Plan(InboundState.IGNORED, "letter refused", ticket_id=known, events=(event,))
    if ticket is None:
        return _without_ticket(letter, reply, event, now, policy, muted_already)
    draft = Draft(ticket, chain, Facts(now, Proof(False, None, False), muted_already=muted_already), policy)
    draft.events.append(event)
    mute = tell_of_failure(draft, letter, reply)
    return replace(draft.plan(None, "letter refused"), mutes=mute)


def refusal(letter: Outbox, reply: str) -> NewEvent:
    """What stands in the ticket's history about a letter that was refused for good."""
    return NewEvent("letter_refused", "desk", reply, {"recipient": letter.recipient, "letter": letter.letter})


def _without_ticket(
    letter: Outbox, reply: str, event: NewEvent, now: datetime, policy: Policy, muted_already: bool
) -> Plan:
    desk = policy.rules.directory.holder(SERVICE_DESK)
    mute = _mute(letter, reply, now, policy)
    lines = (_failed(letter.recipient, reply), *(muted_lines(mute, policy) if mute is not None else ()))
    told = Letter(LetterKind.UNDELIVERABLE, desk.address, desk.name, lines=lines)
    silent = comparable(desk.address) == comparable(letter.recipient) or (mute is not None and muted_already)
    plan = Plan(InboundState.IGNORED, "letter refused", letters=() if silent else (told,), events=(event,))
    return replace(plan, mutes=(mute,) if mute is not None and not muted_already else ())


def tell_of_failure(
    draft: Draft, letter: Outbox, reply: str, also_failed: Sequence[str] = (), report: str | None = None
) -> tuple[NewMute, ...]:
    """Tell whoever can do something about a letter that came back; the mute that begins, if one does.

    Where other addresses failed than the one that we wrote to, it is a list that reaches its other members: it is not muted,
    and the Service Desk is told of it once a day. `report` is the text of the bounce, where one brought the failure.
    """
    facts, policy = draft.facts, draft.policy
    mute = _mute(letter, reply, facts.now, policy, report)
    behind_a_list = bool(also_failed) and comparable(letter.recipient) not in map(comparable, also_failed)
    if mute is None or behind_a_list:
        once = policy.once_a_day(f"failed:{comparable(letter.recipient)}", facts.now) if mute is not None else ""
        written = draft.written_by(lambda: draft.undeliverable(letter.recipient, reply, also_failed=also_failed))
        draft.letters += [replace(one, once=once) for one in written]
        return ()
    if facts.muted_already:
        return ()  # the Service Desk knows, and later letters go elsewhere
    draft.service_desk(LetterKind.UNDELIVERABLE, [_failed(letter.recipient, reply), *muted_lines(mute, policy)])
    draft.event("address_muted", "desk", reply, address=letter.recipient, until=mute.until.isoformat())
    return (mute,)


def _mute(letter: Outbox, reply: str, now: datetime, policy: Policy, report: str | None = None) -> NewMute | None:
    """What an officer gets as a requester is not the desk's business with him: such a failure mutes nobody.

    Neither does one that is about the letter, its size or what a filter thought of it, or a failure of our own.
    """
    dead = address_is_dead(f"{reply}\n{report or ''}")
    if letter.letter in TO_REQUESTER or dead is False or (dead is None and report is None):
        return None
    return mute_of(letter.recipient, reply, now, policy)


def address_is_dead(said: str) -> bool | None:
    """Whether a server speaks of the recipient's address (RFC 3463: X.1.X and X.2.X); None when it names no code.

    X.1.7 and X.1.8 are about the sender's address, which is ours, and X.2.3 is about the letter's length. Without such a
    code 550 and 551 are about the mailbox too (RFC 5321, 4.2.3); 553 is as often about the sender.
    """
    enhanced = _ENHANCED.search(said)
    if enhanced is not None:
        return enhanced[1].startswith(("1.", "2.")) and enhanced[1] not in _NOT_THE_RECIPIENT
    basic = _BASIC.search(said)
    return basic[0] in ("550", "551") if basic is not None else None


def _failed(recipient: str, reply: str) -> str:
    return f"Thư gửi tới {recipient} không đến được người nhận: {reply}"
