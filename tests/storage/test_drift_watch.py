"""The weekly job counts the week that ended and tells of a drift once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from classifiers.drift import Drift
from daemon.loops.drift import DriftWatch, sentence_of
from storage import corrections, events
from storage.database import Database
from storage.tables import Event
from tests.storage.test_corrections import STAFF, add_ticket

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = datetime(2026, 9, 7, tzinfo=ZONE)


def week(database: Database, number: int, corrected: int) -> None:
    """Ten requests judged in a week, some of them corrected."""
    at = FIRST + timedelta(weeks=number, hours=10)
    for one in range(10):
        ticket = add_ticket(database, f"HT-2026-{number:03}{one:03}")
        with database.write() as session:
            kinds = ["judged"] + (["category_corrected"] if one < corrected else [])
            for kind in kinds:
                details = {"application": ["TABMIS", 0.9, True], "province": [None, 0.0, False], "after": "TCS"}
                events.add(session, Event(ticket_id=ticket, at=at, kind=kind, actor=STAFF, details=details))


def test_a_week_of_many_corrections_is_told_once_with_its_figures(database: Database) -> None:
    told: list[tuple[str, Sequence[Drift]]] = []

    def tell(session: Session, cause: str, found: Sequence[Drift], now: datetime) -> None:
        told.append((cause, found))

    watch = DriftWatch(database, ZONE, tell)
    for number in range(6):
        week(database, number, corrected=8 if number == 5 else 0)
        watch.count(FIRST + timedelta(weeks=number + 1, hours=1))
    assert [cause for cause, _ in told] == ["slot:drift@2026-W42"]
    assert [one.category for one in told[0][1]] == ["", "TABMIS"]
    assert "Ứng dụng TABMIS: 8 yêu cầu phải phân loại lại, bằng 80%" in sentence_of(told[0][1][1])
    with database.read() as session:
        assert len({one.week for one in corrections.weeks(session)}) == 6
