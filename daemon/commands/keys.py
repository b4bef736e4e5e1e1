"""`keys`: which keys prove a reply, and a new current one. No secret is ever printed."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.commands.faults import WrongUse
from daemon.keys import StoredKey, read_keys, rotate
from daemon.output import print_done, print_json, print_table
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


def keys_rotate(config: Path, dry_run: bool, as_json: bool) -> int:
    """Make a new current key; what is said names keys and never shows one."""
    settings, now = load(config), datetime.now().astimezone()
    path, overlap = _existing(settings), timedelta(days=settings.proof.key_overlap_days)
    before = read_keys(path)
    old, days = before[0].key.name, overlap.days
    if dry_run:
        row = {"dry_run": True, "current": old, "before": old, "proves_days": days, "thrown_away": 0}
        print_done(as_json, row, [f"would make a new key; {old} would prove {days} days more"])
        return 0
    after = rotate(path, now, overlap)
    new, gone = after[0].key.name, len(before) + 1 - len(after)
    line = f"{new} is the current key; {old} proves {days} days more" + (f"; {gone} thrown away" if gone else "")
    row = {"dry_run": False, "current": new, "before": old, "proves_days": days, "thrown_away": gone}
    print_done(as_json, row, [f"{line}. Put the key file into the backup."])
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
