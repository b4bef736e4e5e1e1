"""An SMTP server that answers what a test wants at a chosen stage."""

from collections.abc import Mapping
from typing import Self

from tests.contract.misbehaving import Hangup, Line, MisbehavingServer
from tests.servers.certificate import Certificate

DROP = "drop the connection"
STALL = "say nothing more"

USUAL = {
    "connect": "220 misbehaving.test",
    "mail": "250 2.1.0 OK",
    "rcpt": "250 2.1.5 OK",
    "data": "354 go on",
    "dot": "250 2.0.0 accepted",
    "rset": "250 2.0.0 OK",
    "noop": "250 2.0.0 OK",
    "auth": "235 2.7.0 OK",
    "quit": "221 2.0.0 bye",
}


class MisbehavingSmtp(MisbehavingServer):
    """`replies` maps a stage (of USUAL, or "rcpt:ADDRESS") to its reply, DROP or STALL.

    A list of replies is used up one by one, the last one again and again. What was accepted is in `accepted`, every
    command in `commands`.
    """

    def __init__(
        self,
        replies: Mapping[str, str | list[str]] | None = None,
        extensions: tuple[str, ...] = ("8BITMIME", "SIZE 1000000", "SMTPUTF8"),
        tls: Certificate | None = None,
    ) -> None:
        super().__init__(tls)
        self._replies = {stage: [reply] if isinstance(reply, str) else list(reply) for stage, reply in USUAL.items()}
        for stage, reply in (replies or {}).items():
            self._replies[stage] = [reply] if isinstance(reply, str) else list(reply)
        self._extensions = extensions
        self.commands: list[str] = []
        self.accepted: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def talk(self, line: Line) -> None:
        self._answer(line, "connect")
        recipient = ""
        while True:
            command = line.read().decode("utf-8", "replace")
            self.commands.append(command)
            verb = command.split(" ", 1)[0].lower()
            if verb == "ehlo":
                line.write(*[f"250-{each}" for each in ("misbehaving.test", *self._extensions)], "250 HELP")
            elif verb == "rcpt":
                recipient = command.partition("<")[2].partition(">")[0]
                self._answer(line, f"rcpt:{recipient}" if f"rcpt:{recipient}" in self._replies else "rcpt")
            elif verb == "data":
                self._data(line, recipient)
            elif self._answer(line, verb).startswith("221"):
                return

    def _data(self, line: Line, recipient: str) -> None:
        if not self._answer(line, "data").startswith("354"):
            return
        content = []
        while (text := line.read()) != b".":
            content.append(text.removeprefix(b"."))
        if self._answer(line, "dot").startswith("250"):
            self.accepted.append((recipient, b"\r\n".join(content) + b"\r\n"))

    def _answer(self, line: Line, stage: str) -> str:
        replies = self._replies.get(stage, ["502 5.5.1 unknown"])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply == DROP:
            raise Hangup
        if reply == STALL:
            line.stall()
        line.write(reply)
        if reply.startswith("421"):
            raise Hangup
        return reply
