"""An IMAP server with a few mails that refuses, hangs or drops the connection at a chosen command."""

import re
from collections.abc import Mapping
from typing import Self

from tests.contract.misbehaving import Hangup, Line, MisbehavingServer
from tests.servers.certificate import Certificate

DROP = "drop the connection"
STALL = "say nothing more"
GARBLE = "answer nonsense"
DROP_AFTER = "answer half and drop the connection"
IDLE_DROP = "begin to idle and drop the connection"
LATE_MAIL = "find nothing and announce mail in the same breath"
IDLE_BURST = "announce mail in the same packet in which idling begins"


class MisbehavingImap(MisbehavingServer):
    """`behaviour` maps a command (LOGIN, SELECT, NOOP, "UID SEARCH", "UID FETCH", IDLE …) to one of the above, or to
    the text of a NO. `withheld` are UIDs that FETCH answers with NO. "greeting" may be replaced too.
    """

    def __init__(
        self,
        behaviour: Mapping[str, str] | None = None,
        mails: Mapping[int, bytes] | None = None,
        capability: str = "IMAP4rev1 IDLE UIDPLUS",
        withheld: frozenset[int] = frozenset(),
        tls: Certificate | None = None,
    ) -> None:
        super().__init__(tls)
        self._behaviour = dict(behaviour or {})
        self.mails = dict(mails or {})
        self._capability = capability
        self._withheld = withheld
        self.commands: list[str] = []

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def talk(self, line: Line) -> None:
        if self._behaviour.get("greeting") == STALL:
            line.stall()
        line.write(self._behaviour.get("greeting", "* OK ready"))
        while True:
            tag, _, command = line.read().decode("utf-8", "replace").partition(" ")
            self.commands.append(command)
            words = command.split() or [""]
            name = " ".join(words[:2]) if words[0] == "UID" else words[0].upper()
            if not self._misbehave(line, tag, name):
                self._behave(line, tag, name, command)

    def _misbehave(self, line: Line, tag: str, name: str) -> bool:
        wanted = self._behaviour.get(name, "")
        if wanted == DROP:
            raise Hangup
        if wanted == STALL:
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
                f"* {len(self.mails)} EXISTS", "* OK [UIDVALIDITY 7] valid", f"* OK [UIDNEXT {self._next()}] next"
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
        elif name == "IDLE":
            line.write("+ idling")
            line.read()
        line.write(f"{tag} OK done")

    def _next(self) -> int:
        return max(self.mails, default=0) + 1

    def _beyond_the_last(self, command: str) -> bool:
        window = re.search(r"SEARCH (\d+):", command)
        return bool(window) and int(window[1]) > len(self.mails)  # type: ignore[index]

    def _searched(self, command: str) -> list[int]:
        """ "UID SEARCH [A:B] UID N:*": the mails numbered A to B whose UID is N or more, and always the last one."""
        uids = sorted(self.mails)
        if window := re.search(r"SEARCH (\d+):(\d+|\*)", command):
            end = len(uids) if window.group(2) == "*" else int(window.group(2))
            uids = uids[int(window.group(1)) - 1 : end]
        if least := re.search(r" UID (\d+):\*", command):
            return [uid for uid in uids if uid >= int(least.group(1)) or uid == max(self.mails)]
        return uids

    def _fetch(self, line: Line, command: str) -> bool:
        uids = [int(uid) for uid in command.split()[2].split(",")]
        if self._withheld & set(uids):
            return False
        for number, uid in enumerate(sorted(self.mails), 1):
            if uid not in uids:
                continue
            content = self.mails[uid]
            if "RFC822.SIZE" in command:
                date = "21-Nov-2026 08:00:00 +0700"
                line.write(f'* {number} FETCH (UID {uid} RFC822.SIZE {len(content)} INTERNALDATE "{date}")')
            else:
                line.write(f"* {number} FETCH (UID {uid} BODY[] {{{len(content)}}}".encode() + b"\r\n" + content + b")")
        return True
