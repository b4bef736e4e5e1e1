"""Each working morning: the note to the Service Desk's leaders, where there is something to tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from daemon.desk.brakes import REACHED, REASON
from daemon.desk.dailynote import Found, daily_note
from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.desk.unseen import SPAM_REASON
from daemon.loops.record import Recorder
from storage import daily, events, intake
from storage.database import Database
from storage.tables import InboundState

FARTHEST = timedelta(days=14)  # how far the first note looks back, and one after a long rest
UNDER_WAY = timedelta(minutes=1)  # what bears a time may be committed so much later: it is left to the next note


def since_the_last(session: Session, letter: LetterKind, now: datetime) -> tuple[datetime, datetime]:
    """From which moment on and before which one a note of this kind tells what happened: everything once, however late it comes."""
    last, farthest = daily.last_note(session, letter.value), now - FARTHEST
    return (max(last, farthest) if last is not None and last < now else farthest) - UNDER_WAY, now - UNDER_WAY


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
        self.recorder.record_due(plan, policy.once_a_day("daily_note", now), now)
        return f"{len(letters)} leaders told" if letters else "nothing to tell"

    def _found(self, now: datetime) -> tuple[datetime, Found]:
        with self.database.read() as session:
            since, until = since_the_last(session, LetterKind.DAILY_NOTE, now)
            return since, Found(
                failed_proofs=daily.failed_proofs(session, since, until),
                quarantined=intake.quarantined(session),
                braked=intake.ignored_between(session, since, until, REASON),
                brakes=events.between(session, since, until, REACHED),
                spam=intake.ignored_between(session, since, until, SPAM_REASON),
                stuck=daily.stuck_letters(session, since, until),
            )
