"""Rows for tests, with everything filled in that a test does not care about."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from storage import intake, tickets
from storage.tables import Inbound, Outbox, Ticket

NOW = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)


def inbound(uid: int, **other: Any) -> Inbound:
    values: dict[str, Any] = {"mailbox": "hotro", "uidvalidity": 7, "size": 1000, "received_at": NOW}
    return Inbound(uid=uid, **(values | other))


def stored_inbound(session: Session, uid: int, **other: Any) -> Inbound:
    new_id = intake.add(session, inbound(uid, **other))
    assert new_id is not None
    row = intake.get(session, new_id)
    assert row is not None
    return row


def ticket(code: str = "HT-2026-000001", **other: Any) -> Ticket:
    values: dict[str, Any] = {
        "level": 1,
        "holder": "01",
        "subject": "Không đăng nhập được TABMIS",
        "requester_address": "an@example.vn",
        "created_at": NOW,
    }
    return Ticket(code=code, **(values | other))


def stored_ticket(session: Session, code: str = "HT-2026-000001", **other: Any) -> int:
    ticket_id = tickets.add(session, ticket(code, **other)).id
    assert ticket_id is not None
    return ticket_id


def letter(number: int = 1, **other: Any) -> Outbox:
    values: dict[str, Any] = {
        "cause": f"mail:{number}",
        "letter": "acknowledgement",
        "recipient": "an@example.vn",
        "recipient_key": "an@example.vn",
        "recipient_domain": "example.vn",
        "message_id": f"<{number}@desk.example>",
        "subject": "[HT-2026-000001] Đã nhận",
        "text": "…",
        "html": "<p>…</p>",
        "created_at": NOW,
        "next_attempt_at": NOW,
    }
    return Outbox(**(values | other))
