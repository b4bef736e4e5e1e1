"""The running service in this process on mailboxes that misbehave on request, with every pause of a loop on record."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import select

from daemon.desk.retry import back_off
from daemon.parts import Parts, build
from daemon.service import Service
from daemon.settings import load
from daemon.today import Clock, system_clock
from storage.database import Database
from storage.tables import Inbound, InboundState, Outbox, OutboxState, Ticket
from tests.contract.misbehaving_imap import MisbehavingImap
from tests.flow.desk_process import DeskProcess, Servers
from tests.flow.test_serve import until
from tests.servers.sink import SmtpSink

PASSWORD = "mat-khau-thu"
MINUTE = 60.0  # within which work must resume after the world's recovery
# How long the desk waits for an answer: where it shall wait in vain, and where a busy machine may take its time.
BRIEFLY, PATIENTLY = 2.0, 60.0


def mail(number: int, subject: str = "May in khong in duoc") -> bytes:
    """A request of a person of its own."""
    return (
        f"From: Nguoi {number} <nguoi{number}@vst.gov.vn>\r\nTo: hotrocntt@vst.gov.vn\r\nSubject: {subject} {number}\r\n"
        f"Message-ID: <thu-{number}@vst.gov.vn>\r\nDate: Sat, 21 Nov 2026 08:00:00 +0700\r\n\r\n"
        f"May in so {number} cua phong ke toan khong in duoc, nho ho tro.\r\n"
    ).encode()


def mails(*numbers: int) -> dict[int, bytes]:
    """Mails by UID, numbered alike."""
    return {number: mail(number) for number in numbers}


def settings_file(folder: Path, models: Path, boxes: Mapping[str, int], smtp_port: int, read: float = PATIENTLY,
                  done_folder: str = "Xong", changes: tuple[tuple[str, str], ...] = (),
                  of_the_first: tuple[tuple[str, str], ...] = ()) -> DeskProcess:  # fmt: skip
    """A desk's configuration for these mailboxes, given by name and port, which waits `read` seconds for their answers."""
    first, *others = boxes.items()
    (folder / "desk").mkdir()
    desk = DeskProcess(
        folder / "desk",
        Servers(first[1], smtp_port, PASSWORD),
        models,
        (
            ('name = "hotrocntt"', f'name = "{first[0]}"'),
            ("poll_seconds = 30", "poll_seconds = 0.1"),
            ("connect_timeout = 20", f"connect_timeout = {read}"),
            ("read_timeout = 30", f"read_timeout = {read}"),
            ('done_folder = ""', f'done_folder = "{done_folder}"'),
            *changes,
        ),
    )  # fmt: skip
    text = desk.config.read_text("utf-8")
    begin, end = text.index("\n[[mailboxes]]\n"), text.index("\n[relay]\n")
    block = text[begin:end]
    more = "".join(
        block.replace(f'name = "{first[0]}"', f'name = "{name}"', 1).replace(f"port = {first[1]}", f"port = {port}")
        for name, port in others
    )
    own = block
    for old, new in of_the_first:
        assert old in own
        own = own.replace(old, new, 1)
    desk.config.write_text(text[:begin] + own + more + text[end:], "utf-8")
    return desk


@dataclass
class RunningDesk:
    """A service whose loops pause only for a moment; `pauses` are those that it would have made, in seconds."""

    parts: Parts
    sink: SmtpSink
    service: Service = field(init=False)
    pauses: list[float] = field(default_factory=list)
    silent_seconds: float = 600.0

    def __post_init__(self) -> None:
        self.service = Service(self.parts, self._pause, self.silent_seconds, 0.1)
        self._thread = threading.Thread(target=self.service.run, name="service")

    def _pause(self, failures: int) -> float:
        self.pauses.append(back_off(failures))
        return 0.05

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop and wait; it must have lived until now."""
        self.service.stop()
        self._thread.join(120)
        assert not self._thread.is_alive()
        assert self.service.reason is None, self.service.reason

    # What became of the mail

    def ledger(self) -> list[Inbound]:
        return ledger(self.parts.database)

    def requests(self) -> Counter[str]:
        """How many tickets each person has, by the number in his address."""
        with self.parts.database.read() as session:
            return Counter(number_of(ticket.requester_address) for ticket in session.exec(select(Ticket)))

    def answered(self) -> Counter[str]:
        """How many letters each of our writers was sent, by the number in his address."""
        with self.parts.database.read() as session:
            letters = session.exec(select(Outbox).where(Outbox.state == OutboxState.ACCEPTED)).all()
        taken = Counter(self.sink.message_ids())
        return Counter(
            {
                number_of(letter.recipient): taken[letter.message_id]
                for letter in letters
                if letter.recipient.startswith("nguoi")
            }
        )

    def until_done(self, *numbers: int) -> None:
        """Wait until each of these requests has its ticket and its answer."""
        wanted = {str(number) for number in numbers}
        until(lambda: wanted <= set(self.answered()), f"not all of {sorted(wanted)} were answered", 180)

    def assert_exactly(self, *numbers: int) -> None:
        """One ticket, one answer and one outcome for each of these requests, and none for anything else."""
        once = Counter(str(number) for number in numbers)
        assert self.requests() == once
        assert self.answered() == once
        assert_ledger_is_whole(self.ledger(), [mail(number) for number in numbers])
        assert max(self.pauses, default=0.0) <= MINUTE / 2
        taken = self.sink.message_ids()
        assert len(taken) == len(set(taken)), "a letter was sent twice"


def ledger(database: Database) -> list[Inbound]:
    with database.read() as session:
        return list(session.exec(select(Inbound)))


def assert_ledger_is_whole(rows: list[Inbound], wanted: list[bytes]) -> None:
    """Each of these mails is an entry exactly once; what else the ledger has of it is a second delivery."""
    digests = {hashlib.sha256(each).hexdigest() for each in wanted}
    entries = [row.digest for row in rows if row.state is InboundState.ENTRY]
    assert sorted(entries, key=str) == sorted(digests)
    assert all(row.state in (InboundState.ENTRY, InboundState.IGNORED) for row in rows)


def number_of(address: str) -> str:
    return address.partition("@")[0].removeprefix("nguoi")


@contextmanager
def running_desk(
    folder: Path, models: Path, boxes: Mapping[str, MisbehavingImap | int], read: float = PATIENTLY, done_folder: str = "Xong",
    changes: tuple[tuple[str, str], ...] = (), of_the_first: tuple[tuple[str, str], ...] = (),
    clock: Clock = system_clock, silent_seconds: float = 600.0,
) -> Iterator[RunningDesk]:  # fmt: skip
    """A desk that reads these mailboxes, running while the block does."""
    ports = {name: box if isinstance(box, int) else box.port for name, box in boxes.items()}
    with SmtpSink() as sink:
        desk = settings_file(folder, models, ports, sink.port, read, done_folder, changes, of_the_first)
        parts = build(load(desk.config), clock)
        parts.database._patience = PATIENTLY  # its threads write in turns, and a busy machine may make one wait
        running = RunningDesk(parts, sink, silent_seconds=silent_seconds)
        running.start()
        try:
            yield running
        finally:
            try:
                running.stop()
            finally:
                parts.database.close()
