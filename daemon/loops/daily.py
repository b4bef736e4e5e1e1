"""Each working morning: the note to the Service Desk's leaders, where there is something to tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from daemon.desk.dailynote import Found, daily_note
from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.loops.record import Recorder
from storage import daily, events, intake
from storage.database import Database
from storage.tables import InboundState

FARTHEST = timedelta(days=14)  # how far the first note looks back, and one after a long rest


@dataclass(frozen=True)
class DailyNote:
    """A job: what happened since the last note, however long ago that was, so that nothing is left out or told twice."""

    database: Database
    recorder: Recorder
    policy: Callable[[], Policy]

    def write(self, now: datetime, at: time) -> str:
        """Write this working day's note; `at` is when it is due at the earliest."""
        policy = self.policy()
        calendar = policy.calendar_of("")
        local = now.astimezone(calendar.zone)
        if not calendar.works_on(local.date()) or local.time() < at:
            return "no working morning"
        since, found = self._found(now)
        letters = daily_note(found, since, policy)
        plan = Plan(InboundState.IGNORED, letters=tuple(letters))
        self.recorder.record_due(plan, f"slot:daily_note@{local.date()}", now)
        return f"{len(letters)} leaders told" if letters else "nothing to tell"

    def _found(self, now: datetime) -> tuple[datetime, Found]:
        with self.database.read() as session:
            last = daily.last_note(session, LetterKind.DAILY_NOTE.value)
            since = max(last, now - FARTHEST) if last is not None and last < now else now - FARTHEST
            return since, Found(
                failed_proofs=daily.failed_proofs(session, since),
                quarantined=intake.quarantined(session),
                braked=intake.ignored_since(session, since, "brake"),
                brakes=events.since(session, since, "brake_reached"),
                spam=intake.ignored_since(session, since, "suspected spam"),
                stuck=daily.stuck_letters(session, since),
            )
