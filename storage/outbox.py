"""The queue of letters: decided in one transaction, sent only from their rows, with every try on record.

The way of a row: `pending` → `leased` → (data begun) → `accepted`, `refused`, `pending` again (deferred) or `in_doubt`.
A row in doubt is leased once more with the same Message-ID; in doubt again, it is `open` for a person.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, update
from sqlmodel import Session, col, select

from storage.faults import LeaseLost
from storage.inserting import insert_once
from storage.tables import Attempt, AttemptOutcome, Outbox, OutboxState

MOST_DOUBTS = 1  # a letter left in doubt is sent again at most once more

_WAITING = (OutboxState.PENDING, OutboxState.IN_DOUBT)
_STUCK = (OutboxState.REFUSED, OutboxState.OPEN, OutboxState.CANCELLED, OutboxState.HELD, OutboxState.BUNDLED)
# These were never sent, so that they count against no cap.
_KEPT_BACK = (OutboxState.CANCELLED, OutboxState.HELD, OutboxState.BUNDLED)


# --- deciding


def add_letter(session: Session, letter: Outbox) -> int | None:
    """Queue a letter. Returns its id, or None if this cause already wrote this letter to this recipient."""
    new_id: int | None = insert_once(session, letter, "cause", "letter", "recipient")
    return new_id


def automatic_since(session: Session, key: str, since: datetime) -> int:
    """How many automatic letters to this address (comparable form) were let through from that time on."""
    return _automatic(session, col(Outbox.recipient_key) == key, since)


def automatic_to_domain_since(session: Session, domain: str, since: datetime) -> int:
    """The same for all addresses of a domain."""
    return _automatic(session, col(Outbox.recipient_domain) == domain, since)


def _automatic(session: Session, whose: Any, since: datetime) -> int:
    counted = select(func.count()).select_from(Outbox).where(whose)
    decided = counted.where(col(Outbox.created_at) >= since, col(Outbox.automatic).is_(True))
    return session.exec(decided.where(col(Outbox.state).not_in(_KEPT_BACK))).one()


def has_cause(session: Session, cause: str) -> bool:
    """Whether any letter of this cause was decided: what is told once a day was told today."""
    return session.exec(select(Outbox.id).where(Outbox.cause == cause).limit(1)).first() is not None


def held(session: Session) -> list[Outbox]:
    """Every letter that waits to be bundled, oldest first."""
    rows = select(Outbox).where(Outbox.state == OutboxState.HELD).order_by(col(Outbox.id))
    return list(session.exec(rows))


def mark_bundled(session: Session, ids: Iterable[int], bundle: str) -> None:
    """These held letters were told in the letter of that cause."""
    rows = update(Outbox).where(col(Outbox.id).in_(list(ids)), col(Outbox.state) == OutboxState.HELD)
    session.exec(rows.values(state=OutboxState.BUNDLED, last_reply=f"told in {bundle}"))


def last_of_kind(session: Session, key: str, letter: str) -> datetime | None:
    """When the last letter of this kind to this address (comparable form) was decided."""
    rows = select(func.max(Outbox.created_at)).where(Outbox.recipient_key == key, Outbox.letter == letter)
    return session.exec(rows).one()


# --- sending


def lease(session: Session, now: datetime, until: datetime, limit: int = 1) -> list[Outbox]:
    """Take up to `limit` due letters, longest due first, which nobody else gets before `until`.

    `doubts` of a row tells whether it is a repeat. Commit before sending.
    """
    due = select(Outbox).where(col(Outbox.state).in_(_WAITING), col(Outbox.next_attempt_at) <= now)
    first = due.order_by(col(Outbox.next_attempt_at), col(Outbox.id)).limit(limit)
    rows = list(session.exec(first.with_for_update(skip_locked=True)))  # SQLite has one writer and needs no lock
    for row in rows:
        row.state, row.lease_until, row.data_begun_at = OutboxState.LEASED, until, None
        session.add(row)
    session.flush()
    return rows


def mark_data_begun(session: Session, letter: Outbox, at: datetime) -> None:
    """Note that DATA is about to be sent; from here on a lost answer means doubt. To be committed before DATA.

    Raises LeaseLost if the letter is no longer the caller's: it must not be sent.
    """
    mine = _held(letter).where(col(Outbox.lease_until) > at)
    if session.exec(mine.values(data_begun_at=at)).rowcount != 1:
        raise LeaseLost(f"the lease of letter {letter.id} ran out")


def give_back(session: Session, letter: Outbox, next_attempt_at: datetime) -> None:
    """Return a leased letter unsent because the relay is down; no attempt is counted. A lost lease is left alone."""
    session.exec(_held(letter).values(**_waiting(letter, next_attempt_at)))


def give_back_lease(session: Session, until: datetime) -> None:
    """Free the letters leased until exactly then and not begun: for a lease of which it is unknown whether it was stored."""
    row = update(Outbox).where(col(Outbox.state) == OutboxState.LEASED, col(Outbox.lease_until) == until)
    untouched = row.where(col(Outbox.data_begun_at).is_(None))
    again = case((col(Outbox.doubts) > 0, OutboxState.IN_DOUBT), else_=OutboxState.PENDING)
    session.exec(untouched.values(state=again, lease_until=None))


def record_accepted(session: Session, letter: Outbox, at: datetime, reply: str) -> None:
    """The relay said 250. It is true even if the lease has run out meanwhile, and stops any repeat."""
    _record(session, letter, AttemptOutcome.ACCEPTED, at, reply)
    not_settled = update(Outbox).where(col(Outbox.id) == letter.id, col(Outbox.state) != OutboxState.ACCEPTED)
    session.exec(not_settled.values(state=OutboxState.ACCEPTED, accepted_at=at, last_reply=reply, lease_until=None))


def record_deferred(session: Session, letter: Outbox, at: datetime, reply: str, next_attempt_at: datetime) -> None:
    """The relay said 4xx for this letter: due again then. It was not sent, so no doubt is left from this try."""
    _record(session, letter, AttemptOutcome.DEFERRED, at, reply)
    session.exec(_held(letter).values(**_waiting(letter, next_attempt_at), last_reply=reply))


def record_refused(session: Session, letter: Outbox, at: datetime, reply: str) -> None:
    """The relay said 5xx, or the last attempt was used up."""
    _record(session, letter, AttemptOutcome.REFUSED, at, reply)
    session.exec(_held(letter).values(state=OutboxState.REFUSED, last_reply=reply, lease_until=None))


def record_in_doubt(
    session: Session, letter: Outbox, at: datetime, reply: str, next_attempt_at: datetime
) -> OutboxState:
    """No answer came back after DATA had begun. Returns IN_DOUBT (due once more then) or OPEN (a person decides)."""
    _record(session, letter, AttemptOutcome.IN_DOUBT, at, reply)
    state = OutboxState.IN_DOUBT if letter.doubts < MOST_DOUBTS else OutboxState.OPEN
    doubtful = {"state": state, "doubts": letter.doubts + 1, "next_attempt_at": next_attempt_at, "lease_until": None}
    session.exec(_held(letter).values(**doubtful, last_reply=reply))
    return state


def take_back_expired(session: Session, now: datetime, next_attempt_at: datetime) -> list[Outbox]:
    """Free the letters whose lease ran out, as after a crash, and return them as they are now.

    Without begun DATA a letter waits again as before and is due at once; with it, it is in doubt as in
    `record_in_doubt`.
    """
    expired = select(Outbox).where(Outbox.state == OutboxState.LEASED, col(Outbox.lease_until) <= now)
    rows = list(session.exec(expired.order_by(col(Outbox.id)).with_for_update(skip_locked=True)))
    for row in rows:
        if row.data_begun_at is None:
            session.exec(_held(row).values(**_waiting(row, row.next_attempt_at)))
        else:
            record_in_doubt(session, row, now, "no answer before the lease ran out", next_attempt_at)
    return rows


def newest_time(session: Session) -> datetime | None:
    """The latest time at which a letter was decided or tried; None when there is none."""
    decided, tried = (
        session.exec(select(func.max(Outbox.created_at))).one(),
        session.exec(select(func.max(Attempt.at))).one(),
    )
    return max((time for time in (decided, tried) if time is not None), default=None)


def clock_was_put_back(session: Session, now: datetime, lease_until: datetime) -> int:
    """Make every waiting letter due now, because the times of all of them were measured by a clock that was ahead.

    No lease ends later than `lease_until` any more: of a holder who lives, only the acceptance still counts. Returns
    how many letters were brought forward.
    """
    held = update(Outbox).where(col(Outbox.state) == OutboxState.LEASED, col(Outbox.lease_until) > lease_until)
    session.exec(held.values(lease_until=lease_until))
    waiting = update(Outbox).where(col(Outbox.state).in_(_WAITING), col(Outbox.next_attempt_at) > now)
    return session.exec(waiting.values(next_attempt_at=now)).rowcount


def next_due(session: Session) -> datetime | None:
    """When the next waiting letter is due, or None if none waits."""
    waiting = select(func.min(Outbox.next_attempt_at)).where(col(Outbox.state).in_(_WAITING))
    return session.exec(waiting).one()


def _held(letter: Outbox) -> Any:
    """An update of the row if it still has the lease that the caller was given; each lease ends at another time."""
    row = update(Outbox).where(col(Outbox.id) == letter.id, col(Outbox.state) == OutboxState.LEASED)
    return row.where(col(Outbox.lease_until) == letter.lease_until)


def _waiting(letter: Outbox, next_attempt_at: datetime) -> dict[str, Any]:
    """What a letter looks like that waits again; one that was in doubt before still shows it."""
    state = OutboxState.IN_DOUBT if letter.doubts else OutboxState.PENDING
    return {"state": state, "next_attempt_at": next_attempt_at, "lease_until": None, "data_begun_at": None}


def _record(session: Session, letter: Outbox, outcome: AttemptOutcome, at: datetime, reply: str) -> None:
    assert letter.id is not None
    session.add(Attempt(outbox_id=letter.id, at=at, outcome=outcome, reply=reply))
    session.exec(update(Outbox).where(col(Outbox.id) == letter.id).values(attempts=Outbox.attempts + 1))


# --- looking, and a person's decisions


def get(session: Session, letter_id: int) -> Outbox | None:
    return session.get(Outbox, letter_id)


def by_message_id(session: Session, message_id: str) -> Outbox | None:
    """The letter that we sent, or will send, under this Message-ID."""
    return session.exec(select(Outbox).where(Outbox.message_id == message_id)).one_or_none()


def listing(session: Session, states: Iterable[OutboxState] = (), limit: int = 100) -> list[Outbox]:
    """Letters in these states, or in any, newest first."""
    rows = select(Outbox).order_by(col(Outbox.id).desc()).limit(limit)
    wanted = list(states)
    return list(session.exec(rows.where(col(Outbox.state).in_(wanted)) if wanted else rows))


def of_ticket(session: Session, ticket_id: int) -> list[Outbox]:
    """The letters of a ticket in the order in which they were decided."""
    return list(session.exec(select(Outbox).where(Outbox.ticket_id == ticket_id).order_by(col(Outbox.id))))


def attempts_of(session: Session, letter_id: int) -> list[Attempt]:
    """Every try to send this letter, in order."""
    return list(session.exec(select(Attempt).where(Attempt.outbox_id == letter_id).order_by(col(Attempt.id))))


def first_tried(session: Session, letter: Outbox) -> datetime | None:
    """When the first of the tries that count was made, since a person retried it if he did; None before the first."""
    if not letter.attempts:
        return None
    tries = select(Attempt.at).where(Attempt.outbox_id == letter.id).order_by(col(Attempt.id).desc())
    return session.exec(tries.offset(letter.attempts - 1).limit(1)).first()


def counts(session: Session) -> dict[OutboxState, int]:
    """How many letters are in each state; states without any are left out."""
    counted = select(Outbox.state, func.count()).group_by(col(Outbox.state))
    return {OutboxState(state): number for state, number in session.exec(counted)}


def retry(session: Session, letter_id: int, at: datetime) -> bool:
    """Send a letter that is refused, open, cancelled, held or bundled as if new, under its old Message-ID.

    False if it is in no such state, or if its words are no longer kept.
    """
    stuck = update(Outbox).where(
        col(Outbox.id) == letter_id, col(Outbox.state).in_(_STUCK), col(Outbox.emptied_at).is_(None)
    )
    anew = {"state": OutboxState.PENDING, "next_attempt_at": at, "attempts": 0, "doubts": 0, "data_begun_at": None}
    return session.exec(stuck.values(**anew)).rowcount == 1
