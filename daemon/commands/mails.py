"""`mail`: mail in and letters out, the quarantine, and the ways back."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.commands.looking import letter_row
from daemon.commands.who import invoker
from daemon.output import print_done, print_json, print_table, printable, printable_lines
from storage import blobs, events, intake, outbox, tickets
from storage.tables import Event, Inbound, InboundState, OutboxState

UNCHANGED = "dry run, nothing was changed"


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


def mail_show(config: Path, number: int, as_json: bool, out: bool, raw: bool) -> int:
    if raw and (out or as_json):
        raise WrongUse("--raw gives the bytes of a mail in as they came: expected it without --out and --json")
    desk = Desk(config)
    with desk.database.read() as session:
        mail = intake.get(session, number) if not out else None
        letter = outbox.get(session, number) if out else None
        tries = outbox.attempts_of(session, number) if letter is not None else []
        ticket = tickets.get(session, mail.ticket_id) if mail is not None and mail.ticket_id else None
    if mail is None and letter is None:
        raise WrongUse(f"there is no {'letter' if out else 'mail'} {number}")
    if raw and mail is not None:
        return _show_raw(desk, mail)
    row = mail_row(mail) | {"ticket": ticket.code if ticket else None} if mail is not None else {}
    if letter is not None:
        attempts = [{"at": t.at.isoformat(), "outcome": t.outcome, "reply": t.reply} for t in tries]
        row = letter_row(letter) | {"text": letter.text, "tries": attempts}
    if as_json:
        print_json(row)
    else:
        for name, value in row.items():
            sys.stdout.write(f"{name:12} {_shown(desk, name, value)}\n")
    return 0


def _show_raw(desk: Desk, mail: Inbound) -> int:
    if mail.digest is None:
        raise WrongUse(f"the bytes of mail {mail.id} were never read: {mail.reason}")
    if not _without_bytes(desk, [mail]):
        for piece in desk.files.pieces(mail.digest):
            sys.stdout.buffer.write(piece)
        return 0
    raise WrongUse(f"the bytes of mail {mail.id} are no longer kept: the retention rule or an erasure took them")


def _shown(desk: Desk, name: str, value: Any) -> str:
    """A value of `mail show` as a person reads it: times in the desk's zone, the tries and the text a line each."""
    if name == "text":
        return "\n" + printable_lines(value, "  | ").rstrip("\n")
    if name == "tries":
        tries = (f"{_local(desk, one['at'])}  {one['outcome']}: {one['reply']}" for one in value)
        return "\n" + printable_lines("\n".join(tries), "  | ").rstrip("\n") if value else "none"
    return printable(_local(desk, value) if name in ("received", "decided", "accepted") and value else value)


def _local(desk: Desk, moment: str) -> str:
    return desk.local(datetime.fromisoformat(moment))


def mail_retry(
    config: Path, numbers: Sequence[int], out: bool, as_ticket: bool, dry_run: bool = False, as_json: bool = False
) -> int:
    """Put mails or letters back, all of them or none: with one that cannot be put back nothing happens."""
    desk = Desk(config)
    if out:
        return _retry_letters(desk, numbers, dry_run, as_json)
    state = InboundState.IGNORED if as_ticket else InboundState.QUARANTINED
    rows = _rows(desk, numbers, state)
    if gone := _without_bytes(desk, rows):
        raise WrongUse(f"without bytes to handle: {', '.join(map(str, gone))}; see `mail show`; nothing was changed")
    if dry_run:
        return _rehearse(config, rows, as_ticket, [], as_json)
    now, who = datetime.now(desk.zone), invoker()
    with desk.database.write() as session:
        for number in numbers:
            if not intake.put_back(session, number, as_ticket=as_ticket):
                raise WrongUse(f"{number} is no longer {state.value}: nothing was changed")
            reason = "as a ticket" if as_ticket else "by number"
            events.add(session, Event(inbound_id=number, at=now, kind="mail_retried", actor=who, reason=reason))
    row = {"dry_run": False, "count": len(numbers), "mails": list(numbers), "without_bytes": []}
    print_done(as_json, row, [f"mail {number} will be handled at the next pass" for number in numbers])
    return 0


def _retry_letters(desk: Desk, numbers: Sequence[int], dry_run: bool, as_json: bool) -> int:
    now, who = datetime.now(desk.zone), invoker()
    with desk.database.write() as session:
        for number in numbers:
            letter = outbox.get(session, number)
            if letter is None or not outbox.retry(session, number, now):
                raise WrongUse(
                    f"{number} is no refused, open, held, bundled or cancelled letter with its words: see `mail list --out`"
                )
            details = {"letter": number}
            events.add(
                session,
                Event(ticket_id=letter.ticket_id, at=now, kind="letter_retried", actor=who, details=details),
            )
        if dry_run:
            session.rollback()
    verb = "could be" if dry_run else "will be"
    lines = [f"letter {number} {verb} sent at the next pass" for number in numbers]
    row = {"dry_run": dry_run, "count": len(numbers), "letters": list(numbers)}
    print_done(as_json, row, [*lines, *([UNCHANGED] if dry_run else [])])
    return 0


def retry_all(config: Path, reason: str, dry_run: bool, as_json: bool = False) -> int:
    """Put everything in quarantine back, or what is there for a reason that contains this text."""
    desk = Desk(config)
    with desk.database.read() as session:
        kept = [row for row in intake.quarantined(session) if reason.lower() in row.reason.lower()]
    gone = _without_bytes(desk, kept)
    rows = [row for row in kept if row.id not in gone]
    if dry_run:
        return _rehearse(config, rows, False, gone, as_json)
    now, who = datetime.now(desk.zone), invoker()
    with desk.database.write() as session:
        done = [row.id for row in rows if row.id is not None and intake.put_back(session, row.id)]
        for number in done:
            why = f"all of {reason}" if reason else "all"
            events.add(session, Event(inbound_id=number, at=now, kind="mail_retried", actor=who, reason=why))
    row = {"dry_run": False, "count": len(done), "mails": done, "without_bytes": gone}
    print_done(as_json, row, [f"{len(done)} mails will be handled at the next pass", *_left_out(gone)])
    return 0


def _left_out(gone: Sequence[int]) -> list[str]:
    return [f"{len(gone)} mails have no bytes to handle: see `mail list --state quarantined`"] if gone else []


def _rehearse(config: Path, rows: Sequence[Inbound], as_ticket: bool, gone: list[int], as_json: bool) -> int:
    """Say for each mail what would become of it now, and whether the program has changed since it was kept."""
    from daemon.parts import build
    from daemon.settings import load
    from daemon.version import program_version

    parts = build(load(config))
    foretold: list[dict[str, Any]] = []
    try:
        for row in rows:
            row.as_ticket = as_ticket
            same = row.settled_by == program_version()
            foretold.append({"mail": row.id, "outcome": parts.intake.rehearse(row), "same_program": same})
    finally:
        parts.database.close()
    lines = [
        f"mail {one['mail']}: {one['outcome']}{' (kept by this very program)' if one['same_program'] else ''}"
        for one in foretold
    ]
    numbers = [one["mail"] for one in foretold]
    said = {"dry_run": True, "count": len(rows), "mails": numbers, "without_bytes": gone, "foretold": foretold}
    print_done(as_json, said, [*lines, f"{UNCHANGED}: {len(rows)} mails", *_left_out(gone)])
    return 0


def mail_drop(config: Path, numbers: Sequence[int], reason: str, dry_run: bool, as_json: bool = False) -> int:
    """Give mails in quarantine up, all of them or none; their raw bytes stay until the retention rule takes them."""
    desk = Desk(config)
    if not reason.strip():
        raise WrongUse('--reason is empty: say why, such as --reason "trial of a scanner"')
    rows, now, who = _rows(desk, numbers, InboundState.QUARANTINED), datetime.now(desk.zone), invoker()
    if not dry_run:
        with desk.database.write() as session:
            for number in numbers:
                if not intake.drop(session, number, now, f"dropped by {who}: {reason.strip()}"):
                    raise WrongUse(f"{number} is no longer in quarantine: nothing was dropped")
                events.add(
                    session, Event(inbound_id=number, at=now, kind="mail_dropped", actor=who, reason=reason.strip())
                )
    verb = "would be dropped" if dry_run else "dropped"
    lines = [f"mail {row.id} {verb} ({row.reason})" for row in rows]
    said = {"dry_run": dry_run, "count": len(rows), "mails": list(numbers), "reason": reason.strip()}
    print_done(as_json, said, [*lines, *([UNCHANGED] if dry_run else [])])
    return 0


def _rows(desk: Desk, numbers: Sequence[int], state: InboundState) -> list[Inbound]:
    """These mails, which must all be in this state."""
    with desk.database.read() as session:
        found = [(number, intake.get(session, number)) for number in numbers]
    wrong = [str(number) for number, row in found if row is None or row.state is not state]
    if wrong:
        raise WrongUse(
            f"not {state.value}: {', '.join(wrong)}; see `mail list --state {state.value}`; nothing was changed"
        )
    return [row for _, row in found if row is not None]


def _without_bytes(desk: Desk, rows: Sequence[Inbound]) -> list[int]:
    """The numbers of those mails whose bytes were never read or are no longer kept."""
    with desk.database.read() as session:
        return [row.id or 0 for row in rows if row.digest is None or not blobs.is_kept(session, row.digest)]
