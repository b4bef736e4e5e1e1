"""`tickets`: looking at what the desk knows."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.commands.selecting import Selection, ticket_filter
from daemon.commands.timeline import next_in_words, story
from daemon.output import print_json, print_table, printable
from storage import events, outbox, tickets
from storage.tables import Entry, Event, Outbox, Passing, Ticket


def tickets_list(config: Path, as_json: bool, selection: Selection, limit: int) -> int:
    desk = Desk(config)
    wanted = ticket_filter(selection, desk.settings, datetime.now(desk.zone))
    with desk.database.read() as session:
        rows = tickets.listing(session, wanted, limit)
    if as_json:
        for ticket in rows:
            print_json(ticket_row(ticket))
        return 0
    print_table(
        ["code", "state", "level", "holder", "application", "province", "requester", "created", "due", "subject"],
        [
            [t.code, t.state, t.level, t.holder, t.application + ("" if t.application_accepted else "?"), t.province or "?",
             t.requester_address, desk.local(t.created_at), desk.local(t.due_at), t.subject[:50]]
            for t in rows
        ],
        "no tickets",
    )  # fmt: skip
    return 0


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """The contract's keys of `tickets --json`, and when the clocks look at the ticket again and what for."""
    return {
        "code": ticket.code,
        "state": ticket.state,
        "level": ticket.level,
        "holder": ticket.holder,
        "application": ticket.application,
        "province": ticket.province,
        "requester": ticket.requester_address,
        "channel": ticket.channel,
        "created": ticket.created_at.isoformat(),
        "due": ticket.due_at.isoformat() if ticket.due_at else None,
        "next_at": ticket.next_at.isoformat() if ticket.next_at else None,
        "next_what": ticket.next_what,
    }


@dataclass(frozen=True)
class Told:
    """One ticket with everything that happened in it."""

    ticket: Ticket
    said: Sequence[Entry]
    happened: Sequence[Event]
    letters: Sequence[Outbox]
    chain: Sequence[Passing]


def tickets_show(config: Path, code: str, as_json: bool) -> int:
    desk = Desk(config)
    with desk.database.read() as session:
        ticket = tickets.by_code(session, code.upper())
        if ticket is None or ticket.id is None:
            raise WrongUse(f"there is no ticket {code}")
        told = Told(
            ticket, tickets.entries(session, ticket.id), events.of_ticket(session, ticket.id),
            outbox.of_ticket(session, ticket.id), tickets.chain(session, ticket.id),
        )  # fmt: skip
    if as_json:
        print_json(_as_values(told))
    else:
        sys.stdout.write("".join(f"{printable(line)}\n" for line in _in_lines(told, desk)))
    return 0


def _as_values(told: Told) -> dict[str, Any]:
    return ticket_row(told.ticket) | {
        "subject": told.ticket.subject,
        "rule": told.ticket.rule,
        "passers": [link.holder for link in told.chain],
        "entries": [
            {"at": e.at.isoformat(), "kind": e.kind, "from": e.author_address, "text": e.text} for e in told.said
        ],
        "events": [
            {"at": e.at.isoformat(), "kind": e.kind, "actor": e.actor, "reason": e.reason, "details": e.details}
            for e in told.happened
        ],
        "letters": [letter_row(letter) for letter in told.letters],
    }


def _in_lines(told: Told, desk: Desk) -> list[str]:
    ticket = told.ticket
    lines = [
        f"{ticket.code}  {printable(ticket.subject)}",
        f"  {ticket.state}, level {ticket.level}, {ticket.holder}"
        + (f" (taken by {ticket.taken_by})" if ticket.taken_by else ""),
        f"  from {printable(ticket.requester_name)} <{ticket.requester_address}>, {ticket.organisation}, "
        f"{ticket.province or 'province unknown'}, by {ticket.channel}",
        f"  {ticket.application} ({ticket.application_confidence:.0%}{'' if ticket.application_accepted else ', not accepted'})"
        f", rule {ticket.rule}: {printable(ticket.why)}",
        f"  created {desk.local(ticket.created_at)}, answer due {desk.local(ticket.answer_due_at)}, due {desk.local(ticket.due_at)}",
    ]
    if ticket.next_at is not None:
        lines.append(f"  next {desk.local(ticket.next_at)}: {next_in_words(ticket.next_what)}")
    if told.chain:
        lines.append("  passed up by " + " → ".join(link.holder for link in told.chain))
    for moment in story(told.said, told.happened, told.letters):
        lines += ["", f"{desk.local(moment.at)}  {moment.mark} {moment.head}"]
        lines += [f"      | {line}" for line in moment.body.splitlines()]
    return lines


def letter_row(letter: Outbox) -> dict[str, Any]:
    return {
        "id": letter.id, "state": letter.state, "letter": letter.letter, "cause": letter.cause,
        "recipient": letter.recipient, "subject": letter.subject, "message_id": letter.message_id,
        "decided": letter.created_at.isoformat(), "attempts": letter.attempts, "last_reply": letter.last_reply,
        "accepted": letter.accepted_at.isoformat() if letter.accepted_at else None,
    }  # fmt: skip
