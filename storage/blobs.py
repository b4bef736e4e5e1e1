"""Rows about stored files. The file comes first (`storage.files`), its row second, the rows that name it last."""

from datetime import datetime

from sqlmodel import Session, select

from storage.inserting import insert_once
from storage.tables import Blob


def remember(session: Session, digest: str, size: int, at: datetime) -> None:
    """Note a stored file of `size` bytes; nothing happens if it is known."""
    insert_once(session, Blob(digest=digest, size=size, stored_at=at), "digest")


def known_digests(session: Session) -> set[str]:
    """The digests of all files that rows speak of; any other old file is an orphan."""
    return set(session.exec(select(Blob.digest)))
