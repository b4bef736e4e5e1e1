"""The desk's sender with its database in this process, a clock that the test moves, and a relay that misbehaves on request."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from daemon.desk.retry import back_off
from daemon.loops.send import SendCounts
from daemon.parts import Parts, build
from daemon.settings import load
from storage.tables import Attempt, Event, Outbox, OutboxState
from tests.contract.misbehaving_smtp import MisbehavingSmtp
from tests.flow.desk_process import DeskProcess, Servers
from tests.flow.simulated import MovableClock
from tests.storage.rows import NOW, letter, stored_ticket

Changes = Sequence[tuple[str, str]]
MINUTE = timedelta(minutes=1)
# How long the desk waits for an answer: where it shall wait in vain, and where a busy machine may take its time.
BRIEFLY, PATIENTLY = 2, 60
SERVICE_DESK = "servicedesk@vst.gov.vn"


class SendingDesk:
    """A desk of `folder` on a relay; `steps` are turns of the sending loop as its worker would make them."""

    def __init__(
        self, folder: Path, relay_port: int, relay: Mapping[str, object], changes: Changes = (), imap_port: int = 1
    ) -> None:
        self.clock = MovableClock(NOW)
        self.process = DeskProcess(folder, Servers(imap_port, relay_port), folder / "no-model", tuple(changes))
        usual = {"read_timeout": PATIENTLY, "connect_timeout": PATIENTLY, "password_env": ""}
        set_relay(self.process.config, {**usual, **relay})
        self.parts: Parts = build(load(self.process.config), self.clock)
        self.runner = asyncio.Runner()

    # Letters

    def queue(self, *recipients: str, letters: int = 1, **other: object) -> None:
        """Letters of one ticket to these people, or a number of them to people of their own."""
        everybody = recipients or tuple(f"nguoi{number}@vst.gov.vn" for number in range(letters))
        with self.parts.database.write() as session:
            ticket_id = stored_ticket(session, level=1, holder="SERVICE_DESK")
            for number, recipient in enumerate(everybody):
                session.add(letter(number, recipient=recipient, ticket_id=ticket_id, **other))

    def letters(self) -> list[Outbox]:
        with self.parts.database.read() as session:
            return list(session.exec(select(Outbox).order_by(col(Outbox.id))))

    def letter(self) -> Outbox:
        return self.letters()[0]

    def states(self) -> Counter[str]:
        return Counter(row.state.value for row in self.letters())

    def attempts(self) -> list[str]:
        with self.parts.database.read() as session:
            return [row.outcome for row in session.exec(select(Attempt).order_by(col(Attempt.id)))]

    def events(self) -> list[str]:
        with self.parts.database.read() as session:
            return list(session.exec(select(Event.kind).order_by(col(Event.id))))

    # Time and work

    def step(self) -> SendCounts:
        """One turn of the sending loop; raises what its worker would pause for."""
        return self.runner.run(self.parts.sender.step())

    def drain(self) -> None:
        """Turns until nothing is due."""
        while self.step().total:
            pass

    def later(self, pause: timedelta = MINUTE) -> None:
        self.clock.now += pause

    def resumes(self) -> None:
        """The world is back: within a minute of it every letter that can go has gone."""
        assert max(back_off(failures) for failures in range(1, 100)) <= 60, "a loop never pauses longer than a minute"
        self.later()
        self.drain()

    def close(self) -> None:
        self.runner.run(self.parts.relay.close())
        self.runner.close()
        self.parts.database.close()


def set_relay(config: Path, values: Mapping[str, object]) -> None:
    """Change keys of [relay], which other sections have too."""
    before, head, after = config.read_text("utf-8").partition("\n[relay]\n")
    for key, value in values.items():
        after, changed = re.subn(rf"(?m)^{key} = .*$", f"{key} = {json.dumps(value)}", after, count=1)
        assert changed, f"config.toml no longer has {key} in [relay]"
    config.write_text(before + head + after, "utf-8")


@contextmanager
def sending_desk(
    folder: Path, relay: MisbehavingSmtp | int, changes: Changes = (), imap_port: int = 1, **of_relay: object
) -> Iterator[SendingDesk]:
    """A desk on this relay, or on the relay's port; `of_relay` are keys of [relay]."""
    desk = SendingDesk(folder, relay if isinstance(relay, int) else relay.port, of_relay, changes, imap_port)
    try:
        yield desk
    finally:
        desk.close()


def recipients(relay: MisbehavingSmtp) -> Counter[str]:
    """How often the relay took a letter for each person."""
    return Counter(recipient for recipient, _ in relay.accepted)


def message_ids(relay: MisbehavingSmtp) -> Counter[bytes]:
    """How often the relay took each letter."""
    lines = (line for _, content in relay.accepted for line in content.split(b"\r\n"))
    return Counter(line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"message-id:"))


def assert_whole(desk: SendingDesk) -> None:
    """No half-done row: nobody holds a letter, and every accepted one says when."""
    for row in desk.letters():
        assert row.state is not OutboxState.LEASED
        assert row.lease_until is None
        assert (row.accepted_at is not None) == (row.state is OutboxState.ACCEPTED)
