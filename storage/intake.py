"""The ledger of intake: which UIDs of which mailbox were taken, and what became of each."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, func, update
from sqlmodel import Session, col, select

from storage.faults import Stale
from storage.inserting import insert_once
from storage.tables import Blob, Cursor, Inbound, InboundState

SUSPECT_FROM = 2  # attempts that did not end
# Mails of one sender that keep their place in the order of arrival; those behind them wait for the others.
FAIR_SHARE = 20


def cursor(session: Session, mailbox: str) -> Cursor | None:
    """How far this mailbox was read, or None before the first time."""
    return session.get(Cursor, mailbox)


def set_cursor(session: Session, mailbox: str, uidvalidity: int, last_uid: int, at: datetime) -> None:
    session.merge(Cursor(mailbox=mailbox, uidvalidity=uidvalidity, last_uid=last_uid, updated_at=at))
    session.flush()


def add(session: Session, row: Inbound) -> int | None:
    """Put one UID into the ledger. Returns the row's id, or None if this UID was there already."""
    new_id: int | None = insert_once(session, row, "mailbox", "uidvalidity", "uid")
    return new_id


def get(session: Session, inbound_id: int) -> Inbound | None:
    return session.get(Inbound, inbound_id)


def known_uids(session: Session, mailbox: str, uidvalidity: int, above: int = 0) -> set[int]:
    """The UIDs greater than `above` that the ledger has, whatever became of them."""
    found = select(Inbound.uid).where(
        Inbound.mailbox == mailbox, Inbound.uidvalidity == uidvalidity, col(Inbound.uid) > above
    )
    return set(session.exec(found))


def pending(session: Session, limit: int = 100) -> list[Inbound]:
    """Mail that waits to be handled, oldest first; what was in hand at two deaths of the program waits behind the rest.

    So a mail that kills the program cannot hold up the others, and deaths that come from outside hardly ever add up on
    one mail until it is condemned; after a single death everything still keeps its order.

    Of a sender who has more than `FAIR_SHARE` mails waiting, the others come behind everybody's first ones: who arrives
    in the middle of a flood waits for a few mails and not for thousands. A sender's own mails keep their order.
    """
    twice_in_hand = case((col(Inbound.attempts) >= SUSPECT_FROM, 1), else_=0)
    place = func.row_number().over(partition_by=col(Inbound.sender), order_by=col(Inbound.id))
    places = select(Inbound.id, place.label("place")).where(Inbound.state == InboundState.PENDING).subquery()
    waiting = select(Inbound).join(places, places.c.id == col(Inbound.id))
    in_turn = waiting.order_by(twice_in_hand, (places.c.place - 1) // FAIR_SHARE, col(Inbound.id))
    return list(session.exec(in_turn.limit(limit)))


def count_attempt(session: Session, inbound_id: int) -> int:
    """Count one more attempt at this mail and return the new number; to be committed before the work begins."""
    row = update(Inbound).where(col(Inbound.id) == inbound_id)
    counted = session.exec(row.values(attempts=Inbound.attempts + 1).returning(col(Inbound.attempts)))
    number: int = counted.scalar_one()
    return number


def uncount_attempts(session: Session, inbound_id: int, before: int) -> None:
    """Take attempts back down to what they were, because the world failed and not the work on this mail.

    Safe to repeat, and right also when it is unknown whether the attempt was stored.
    """
    row = update(Inbound).where(col(Inbound.id) == inbound_id, col(Inbound.attempts) > before)
    session.exec(row.values(attempts=before))


def settle(
    session: Session,
    inbound_id: int,
    state: InboundState,
    at: datetime,
    *,
    kind: str = "",
    reason: str = "",
    ticket_id: int | None = None,
    message_id: str | None = None,
    sender: str = "",
    subject: str = "",
    settled_by: str = "",
) -> None:
    """Write down what became of a pending mail and, once it was read, what it calls itself.

    What is not given keeps its value. Raises Stale if it was settled already: everything must roll back.
    """
    given = {"kind": kind, "ticket_id": ticket_id, "message_id": message_id, "sender": sender, "subject": subject,
             "settled_by": settled_by}  # fmt: skip
    known = {name: value for name, value in given.items() if value}
    pending_row = update(Inbound).where(col(Inbound.id) == inbound_id, col(Inbound.state) == InboundState.PENDING)
    if session.exec(pending_row.values(state=state, settled_at=at, reason=reason, **known)).rowcount != 1:
        raise Stale(f"mail {inbound_id} is no longer pending")


def put_back(session: Session, inbound_id: int, as_ticket: bool = False) -> bool:
    """The way back out of quarantine, or of the ignored mail with `as_ticket`: pending again, with all its attempts.

    False if it was in no such state, or if its bytes were never read or are no longer kept.
    """
    state = InboundState.IGNORED if as_ticket else InboundState.QUARANTINED
    bytes_kept = select(Blob.digest).where(col(Blob.removed_at).is_(None))
    kept = update(Inbound).where(
        col(Inbound.id) == inbound_id, col(Inbound.state) == state, col(Inbound.digest).in_(bytes_kept)
    )
    again = {"state": InboundState.PENDING, "attempts": 0, "reason": "", "settled_at": None, "as_ticket": as_ticket}
    return session.exec(kept.values(**again)).rowcount == 1


def drop(session: Session, inbound_id: int, at: datetime, reason: str) -> bool:
    """Take a mail out of quarantine for good: ignored with this reason; its raw bytes stay. False if it is not there."""
    kept = update(Inbound).where(col(Inbound.id) == inbound_id, col(Inbound.state) == InboundState.QUARANTINED)
    return session.exec(kept.values(state=InboundState.IGNORED, reason=reason, settled_at=at)).rowcount == 1


def quarantined(session: Session) -> list[Inbound]:
    """Everything in quarantine, oldest first."""
    kept = select(Inbound).where(Inbound.state == InboundState.QUARANTINED)
    return list(session.exec(kept.order_by(col(Inbound.id))))


def ignored_between(session: Session, since: datetime, until: datetime, reason: str) -> list[Inbound]:
    """Mail that was put on record from `since` on and before `until`, for a reason that begins so, oldest first."""
    begins = col(Inbound.reason).startswith(reason, autoescape=True)
    rows = select(Inbound).where(Inbound.state == InboundState.IGNORED, begins)
    then = rows.where(col(Inbound.settled_at) >= since, col(Inbound.settled_at) < until)
    return list(session.exec(then.order_by(col(Inbound.id))))


def same_bytes_before(session: Session, row: Inbound) -> Inbound | None:
    """The first earlier mail with the same raw bytes, through whatever mailbox or UID it came."""
    if row.digest is None:
        return None
    return _first_before(session, row, col(Inbound.digest) == row.digest)


def same_mail_before(session: Session, row: Inbound) -> Inbound | None:
    """The first earlier mail with the same content digest, which covers the Message-ID: a copy through an alias."""
    if row.content_digest is None:
        return None
    return _first_before(session, row, col(Inbound.content_digest) == row.content_digest)


def same_id_before(session: Session, row: Inbound, message_id: str | None = None) -> Inbound | None:
    """The first earlier mail with the same Message-ID and another content: a new mail, to be flagged.

    `message_id` is given while the mail's own row does not know it yet.
    """
    wanted = message_id or row.message_id
    if not wanted:
        return None
    other = col(Inbound.content_digest).is_distinct_from(row.content_digest)
    return _first_before(session, row, col(Inbound.message_id) == wanted, other)


def unmoved(session: Session, mailbox: str, uidvalidity: int, limit: int = 500) -> list[Inbound]:
    """Mail in the ledger that was not yet moved on the server, oldest first, settled or not."""
    there = select(Inbound).where(
        Inbound.mailbox == mailbox, Inbound.uidvalidity == uidvalidity, col(Inbound.moved_at).is_(None)
    )
    return list(session.exec(there.order_by(col(Inbound.id)).limit(limit)))


def mark_moved(session: Session, inbound_ids: Iterable[int], at: datetime) -> None:
    session.exec(update(Inbound).where(col(Inbound.id).in_(list(inbound_ids))).values(moved_at=at))


def listing(session: Session, state: InboundState | None = None, limit: int = 100) -> list[Inbound]:
    """Mail of one state (`QUARANTINED` for the quarantine) or of all, newest first."""
    rows = select(Inbound).order_by(col(Inbound.id).desc()).limit(limit)
    return list(session.exec(rows if state is None else rows.where(Inbound.state == state)))


def counts(session: Session) -> dict[InboundState, int]:
    """How many mails are in each state; states without any are left out."""
    counted = select(Inbound.state, func.count()).group_by(col(Inbound.state))
    return {InboundState(state): number for state, number in session.exec(counted)}


def _first_before(session: Session, row: Inbound, *same: object) -> Inbound | None:
    earlier = select(Inbound).where(col(Inbound.id) < row.id, *same).order_by(col(Inbound.id)).limit(1)  # type: ignore[arg-type]
    return session.exec(earlier).first()
