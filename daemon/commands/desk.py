"""The database and files of a configuration, as the commands that look at them need it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.service import open_database
from daemon.settings import Settings, load
from storage import migrations
from storage.files import Files


class Desk:
    """The database and files of a configuration, for looking; the schema must fit, and only `upgrade` makes it so."""

    def __init__(self, config: Path, upgrade: bool = False) -> None:
        self.settings: Settings = load(config)
        self.zone = ZoneInfo(self.settings.desk.timezone)
        self.database = open_database(self.settings)
        if upgrade:
            migrations.upgrade(self.database)
        migrations.require_current(self.database)
        self.files = Files(Path(self.settings.storage.files))

    def local(self, moment: datetime | None) -> str:
        """A time as people in the desk's zone read it, "" for none."""
        return moment.astimezone(self.zone).strftime("%d/%m/%Y %H:%M") if moment else ""
