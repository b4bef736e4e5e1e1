"""Muted addresses: those of the directory that our letters did not reach, each until a date."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.tables import Mute


def put(session: Session, mute: Mute) -> None:
    """Mute the address from now on, or longer than it is muted already; no mute ends sooner by this."""
    running = session.get(Mute, mute.key, with_for_update=True)
    if running is None or running.until < mute.until:
        session.merge(mute)
        session.flush()


def at(session: Session, now: datetime) -> dict[str, Mute]:
    """What is muted at this moment, by comparable address."""
    return {mute.key: mute for mute in session.exec(select(Mute).where(col(Mute.until) > now))}


def lift(session: Session, key: str) -> bool:
    """End the mute of an address; False if it has none."""
    mute = session.get(Mute, key)
    if mute is None:
        return False
    session.delete(mute)
    session.flush()
    return True
