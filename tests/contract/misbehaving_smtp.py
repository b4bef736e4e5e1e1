"""An SMTP server that answers what a test wants at a chosen stage."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Self

from tests.contract.misbehaving import Hangup, Line, MisbehavingServer
from tests.servers.certificate import Certificate

DROP = "drop the connection"
STALL = "say nothing more"
KEEP_AND_DROP = "take the mail and drop the connection"  # after the final dot
STARTTLS = "STARTTLS"  # as an extension: offered, with the certificate of `starttls`

USUAL = {
    "connect": "220 misbehaving.test",
    "ehlo": "250",
    "starttls": "220 2.0.0 go on",
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
    """`replies` maps a stage (of USUAL, or "rcpt:ADDRESS", "dot:ADDRESS") to its reply, DROP, STALL or KEEP_AND_DROP.

    A list of replies is used up one by one, the last one again and again. What was accepted is in `accepted`, every
    command in `commands`. `happens` maps a stage to what is done just before its reply. With the certificate `starttls`
    the connection can be secured; whether that is offered is a matter of `extensions`.
    """

    def __init__(
        self,
        replies: Mapping[str, str | list[str]] | None = None,
        extensions: tuple[str, ...] = ("8BITMIME", "SIZE 1000000", "SMTPUTF8"),
        tls: Certificate | None = None,
        port: int = 0,
        happens: Mapping[str, Callable[[], object]] | None = None,
        starttls: Certificate | None = None,
    ) -> None:
        super().__init__(tls, port)
        self.happens = dict(happens or {})
        self.starttls = starttls
        self.extensions = extensions
        self.behave(replies or {})
        self.commands: list[str] = []
        self.accepted: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def behave(self, replies: Mapping[str, str | list[str]] = MappingProxyType({})) -> None:
        """From now on as usual, except for these replies; without any, the world has recovered."""
        every = {**USUAL, **replies}
        self._replies = {stage: [reply] if isinstance(reply, str) else list(reply) for stage, reply in every.items()}

    def talk(self, line: Line) -> None:
        self._answer(line, "connect")
        recipient = ""
        while True:
            command = line.read().decode("utf-8", "replace")
            self.commands.append(command)
            verb = command.split(" ", 1)[0].lower()
            if verb == "ehlo":
                if self._answer(line, "ehlo", silent="250") == "250":
                    line.write(*[f"250-{each}" for each in ("misbehaving.test", *self.extensions)], "250 HELP")
            elif verb == "starttls" and self.starttls is not None:
                self._answer(line, "starttls")
                line.secure(self.starttls)
            elif verb == "rcpt":
                recipient = command.partition("<")[2].partition(">")[0]
                self._answer(line, self._stage("rcpt", recipient))
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
        mail = recipient, b"\r\n".join(content) + b"\r\n"
        self._answer(line, self._stage("dot", recipient), lambda: self.accepted.append(mail))

    def _stage(self, stage: str, recipient: str) -> str:
        return f"{stage}:{recipient}" if f"{stage}:{recipient}" in self._replies else stage

    def _answer(self, line: Line, stage: str, keep: Callable[[], None] = lambda: None, silent: str = "") -> str:
        """Give the next reply of this stage and return it; the reply `silent` is only returned. `keep` comes before a yes."""
        self.happens.get(stage, lambda: None)()
        replies = self._replies.get(stage, ["502 5.5.1 unknown"])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply == silent:
            return reply
        if reply == KEEP_AND_DROP or reply.startswith("250"):
            keep()
        if reply == KEEP_AND_DROP:
            raise Hangup
        if reply == DROP:
            raise Hangup
        if reply == STALL:
            line.stall()
        line.write(reply)
        if reply.startswith("421"):
            raise Hangup
        return reply
