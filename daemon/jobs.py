"""The work that the clock wakes: what runs when."""

from datetime import datetime
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
    from apscheduler.triggers.cron import CronTrigger

    zone = ZoneInfo(settings.desk.timezone)
    morning, summary = settings.chasing.morning_list_at, settings.chasing.summary_at
    daily = settings.chasing.daily_note_at
    housekeeping = Housekeeping(database, files)
    retention = Retention(database, settings.retention)

    def reconcile(now: datetime) -> str:
        for poller in pollers:
            poller.reconcile()
        return f"{len(pollers)} mailboxes will be compared with the ledger"

    return [
        Job("retention", CronTrigger(hour=1, minute=50, timezone=zone), retention.run),  # its files go with the sweep
        Job("housekeeping", CronTrigger(hour=2, minute=10, timezone=zone), housekeeping.sweep),
        Job("reconciliation", CronTrigger(hour=1, minute=40, timezone=zone), reconcile),
        Job("due tickets", None, clockwork.look),
        Job("bundles", None, Bundling(database, clockwork.recorder, clockwork.policy).look),
        Job("drift", CronTrigger(day_of_week="mon", hour=6, minute=30, timezone=zone), watch.count),
        # Every day: which days are working days is the calendar's business.
        Job(
            "daily note",
            CronTrigger(hour=daily.hour, minute=daily.minute, timezone=zone),
            lambda now: note.write(now, daily),
        ),
        Job(
            "morning list",
            CronTrigger(hour=morning.hour, minute=morning.minute, timezone=zone),
            lambda now: clockwork.morning(now, morning),
        ),
        Job(
            "leaders' summary",
            CronTrigger(hour=summary.hour, minute=summary.minute, timezone=zone),
            lambda now: clockwork.summarise(now, summary),
        ),
    ]
