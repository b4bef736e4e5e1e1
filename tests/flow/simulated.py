"""A desk in this process on embedded or real servers, with a clock that the test moves: days of work in seconds.

What people write goes in by SMTP and IMAP, what the desk writes goes out by SMTP, as in the running service.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from unittest import mock
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from daemon.mail.embedded import EmbeddedServers
from daemon.once import once
from daemon.parts import Parts, build
from daemon.settings import load
from storage.tables import Event, Outbox, Ticket
from tests.flow.desk_process import DESK, DeskProcess, Servers, plain
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TICK = timedelta(minutes=30)


def at(text: str) -> datetime:
    """A time in Vietnam, `2026-09-01 16:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class MovableClock:
    """The present moment is what the test says."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class MailServers(Protocol):
    """Where the mailboxes of the desk and of all people lie."""

    def read_mailbox(self, address: str) -> list[bytes]: ...

    def wait_until_visible(self, address: str, count: int = 1, timeout: float = 10) -> bool: ...


@dataclass(frozen=True)
class Written:
    """A letter as it lies in its recipient's mailbox, and when the desk decided to write it (Vietnam's time)."""

    when: str
    letter: str
    recipient: str
    mail: EmailMessage

    @property
    def line(self) -> str:
        """`2026-09-01 16:30 reminder → nhom.tabmis@vst.gov.vn`."""
        return f"{self.when} {self.letter} → {self.recipient}"

    @property
    def text(self) -> str:
        return plain(self.mail)


class SimulatedDesk:
    """The service's parts, driven step by step; `desk` writes people's mails and reads their mailboxes."""

    def __init__(self, parts: Parts, clock: MovableClock, servers: MailServers, desk: DeskProcess) -> None:
        self.parts = parts
        self.clock = clock
        self.servers = servers
        self.desk = desk

    # Time

    def until(self, moment: str) -> None:
        """Let time pass: every half hour the clocks are looked at, and whatever is owed goes out."""
        end = at(moment)
        while self.clock.now < end:
            past_the_half_hour = (self.clock.now - at("2000-01-01 00:00")) % TICK
            self.clock.now = min(self.clock.now + TICK - past_the_half_hour, end)
            if self.parts.ticker.step():
                self._once()

    def jump(self, moment: str) -> None:
        """The host's clock says something else at once, forwards or backwards."""
        self.clock.now = at(moment)
        self._once()

    # People

    def writes(
        self, moment: str, sender: str, subject: str, text: str, reply_to: EmailMessage | None = None,
        attach: tuple[tuple[str, bytes], ...] = (),
    ) -> None:  # fmt: skip
        """Somebody writes to the desk at this moment, and the desk deals with it at once."""
        self.until(moment)
        before = len(self.servers.read_mailbox(DESK))
        self.desk.send(sender, subject, text, reply_to=reply_to, attach=attach)
        assert self.servers.wait_until_visible(DESK, before + 1, timeout=120)
        self._once()

    def replies(self, moment: str, letter: Written, text: str, attach: tuple[tuple[str, bytes], ...] = ()) -> None:
        """Whoever got this letter of the desk answers it."""
        self.writes(
            moment, letter.recipient, f"Re: {letter.mail['Subject']}", text, reply_to=letter.mail, attach=attach
        )

    # What there is

    def letters(self, since: str = "2000-01-01 00:00") -> list[Written]:
        """Every letter decided after this moment, in order, each found in its recipient's mailbox exactly once."""
        boxes: dict[str, dict[str, EmailMessage]] = {}
        with self.parts.database.read() as session:
            everything = list(session.exec(select(Outbox).order_by(col(Outbox.id))))
        rows = [row for row in everything if row.created_at > at(since)]
        owed = Counter(row.recipient for row in everything)
        for recipient in {row.recipient for row in rows}:
            assert self.servers.wait_until_visible(recipient, owed[recipient], timeout=120), (
                f"{recipient} lacks a letter"
            )
        return [self._written(row, boxes) for row in rows]

    def lines(self, since: str = "2000-01-01 00:00") -> list[str]:
        return [letter.line for letter in self.letters(since)]

    def newest(self, letter: str) -> Written:
        """The last letter of this kind, whoever got it."""
        return [one for one in self.letters() if one.letter == letter][-1]

    def ticket(self) -> Ticket:
        """The newest ticket."""
        with self._session() as session:
            return session.exec(select(Ticket).order_by(col(Ticket.id).desc()).limit(1)).one()

    def tickets(self) -> list[Ticket]:
        with self._session() as session:
            return list(session.exec(select(Ticket).order_by(col(Ticket.id))))

    def events(self) -> list[str]:
        """What happened to all tickets, in order."""
        with self._session() as session:
            return list(session.exec(select(Event.kind).order_by(col(Event.id))))

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self.parts.database.read() as session:
            yield session

    def _once(self) -> None:
        counts = once(self.parts)
        assert counts.problems == []

    def _written(self, row: Outbox, boxes: dict[str, dict[str, EmailMessage]]) -> Written:
        if row.recipient not in boxes:
            mails = [message_from_bytes(raw, policy=policy.default) for raw in self.servers.read_mailbox(row.recipient)]
            ids = [str(mail["Message-ID"]) for mail in mails]
            assert len(ids) == len(set(ids)), f"{row.recipient} got a letter twice"
            boxes[row.recipient] = dict(zip(ids, mails, strict=True))
        when = f"{row.created_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        return Written(when, row.letter, row.recipient, boxes[row.recipient][row.message_id])


@contextmanager
def simulated_desk(
    folder: Path, models: Path, start: str, changes: tuple[tuple[str, str], ...] = ()
) -> Iterator[SimulatedDesk]:
    """A desk on embedded servers whose clock stands at `start`; `changes` replace lines of config.toml."""
    clock = MovableClock(at(start))
    with EmbeddedServers(folder / "embedded", clock=clock) as own:
        servers = Servers(own.imap_port, own.smtp_port, embedded=True, deliver=own.deliver)
        with _driven(DeskProcess(folder, servers, models, changes), own, clock) as simulated:
            yield simulated


@contextmanager
def simulated_desk_on_real_servers(
    folder: Path, models: Path, start: str, changes: tuple[tuple[str, str], ...] = ()
) -> Iterator[SimulatedDesk]:
    """The same on a Dovecot behind a Postfix of its own; these two keep the true time."""
    with Dovecot() as dovecot, Postfix(dovecot.lmtp_port) as postfix:
        servers = Servers(dovecot.imap_port, postfix.port, dovecot.password, deliver=dovecot.deliver)
        desk = DeskProcess(folder, servers, models, changes)
        with (
            mock.patch.dict(os.environ, {"DESK_PASSWORD": dovecot.password}),
            _driven(desk, dovecot, MovableClock(at(start))) as simulated,
        ):
            yield simulated


@contextmanager
def _driven(desk: DeskProcess, servers: MailServers, clock: MovableClock) -> Iterator[SimulatedDesk]:
    parts = build(load(desk.config), clock)
    try:
        once(parts)
        yield SimulatedDesk(parts, clock, servers, desk)
    finally:
        parts.database.close()
