"""Once a week: count the corrections of the week that ended, and tell the administrator when they are beyond what is usual."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from classifiers.drift import Count, Drift, drifts
from storage import corrections
from storage.database import Database
from storage.tables import CorrectionWeek

# Puts one mail to the administrator into the outbox, in the given session: (session, cause, drifts, time).
Tell = Callable[[Session, str, Sequence[Drift], datetime], None]


class DriftWatch:
    """A weekly job for the tick, due on Mondays. `tell` is called at most once a week, in the counting's transaction."""

    def __init__(self, database: Database, zone: ZoneInfo, tell: Tell) -> None:
        self._database = database
        self._zone = zone
        self.tell = tell

    def count(self, now: datetime) -> str:
        """Count the week that ended last, harvest its labels, and tell of drifts; what was done, in one line."""
        today = now.astimezone(self._zone)
        monday = (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        start = monday - timedelta(days=7)
        labels = corrections.harvest(self._database)
        with self._database.write() as session:
            corrections.count_week(session, start)
            found = drifts(by_week(corrections.weeks(session)))
            week = corrections.week_of(start)
            if found:
                self.tell(session, f"slot:drift@{week}", found, now)
        return f"{week}: {labels} new labels, {len(found)} drifts"


def by_week(rows: Sequence[CorrectionWeek]) -> list[dict[str, Count]]:
    """The counted weeks in order, each by category."""
    weeks: dict[str, dict[str, Count]] = defaultdict(dict)
    for row in rows:
        weeks[row.week][row.category] = Count(row.judged, row.corrected)
    return [weeks[week] for week in sorted(weeks)]


def sentence_of(drift: Drift) -> str:
    """One Vietnamese sentence for the administrator."""
    about = f"Ứng dụng {drift.category}" if drift.category else "Tất cả các ứng dụng"
    return (
        f"{about}: {drift.corrected} yêu cầu phải phân loại lại, bằng {drift.share:.0%} số đã phân loại tự động "
        f"(bình thường {drift.usual:.0%}, ngưỡng {drift.band:.0%})."
    )
