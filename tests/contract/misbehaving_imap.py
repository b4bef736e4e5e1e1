"""An IMAP server with a few mails that refuses, hangs or drops the connection at a chosen command."""

import re
import threading
from collections.abc import Callable, Mapping
from typing import Self

from tests.contract.misbehaving import Hangup, Line, MisbehavingServer
from tests.servers.certificate import Certificate

DROP = "drop the connection"
STALL = "say nothing more"
GARBLE = "answer nonsense"
DROP_AFTER = "answer half and drop the connection"
IDLE_DROP = "begin to idle and drop the connection"
LATE_MAIL = "find nothing and announce mail in the same breath"
IDLE_HALF = "announce mail in two packets that part in the middle of a line"
IDLE_BURST = "announce mail in the same packet in which idling begins"
IDLE_DEAD = "begin to idle and say nothing more, with the connection open"
DROP_DONE = "do it and drop the connection before the answer"
STALL_DONE = "do it and say nothing more"
DRIP = "send lines that answer nothing, for ever"
OMIT = "answer OK and send nothing"
REMARK = "answer, and tell of changed flags meanwhile, with UIDs and without"


class MisbehavingImap(MisbehavingServer):
    """`behaviour` maps a command (LOGIN, SELECT, NOOP, "UID SEARCH", "UID FETCH", IDLE …) to one of the above, or to
    the text of a NO. `withheld` are UIDs that FETCH answers with NO. "greeting" may be replaced too; "UID FETCH BODY" is
    only the fetching of bodies, DONE the end of an IDLE. The other folders and what lies in them are `folders`.
    """

    def __init__(
        self,
        behaviour: Mapping[str, str] | None = None,
        mails: Mapping[int, bytes] | None = None,
        capability: str = "IMAP4rev1 IDLE UIDPLUS",
        withheld: frozenset[int] = frozenset(),
        tls: Certificate | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(tls, port)
        self._behaviour = dict(behaviour or {})
        self.mails = dict(mails or {})
        self._capability = capability
        self._withheld = withheld
        self.uidvalidity = 7
        self.folders: dict[str, list[bytes]] = {}
        self.before: dict[str, Callable[[], object]] = {}  # done once, when that command comes
        self._deleted: set[int] = set()
        self._highest = max(self.mails, default=0)
        self.commands: list[str] = []
        self._built = object()  # another one when the mailbox is rebuilt
        # Whoever changes or reads what lies here holds it: a test's own thread and one for each connection do so at once.
        self._changing = threading.RLock()

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def recover(self) -> None:
        """Behave from now on; a connection that hangs goes on hanging, as behind a firewall that forgot it."""
        self._behaviour.clear()
        self._withheld = frozenset()

    def misbehave(self, **behaviour: str) -> None:
        """Misbehave from now on; `_` in a name stands for a blank."""
        self._behaviour.update({name.replace("_", " "): value for name, value in behaviour.items()})

    def deliver(self, *mails: bytes) -> None:
        """New mail, with UIDs that no mail had before."""
        with self._changing:
            for mail in mails:
                self.mails = {**self.mails, self._next(): mail}
                self._highest = max(self.mails)

    def rename_folder(self, old: str, new: str) -> None:
        """Let another folder have what lies in this one, if anything."""
        with self._changing:
            self.folders[new] = self.folders.pop(old, [])

    def remove_folders(self) -> None:
        """Remove every folder but the inbox, with what lies in them."""
        with self._changing:
            self.folders.clear()

    def rebuild(self, uidvalidity: int, mails: Mapping[int, bytes]) -> None:
        """Restore the mailbox anew; connections to the former one end, and none of them sees a mixture."""
        with self._changing:
            self.drop_connections()
            self.uidvalidity, self.mails = uidvalidity, dict(mails)
            self._built = object()

    def talk(self, line: Line) -> None:
        built = self._built
        if self._behaviour.get("greeting") == STALL:
            line.stall()
        line.write(self._behaviour.get("greeting", "* OK ready"))
        while True:
            tag, _, command = line.read().decode("utf-8", "replace").partition(" ")
            self.commands.append(command)
            words = command.split() or [""]
            name = " ".join(words[:2]) if words[0] == "UID" else words[0].upper()
            precisely = f"{name} BODY" if "BODY.PEEK" in command else name
            behaves_as = precisely if precisely in self._behaviour else name
            with self._changing:
                self.before.pop(precisely, lambda: None)()
            if self._misbehave(line, tag, behaves_as, command):
                continue
            if name == "IDLE":
                self._idle(line, tag)
                continue
            with self._changing:
                if built is not self._built:
                    raise Hangup
                self._behave(line, tag, name, command)
            if name == "LOGOUT":
                return

    def _misbehave(self, line: Line, tag: str, name: str, command: str) -> bool:
        wanted = self._behaviour.get(name, "")
        if wanted in (DROP_DONE, STALL_DONE):
            self._effect(name, command)
        if wanted in (DROP, DROP_DONE):
            raise Hangup
        if wanted in (STALL, STALL_DONE):
            line.stall()
        if wanted == DRIP:
            line.drip("* OK still busy")
        if wanted == OMIT:
            line.write(f"{tag} OK done")
            return True
        if wanted == REMARK:
            line.write(*(f"* {number} FETCH (FLAGS (\\Seen))" for number in range(1, max(self.mails) + 2)))
            line.write(f"* 1 FETCH (UID {min(self.mails)} FLAGS (\\Seen))")
            return False
        if wanted == IDLE_DEAD:
            line.write("+ idling")
            line.stall()
        if wanted == LATE_MAIL:
            line.write("* SEARCH", f"* {len(self.mails) + 1} EXISTS", f"{tag} OK done")
            return True
        if wanted == IDLE_DROP:
            line.write("+ idling")
            raise Hangup
        if wanted == IDLE_BURST:
            line.write("+ idling", f"* {len(self.mails) + 1} EXISTS")
            line.read()
            line.write(f"{tag} OK done")
            return True
        if wanted == IDLE_HALF:
            line.write("+ idling")
            line.write_part(f"* {len(self.mails) + 1} EXI")
            line.read()
            line.write("STS", f"{tag} OK done")
            return True
        if wanted == GARBLE:
            line.write("* 1 FETCH (UID (((", f"{tag} OK done")
        elif wanted == DROP_AFTER:
            line.write("* 1 FETCH (UID 1 BODY[] {5000}", "only this")
            raise Hangup
        elif wanted:
            line.write(f"{tag} NO {wanted}")
        return bool(wanted)

    def _behave(self, line: Line, tag: str, name: str, command: str) -> None:
        if name == "CAPABILITY":
            line.write(f"* CAPABILITY {self._capability}")
        elif name in ("SELECT", "EXAMINE"):
            line.write(
                f"* {len(self.mails)} EXISTS",
                f"* OK [UIDVALIDITY {self.uidvalidity}] valid",
                f"* OK [UIDNEXT {self._next()}] next",
            )
        elif name == "UID SEARCH" and self._beyond_the_last(command):
            line.write(f"{tag} BAD no such message number")
            return
        elif name == "UID SEARCH":
            line.write("* SEARCH " + " ".join(str(uid) for uid in self._searched(command)))
        elif name == "UID FETCH":
            if not self._fetch(line, command):
                line.write(f"{tag} NO [SERVERBUG] cannot read this mail")
                return
        elif name == "LIST":
            line.write(*(f'* LIST () "/" "{folder}"' for folder in self.folders if folder == _quoted(command)))
        elif name in ("UID COPY", "UID MOVE") and _quoted(command) not in self.folders:
            line.write(f"{tag} NO [TRYCREATE] no such folder")
            return
        else:
            self._effect(name, command)
        line.write(f"{tag} OK done")

    def _idle(self, line: Line, tag: str) -> None:
        line.write("+ idling")
        line.read()
        if not self._misbehave(line, tag, "DONE", "DONE"):
            line.write(f"{tag} OK done")

    def _effect(self, name: str, command: str) -> None:
        """What a command changes."""
        with self._changing:
            self._change(name, command)

    def _change(self, name: str, command: str) -> None:
        uids = _uids(command) & set(self.mails) if name.startswith("UID") else set()
        if name == "CREATE":
            self.folders.setdefault(_quoted(command), [])
        if name in ("UID COPY", "UID MOVE") and _quoted(command) in self.folders:
            self.folders[_quoted(command)] += [self.mails[uid] for uid in sorted(uids)]
        if name == "UID STORE":
            self._deleted |= uids
        if name == "UID MOVE" or name == "UID EXPUNGE":
            moved = uids if _quoted(command) in self.folders else set()
            gone = moved if name == "UID MOVE" else uids & self._deleted
            self.mails = {uid: mail for uid, mail in self.mails.items() if uid not in gone}

    def _next(self) -> int:
        return max(self._highest, max(self.mails, default=0)) + 1

    def _beyond_the_last(self, command: str) -> bool:
        window = re.search(r"SEARCH (\d+):", command)
        return bool(window) and int(window[1]) > len(self.mails)  # type: ignore[index]

    def _searched(self, command: str) -> list[int]:
        """ "UID SEARCH [A:B] UID N:*": the mails numbered A to B whose UID is N or more, and always the last one."""
        uids = sorted(self.mails)
        if named := re.search(r" UID ([\d,]+)$", command):
            return [uid for uid in uids if uid in {int(each) for each in named[1].split(",")}]
        if window := re.search(r"SEARCH (\d+):(\d+|\*)", command):
            end = len(uids) if window.group(2) == "*" else int(window.group(2))
            uids = uids[int(window.group(1)) - 1 : end]
        if least := re.search(r" UID (\d+):\*", command):
            return [uid for uid in uids if uid >= int(least.group(1)) or uid == uids[-1]]
        return uids

    def _fetch(self, line: Line, command: str) -> bool:
        uids = _uids(command)
        if self._withheld & uids:
            return False
        for number, (uid, content) in enumerate(sorted(self.mails.items()), 1):
            if uid not in uids:
                continue
            if "RFC822.SIZE" in command:
                date = "21-Nov-2026 08:00:00 +0700"
                line.write(f'* {number} FETCH (UID {uid} RFC822.SIZE {len(content)} INTERNALDATE "{date}")')
            else:
                line.write(f"* {number} FETCH (UID {uid} BODY[] {{{len(content)}}}".encode() + b"\r\n" + content + b")")
        return True


def _uids(command: str) -> set[int]:
    """The UIDs that a command names, `1,4:6` as imapclient writes them."""
    found: set[int] = set()
    for part in command.split()[2].split(","):
        first, _, last = part.partition(":")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def _quoted(command: str) -> str:
    """The folder that a command names last."""
    return command.rstrip().rsplit(" ", 1)[-1].strip('"')
