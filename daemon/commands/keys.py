"""`keys`: which keys prove a reply, and a new current one. No secret is ever printed."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.commands.faults import WrongUse
from daemon.keys import StoredKey, read_keys, rotate
from daemon.output import print_json, print_table
from daemon.settings import Settings, load


def keys_list(config: Path, as_json: bool) -> int:
    settings, now = load(config), datetime.now().astimezone()
    rows = [(one.key.name, _state(one, now), one.until) for one in read_keys(_existing(settings))]
    zone = ZoneInfo(settings.desk.timezone)
    if as_json:
        for name, state, until in rows:
            print_json({"name": name, "state": state, "until": until.isoformat() if until else None})
        return 0
    shown = [[name, state, f"{until.astimezone(zone):%d/%m/%Y %H:%M}" if until else ""] for name, state, until in rows]
    print_table(["key", "state", "proves until"], shown)
    return 0


def keys_rotate(config: Path, dry_run: bool) -> int:
    settings, now = load(config), datetime.now().astimezone()
    path, overlap = _existing(settings), timedelta(days=settings.proof.key_overlap_days)
    before = read_keys(path)
    if dry_run:
        sys.stdout.write(f"would make a new key; {before[0].key.name} would prove {overlap.days} days more\n")
        return 0
    after = rotate(path, now, overlap)
    gone = len(before) + 1 - len(after)
    sys.stdout.write(
        f"{after[0].key.name} is the current key; {after[1].key.name} proves {overlap.days} days more"
        + (f"; {gone} thrown away" if gone else "")
        + ". Put the key file into the backup.\n"
    )
    return 0


def _existing(settings: Settings) -> Path:
    path = Path(settings.proof.key_file)
    if not path.exists():
        raise WrongUse(f"there is no key file yet at {path}: start the service once, or restore it from the backup")
    return path


def _state(one: StoredKey, now: datetime) -> str:
    if one.until is None:
        return "current"
    return "proves" if one.proves(now) else "over"
