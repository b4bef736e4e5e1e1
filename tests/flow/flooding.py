"""Mails by the hundred, machines that answer, and what the desk made of them: helpers for the tests of the brakes."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from daemon.loops.intake import IntakeCounts
from daemon.mail.headers import text_field
from daemon.once import add_counts
from daemon.reading.content import content_digest
from daemon.reading.glance import claimed_sender
from storage import blobs, intake
from storage.tables import Inbound, Outbox, OutboxState
from tests.flow.desk_process import DESK
from tests.flow.simulated import SimulatedDesk

MACHINE = "helpdesk@nganhang.example"


def rows_of(desk: SimulatedDesk, *of: Any) -> list[Any]:
    """Every row of a table, or every value of a column, in order."""
    with desk.parts.database.read() as session:
        return list(session.exec(select(*of)))


def to_machine(desk: SimulatedDesk, address: str = MACHINE) -> list[Outbox]:
    """What went out to the other machine."""
    with desk.parts.database.read() as session:
        sent = select(Outbox).where(Outbox.recipient == address, Outbox.state == OutboxState.ACCEPTED)
        return list(session.exec(sent.order_by(col(Outbox.id))))


def notes(desk: SimulatedDesk, letter: str = "brake") -> list[Outbox]:
    """The notes of a kind to the Service Desk."""
    with desk.parts.database.read() as session:
        return list(session.exec(select(Outbox).where(Outbox.letter == letter).order_by(col(Outbox.id))))


def exchange(
    desk: SimulatedDesk, address: str, answer: Callable[[int, EmailMessage], EmailMessage | None], rounds: int = 60
) -> int:
    """A machine answers every letter that it gets, at once, until nothing comes any more; how many answers it sent."""
    answered = 0
    for _ in range(rounds):
        box = desk.servers.read_mailbox(address)
        if len(box) == answered:
            return answered
        for raw in box[answered:]:
            answered += 1
            mail = answer(answered, message_from_bytes(raw, policy=policy.default))
            if mail is not None:
                arrives(desk, mail.as_bytes(policy=policy.default.clone(linesep="\r\n", max_line_length=990)))
        desk.jump(f"{desk.clock.now:%Y-%m-%d %H:%M}")
    pytest.fail(f"the exchange goes on after {answered} answers")


def arrives(desk: SimulatedDesk, raw: bytes) -> int:
    """A mail that the poll has just taken into the ledger; its number."""
    digest = desk.parts.files.put(raw)
    now = desk.clock.now
    with desk.parts.database.write() as session:
        uid = session.exec(select(func.count()).select_from(Inbound)).one() + 1
        blobs.remember(session, digest, len(raw), now)
        row = Inbound(
            mailbox="generated", uidvalidity=1, uid=uid, digest=digest, content_digest=content_digest(raw),
            sender=claimed_sender(raw), size=len(raw), received_at=now,
        )  # fmt: skip
        number = intake.add(session, row)
    assert number is not None
    return number


def generated(sender: str, number: int, subject: str = "Máy báo lỗi", **headers: str) -> bytes:
    """A plain mail with a Message-ID of its own."""
    more = "".join(text_field(name.replace("_", "-"), value) for name, value in headers.items())
    head = f"From: {sender}\r\nTo: {DESK}\r\n{text_field('Subject', f'{subject} {number}')}{more}"
    return (
        f"{head}Message-ID: <{number}.{sender.rpartition('<')[2].strip('>')}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Lần {number}: máy in ở phòng kế toán không in được, nhờ anh chị xem giúp.\r\n"
    ).encode()


def handled(desk: SimulatedDesk) -> IntakeCounts:
    """Everything pending, handled."""
    counts = IntakeCounts()
    while (step := desk.parts.intake.step()).total:
        counts = add_counts(counts, step)
    return counts
