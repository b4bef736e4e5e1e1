"""`mail muted|unmute`: addresses of the directory that nothing is sent to for a time."""

from datetime import datetime
from pathlib import Path

from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.commands.who import invoker
from daemon.output import print_done, print_json, print_table
from daemon.reading.addresses import comparable
from storage import events, mutes
from storage.tables import Event, Mute


def mail_muted(config: Path, as_json: bool) -> int:
    """The muted addresses, each with what its server said."""
    desk = Desk(config)
    with desk.database.read() as session:
        rows = list(mutes.at(session, datetime.now(desk.zone)).values())
    if as_json:
        for row in rows:
            print_json(_as_row(row))
        return 0
    print_table(
        ["address", "since", "until", "reply"],
        [[row.address, desk.local(row.since), desk.local(row.until), row.reply] for row in rows],
        "no address is muted",
    )
    return 0


def mail_unmute(config: Path, address: str, as_json: bool) -> int:
    """End the mute of an address; who did it stays on record."""
    desk = Desk(config)
    with desk.database.write() as session:
        if not mutes.lift(session, comparable(address)):
            raise WrongUse(f"{address} is not muted: see `mail muted`")
        now = datetime.now(desk.zone)
        events.add(session, Event(at=now, kind="address_unmuted", actor=invoker(), details={"address": address}))
    print_done(as_json, {"address": address, "muted": False}, [f"letters go to {address} again from now on"])
    return 0


def _as_row(mute: Mute) -> dict[str, str]:
    since, until = mute.since.isoformat(), mute.until.isoformat()
    return {"address": mute.address, "since": since, "until": until, "reply": mute.reply}
