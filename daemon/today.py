"""What holds today: the policy with its calendar and its directory, and the clock that says which day it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.desk.directory import Staff
from daemon.desk.facts import Policy
from daemon.policy import policy_of
from daemon.settings import Settings
from daemon.staff_file import read_staff
from daemon.staff_rows import rows_of, staff_on
from storage import people
from storage.database import Database

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


LOOK_EVERY = timedelta(seconds=5)  # between two looks whether the directory was changed by a command


def known_holders(settings: Settings) -> set[str]:
    """The codes that a directory may name beside the current provinces."""
    return {*settings.groups, *settings.departments, *(region.code for region in settings.regions)}


class PolicyOfTheDay:
    """The policy, built anew when the local day changes: holidays and dated regions are part of it."""

    def __init__(self, settings: Settings, clock: Clock, database: Database | None = None) -> None:
        self._settings = settings
        self._database = database
        self._stamp: object = None
        self._looked: datetime | None = None
        self._clock = clock
        self._zone = ZoneInfo(settings.desk.timezone)
        self._day: date | None = None
        self._policy: Policy | None = None

    def __call__(self) -> Policy:
        now = self._clock()
        today = now.astimezone(self._zone).date()
        changed = self._directory_changed(now)
        if self._policy is None or self._day != today or changed:
            self._policy, self._day = policy_of(self._settings, self._staff(today), today), today
        return self._policy

    def _directory_changed(self, now: datetime) -> bool:
        """Whether somebody changed the directory since the last look, which is at most some seconds ago."""
        if self._database is None or (self._looked is not None and abs(now - self._looked) < LOOK_EVERY):
            return False
        with self._database.read() as session:
            stamp = people.stamp(session)
        before, self._stamp, self._looked = self._stamp, stamp, now
        return before != stamp

    def _staff(self, today: date) -> list[Staff]:
        """The database's directory; the file of the settings while nobody was imported."""
        if self._database is not None:
            with self._database.read() as session:
                if not people.is_empty(session):
                    return staff_on(people.listing(session), today)
        known = known_holders(self._settings)
        listed = read_staff(Path(self._settings.directory.file), known, set(self._settings.applications)).staff
        return staff_on(rows_of(listed, self._clock()), today)
