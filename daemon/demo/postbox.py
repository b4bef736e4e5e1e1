"""The mailboxes of the demo's people: what arrived since the last look, and sending by SMTP as any mail program does."""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from daemon.mail.embedded import EmbeddedServers
from storage import outbox
from storage.database import Database
from storage.tables import Outbox

SMTP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter of the desk in somebody's mailbox, and the row that it was sent from."""

    address: str
    mail: EmailMessage
    row: Outbox


class Postbox:
    """All mailboxes of the embedded servers but the desk's own."""

    def __init__(self, servers: EmbeddedServers, desk: str, database: Database) -> None:
        self._servers = servers
        self._desk = desk
        self._database = database
        self._read: dict[str, int] = {}
        self.arrived: list[Arrived] = []
        self.sent = 0
        self.not_ours: list[str] = []  # addresses that got mail which no row of ours explains

    def send(self, sender: str, mail: EmailMessage) -> None:
        """Hand a mail in at the SMTP server. OSError (smtplib's errors are such) when it is not taken."""
        with smtplib.SMTP(self._servers.host, self._servers.smtp_port, timeout=SMTP_SECONDS) as connection:
            connection.send_message(mail, from_addr=sender, to_addrs=[self._desk])
        self.sent += 1

    def look(self) -> list[Arrived]:
        """The letters that arrived since the last look, in the order of each mailbox."""
        new = [arrived for address in self._servers.addresses() for arrived in self._new(address)]
        self.arrived += new
        return new

    def _new(self, address: str) -> Iterator[Arrived]:
        before = self._read.get(address, 0)
        if address == self._desk.lower() or self._servers.drop.count(address) <= before:
            return
        messages = self._servers.read_mailbox(address)[before:]
        self._read[address] = before + len(messages)
        for raw in messages:
            mail = message_from_bytes(raw, policy=policy.default)
            with self._database.read() as session:
                row = outbox.by_message_id(session, str(mail["Message-ID"]))
            if row is None:
                self.not_ours.append(address)
            else:
                yield Arrived(address, mail, row)
