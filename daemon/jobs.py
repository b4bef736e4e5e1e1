"""The work that the clock wakes: what runs when."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from daemon.loops.bundling import Bundling
from daemon.loops.daily import DailyNote
from daemon.loops.drift import DriftWatch
from daemon.loops.due import Clockwork
from daemon.loops.housekeeping import Housekeeping, Retention
from daemon.loops.poll import Poller
from daemon.loops.tick import Job
from daemon.settings import Settings
from storage.database import Database
from storage.files import Files


def jobs_of(
    settings: Settings,
    database: Database,
    files: Files,
    pollers: list[Poller],
    clockwork: Clockwork,
    watch: DriftWatch,
    note: DailyNote,
) -> list[Job]:
    """Every periodic job of the desk, each with the moments at which it is due, in the desk's time zone."""
    from apscheduler.triggers.cron import CronTrigger

    def daily(at: time) -> CronTrigger:
        return CronTrigger(hour=at.hour, minute=at.minute, timezone=zone)

    def reconcile(now: datetime) -> str:
        for poller in pollers:
            poller.reconcile()
        return f"{len(pollers)} mailboxes will be compared with the ledger"

    zone, chasing = ZoneInfo(settings.desk.timezone), settings.chasing
    day, morning, summary = chasing.daily_note_at, chasing.morning_list_at, chasing.summary_at
    return [
        # The files of what retention removes go with the sweep after it.
        Job("retention", daily(time(1, 50)), Retention(database, settings.retention).run),
        Job("housekeeping", daily(time(2, 10)), Housekeeping(database, files).sweep),
        Job("reconciliation", daily(time(1, 40)), reconcile),
        Job("due tickets", None, clockwork.look),
        Job("bundles", None, Bundling(database, clockwork.recorder, clockwork.policy).look),
        Job("drift", CronTrigger(day_of_week="mon", hour=6, minute=30, timezone=zone), watch.count),
        # Every day: which days are working days is the calendar's business.
        Job("daily note", daily(day), lambda now: note.write(now, day)),
        Job("morning list", daily(morning), lambda now: clockwork.morning(now, morning)),
        Job("leaders' summary", daily(summary), lambda now: clockwork.summarise(now, summary)),
    ]
