"""Rows about stored files. The file comes first (`storage.files`), its row second, the rows that name it last.

A removed file's row stays with the time of its removal: the ledger of intake still knows the same mail when it comes again.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.inserting import insert_once
from storage.tables import Attachment, Blob, Inbound


def remember(session: Session, digest: str, size: int, at: datetime) -> None:
    """Note a stored file of `size` bytes; nothing happens if it is known, and one that was removed is there again."""
    if insert_once(session, Blob(digest=digest, size=size, stored_at=at), "digest") is None:
        back = update(Blob).where(col(Blob.digest) == digest, col(Blob.removed_at).is_not(None))
        session.exec(back.values(removed_at=None, stored_at=at))


def known_digests(session: Session) -> set[str]:
    """The digests of all files that rows speak of; any other old file is an orphan."""
    return set(session.exec(select(Blob.digest).where(col(Blob.removed_at).is_(None))))


def is_kept(session: Session, digest: str) -> bool:
    """Whether rows say that the bytes are there."""
    blob = session.get(Blob, digest)
    return blob is not None and blob.removed_at is None


def release(session: Session, digests: Iterable[str], at: datetime) -> list[str]:
    """Mark those of these files as removed that no mail and no attachment needs any more; which they were.

    A mail needs its raw file until its row was emptied, an attachment as long as it has a row.
    """
    wanted = set(digests)
    mails = select(Inbound.digest).where(col(Inbound.digest).in_(wanted), col(Inbound.emptied_at).is_(None))
    attached = select(Attachment.digest).where(col(Attachment.digest).in_(wanted))
    needed = {*session.exec(mails), *session.exec(attached)}
    free = sorted(wanted - needed)
    mark_removed(session, free, at)
    return free


def mark_removed(session: Session, digests: Iterable[str], at: datetime) -> None:
    """From now on these files are orphans: removed by whoever marked them, or else by the nightly sweep."""
    gone = update(Blob).where(col(Blob.digest).in_(list(digests)), col(Blob.removed_at).is_(None))
    session.exec(gone.values(removed_at=at))
