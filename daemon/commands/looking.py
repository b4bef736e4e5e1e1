"""`tickets` and `mail`: looking at what the desk knows, and the ways back out of quarantine and outbox."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.commands.output import print_json, print_table, printable
from daemon.commands.selecting import Selection, ticket_filter
from daemon.commands.timeline import story
from storage import events, intake, outbox, tickets
from storage.tables import Inbound, InboundState, Outbox, OutboxState, Ticket


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
    """The contract's keys of `tickets --json`."""
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
    }


def tickets_show(config: Path, code: str, as_json: bool) -> int:
    desk = Desk(config)
    with desk.database.read() as session:
        ticket = tickets.by_code(session, code.upper())
        if ticket is None or ticket.id is None:
            raise WrongUse(f"there is no ticket {code}")
        said = tickets.entries(session, ticket.id)
        happened = events.of_ticket(session, ticket.id)
        letters = outbox.of_ticket(session, ticket.id)
        chain = tickets.chain(session, ticket.id)
    if as_json:
        print_json(
            ticket_row(ticket)
            | {
                "subject": ticket.subject,
                "rule": ticket.rule,
                "passers": [link.holder for link in chain],
                "entries": [
                    {"at": e.at.isoformat(), "kind": e.kind, "from": e.author_address, "text": e.text} for e in said
                ],
                "events": [
                    {"at": e.at.isoformat(), "kind": e.kind, "actor": e.actor, "reason": e.reason, "details": e.details}
                    for e in happened
                ],
                "letters": [letter_row(letter) for letter in letters],
            }
        )
        return 0
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
    if chain:
        lines.append("  passed up by " + " → ".join(link.holder for link in chain))
    for moment in story(said, happened, letters):
        lines.append(f"\n{desk.local(moment.at)}  {moment.mark} {printable(moment.head)}")
        lines += [f"      | {printable(line)}" for line in moment.body.splitlines()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def mail_list(config: Path, as_json: bool, state: str, out: bool, limit: int) -> int:
    desk = Desk(config)
    allowed = set(OutboxState) if out else set(InboundState)
    if state and state not in allowed:
        raise WrongUse(f"--state {state}: expected one of {', '.join(sorted(allowed))}")
    with desk.database.read() as session:
        if out:
            letters = outbox.listing(session, [OutboxState(state)] if state else [], limit)
        else:
            mails = intake.listing(session, InboundState(state) if state else None, limit)
    if as_json:
        for row in [letter_row(letter) for letter in letters] if out else [mail_row(mail) for mail in mails]:
            print_json(row)
    elif out:
        print_table(
            ["id", "state", "letter", "recipient", "decided", "attempts", "last reply", "subject"],
            [[o.id, o.state, o.letter, o.recipient, desk.local(o.created_at), o.attempts, o.last_reply, o.subject[:50]] for o in letters],
            "no letters",
        )  # fmt: skip
    else:
        print_table(
            ["id", "state", "kind", "received", "sender", "size", "reason", "subject"],
            [[m.id, m.state, m.kind, desk.local(m.received_at), m.sender, m.size, m.reason, m.subject[:50]] for m in mails],
            "no mail",
        )  # fmt: skip
    return 0


def mail_row(mail: Inbound) -> dict[str, Any]:
    return {
        "id": mail.id, "mailbox": mail.mailbox, "uidvalidity": mail.uidvalidity, "uid": mail.uid, "state": mail.state,
        "kind": mail.kind, "reason": mail.reason, "message_id": mail.message_id, "sender": mail.sender,
        "subject": mail.subject, "size": mail.size, "received": mail.received_at.isoformat(), "attempts": mail.attempts,
        "ticket_id": mail.ticket_id, "digest": mail.digest,
    }  # fmt: skip


def letter_row(letter: Outbox) -> dict[str, Any]:
    return {
        "id": letter.id, "state": letter.state, "letter": letter.letter, "cause": letter.cause,
        "recipient": letter.recipient, "subject": letter.subject, "message_id": letter.message_id,
        "decided": letter.created_at.isoformat(), "attempts": letter.attempts, "last_reply": letter.last_reply,
        "accepted": letter.accepted_at.isoformat() if letter.accepted_at else None,
    }  # fmt: skip


def mail_show(config: Path, number: int, as_json: bool, out: bool, raw: bool) -> int:
    desk = Desk(config)
    with desk.database.read() as session:
        mail = intake.get(session, number) if not out else None
        letter = outbox.get(session, number) if out else None
        tries = outbox.attempts_of(session, number) if letter is not None else []
        ticket = tickets.get(session, mail.ticket_id) if mail is not None and mail.ticket_id else None
    if mail is None and letter is None:
        raise WrongUse(f"there is no {'letter' if out else 'mail'} {number}")
    if raw and mail is not None:
        if mail.digest is None:
            raise WrongUse(f"the bytes of mail {number} were never read: {mail.reason}")
        for piece in desk.files.pieces(mail.digest):
            sys.stdout.buffer.write(piece)
        return 0
    row = mail_row(mail) | {"ticket": ticket.code if ticket else None} if mail is not None else {}
    if letter is not None:
        attempts = [{"at": t.at.isoformat(), "outcome": t.outcome, "reply": t.reply} for t in tries]
        row = letter_row(letter) | {"text": letter.text, "tries": attempts}
    if as_json:
        print_json(row)
    else:
        for name, value in row.items():
            sys.stdout.write(f"{name:12} {value if name == 'text' else printable(value)}\n")
    return 0


def mail_retry(config: Path, number: int, out: bool, as_ticket: bool) -> int:
    desk = Desk(config)
    with desk.database.write() as session:
        done = (
            outbox.retry(session, number, datetime.now(desk.zone))
            if out
            else intake.put_back(session, number, as_ticket=as_ticket)
        )
    if not done:
        what = "refused, open or cancelled letter" if out else ("ignored mail" if as_ticket else "quarantined mail")
        raise WrongUse(f"{number} is no {what}: see `mail list{' --out' if out else ''}`")
    sys.stdout.write(f"{'letter' if out else 'mail'} {number} will be handled at the next pass\n")
    return 0
