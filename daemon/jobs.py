"""The work that the clock wakes: what runs when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.loops.drift import DriftWatch
from daemon.loops.due import Clockwork
from daemon.loops.housekeeping import Housekeeping
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
) -> list[Job]:
    from apscheduler.triggers.cron import CronTrigger

    zone = ZoneInfo(settings.desk.timezone)
    morning, summary = settings.chasing.morning_list_at, settings.chasing.summary_at
    housekeeping = Housekeeping(database, files)

    def reconcile(now: datetime) -> str:
        for poller in pollers:
            poller.reconcile()
        return f"{len(pollers)} mailboxes will be compared with the ledger"

    return [
        Job("housekeeping", CronTrigger(hour=2, minute=10, timezone=zone), housekeeping.sweep),
        Job("reconciliation", CronTrigger(hour=1, minute=40, timezone=zone), reconcile),
        Job("due tickets", None, clockwork.look),
        Job("drift", CronTrigger(day_of_week="mon", hour=6, minute=30, timezone=zone), watch.count),
        # Every day: which days are working days is the calendar's business.
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
