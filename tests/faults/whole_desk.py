"""A whole desk in this process, from the mailbox to the relay, at an address of its own on servers that many desks share."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from sqlmodel import SQLModel, select

from daemon.mail.embedded import EmbeddedServers
from daemon.once import OnceCounts, once
from storage.tables import Attachment, Entry, Inbound, InboundState, Outbox, OutboxState, Ticket
from tests.contract.misbehaving_smtp import MisbehavingSmtp
from tests.faults.sending_desk import Changes, SendingDesk
from tests.flow.desk_process import compose

USER = "mai.lt@vst.gov.vn"
_number = count(1)
SHIPPED = "hotrocntt@vst.gov.vn"


def request(address: str, number: int = 1) -> EmailMessage:
    """A request with a file."""
    return compose(
        f"Lê Thị Mai <{USER}>", address, "Máy in hỏng", f"Máy in số {number} không in được.",
        message_id=f"<yeu-cau-{number}@x.example>", attach=(("anh.bin", b"mot tep dinh kem" * 500),),
    )  # fmt: skip


def wire(mail: EmailMessage) -> bytes:
    return bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class WholeDesk(SendingDesk):
    """`turn` is one pass over all loops, each of which meets the world for itself."""

    def __init__(
        self, folder: Path, servers: EmbeddedServers, relay: MisbehavingSmtp, address: str, more: Changes
    ) -> None:
        changes = (
            (f'address = "{SHIPPED}"', f'address = "{address}"'),
            (f'username = "{SHIPPED}"', f'username = "{address}"'),
            *more,
        )
        super().__init__(folder, relay.port, {}, changes, servers.imap_port)
        self.address = address
        self._servers = servers
        self.relay = relay

    def receives(self, number: int = 1) -> None:
        before = len(self._servers.read_mailbox(self.address))
        self._servers.deliver(self.address, wire(request(self.address, number)))
        assert self._servers.wait_until_visible(self.address, before + 1, timeout=120)

    def turn(self) -> OnceCounts:
        """One pass; what the world refused is in `problems`."""
        return once(self.parts)

    def resume(self) -> None:
        """Two minutes of a world that works again, and nothing is left to complain of."""
        for _ in range(3):
            self.clock.now += timedelta(seconds=40)
            problems = self.turn().problems
            assert problems == [], problems

    def rows(self, table: type[SQLModel]) -> list[SQLModel]:
        with self.parts.database.read() as session:
            return list(session.exec(select(table)))

    def assert_settled(self, requests: int = 1) -> None:
        """Every request is one ticket with its file, every letter was taken once, and nothing is half done."""
        with self.parts.database.read() as session:
            mails = list(session.exec(select(Inbound)))
            letters = list(session.exec(select(Outbox)))
            entries, files = list(session.exec(select(Entry))), list(session.exec(select(Attachment)))
            assert len(list(session.exec(select(Ticket)))) == requests
        assert [mail.state for mail in mails] == [InboundState.ENTRY] * requests, [(m.state, m.reason) for m in mails]
        assert len(entries) == len(files) == requests
        assert {letter.state for letter in letters} == {OutboxState.ACCEPTED}, [
            (o.state, o.last_reply) for o in letters
        ]
        assert len(letters) == 2 * requests, "an acknowledgement and a notice each"
        taken = Counter(_message_id(content) for _, content in self.relay.accepted)
        assert set(taken) == {letter.message_id for letter in letters}
        doubtful = {letter.message_id for letter in letters if letter.doubts}
        assert {message_id for message_id, count in taken.items() if count > 1} <= doubtful, "a double without doubt"
        for file in files:
            assert self.parts.files.get(file.digest) == b"mot tep dinh kem" * 500
        for mail in mails:
            assert mail.digest is not None
            assert b"Message-ID" in self.parts.files.get(mail.digest)


def _message_id(content: bytes) -> str:
    line = next(line for line in content.split(b"\r\n") if line.lower().startswith(b"message-id:"))
    return line.partition(b":")[2].strip().decode("ascii")


@contextmanager
def whole_desk(folder: Path, servers: EmbeddedServers, changes: Changes = ()) -> Iterator[WholeDesk]:
    """A desk at `ban<number>@…`, where nobody else ever was, with a relay of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with MisbehavingSmtp() as relay:
        desk = WholeDesk(folder, servers, relay, f"ban{next(_number)}@vst.gov.vn", changes)
        try:
            yield desk
        finally:
            desk.close()
