"""Moving read mail out of the inbox: the one change ever made on the server, a courtesy to people who look there."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from daemon.mail.imap import Lost, Refused

# How often the copying of one mail is begun when no answer comes: the copy may be there each time.
MOST_COPIES = 2
NO_ANSWER = "the server was asked twice to copy it and did not answer"


class Mover:
    """Moves mails of one folder; belongs to one mailbox and outlives its connections.

    It remembers what it copied, so that a server that copies and then fails to delete is not filled with copies (FIELD
    row 2). Library errors other than a refusal come out as they are: the connection is in an unknown state then.
    """

    def __init__(self) -> None:
        self._uidvalidity = 0
        self._ready: set[str] = set()
        self._copied: set[int] = set()
        self._begun: Counter[int] = Counter()

    def connected(self, uidvalidity: int) -> None:
        """A new connection: folders may be gone, and with another UIDVALIDITY the UIDs mean other mails."""
        self._ready.clear()
        if uidvalidity != self._uidvalidity:
            self._uidvalidity = uidvalidity
            self._copied.clear()
            self._begun.clear()

    def begin_anew(self) -> None:
        """Try again with mails whose copying was begun too often: once a night, a copy too many does no harm."""
        self._begun.clear()

    def move(self, client: Any, uids: Sequence[int], folder: str) -> tuple[list[int], str]:
        """Move exactly these mails to `folder`, made if missing; returns the UIDs that need no moving any more and, when
        others stay, why.
        """
        try:
            self._make_ready(client, folder)
            if client.has_capability("MOVE"):
                return self._move(client, uids, folder), ""
            if not client.has_capability("UIDPLUS"):
                # A plain EXPUNGE would also remove what other people marked as deleted.
                return [], "the server has neither MOVE nor UIDPLUS"
        except Lost:
            raise
        except Refused as error:
            self._ready.discard(folder)  # somebody may have removed it: the next time looks again
            return [], str(error)
        return self._copy_and_remove(client, uids, folder)

    def _make_ready(self, client: Any, folder: str) -> None:
        if folder in self._ready:
            return
        if not client.folder_exists(folder):
            client.create_folder(folder)
            client.subscribe_folder(folder)
        self._ready.add(folder)

    def _move(self, client: Any, uids: Sequence[int], folder: str) -> list[int]:
        try:
            client.move(uids, folder)
        except Lost:
            raise
        except Refused:
            # One mail that a person took away meanwhile makes some servers refuse all of them.
            left = still_there(client, uids)
            if len(left) == len(uids):
                raise
            if left:
                client.move(sorted(left), folder)
        return list(uids)

    def _copy_and_remove(self, client: Any, uids: Sequence[int], folder: str) -> tuple[list[int], str]:
        """What MOVE does, in three steps for each mail: a refusal of one mail leaves that one where it is."""
        done: list[int] = []
        refusal = ""
        for uid in uids:
            try:
                if not self._is_copied(client, uid, folder):
                    refusal = NO_ANSWER
                    continue
                client.add_flags([uid], [b"\\Deleted"], silent=True)
                client.uid_expunge([uid])
                self._copied.discard(uid)
                done.append(uid)
            except Lost:
                raise
            except Refused as error:
                if not still_there(client, [uid]):
                    done.append(uid)
                    continue
                refusal = str(error)
                self._ready.discard(folder)
        return done, refusal

    def _is_copied(self, client: Any, uid: int, folder: str) -> bool:
        """Copy what was not copied; False for a mail whose copying was begun too often without an answer."""
        if uid in self._copied:
            return True
        if self._begun[uid] >= MOST_COPIES:
            return False
        self._begun[uid] += 1
        try:
            client.copy([uid], folder)
        except Lost:
            raise
        except Refused:
            del self._begun[uid]  # refused is an answer: there is no copy
            raise
        del self._begun[uid]
        self._copied.add(uid)
        return True


def still_there(client: Any, uids: Sequence[int]) -> set[int]:
    """Which of these the server still lists, asked anew."""
    client.noop()  # a view from before the last NOOP may still name mail that is gone
    return set(client.search(f"UID {','.join(str(uid) for uid in uids)}")) & set(uids)
