"""The database and files of a configuration, as the commands that look at them need it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.commands.faults import WrongUse
from daemon.parts import open_database
from daemon.settings import Settings, load
from storage import migrations
from storage.database import Database
from storage.files import Files


def existing_database(settings: Settings) -> Database | None:
    """The database if there is one; looking must not make one, and an empty file is none."""
    url = settings.storage.database
    if url.startswith("sqlite"):
        path = Path(url.partition(":///")[2])
        if not path.exists() or not path.stat().st_size:
            return None
    return open_database(settings)


class Desk:
    """The database and files of a configuration, for looking; the schema must fit, and only `upgrade` makes it so."""

    def __init__(self, config: Path, upgrade: bool = False) -> None:
        self.settings: Settings = load(config)
        self.zone = ZoneInfo(self.settings.desk.timezone)
        database = open_database(self.settings) if upgrade else existing_database(self.settings)
        if database is None:
            raise WrongUse(f"there is no database yet at {self.settings.storage.database}: start the service once")
        self.database = database
        if upgrade:
            migrations.upgrade(self.database)
        migrations.require_current(self.database)
        self.files = Files(Path(self.settings.storage.files))

    def local(self, moment: datetime | None) -> str:
        """A time as people in the desk's zone read it, "" for none."""
        return moment.astimezone(self.zone).strftime("%d/%m/%Y %H:%M") if moment else ""
