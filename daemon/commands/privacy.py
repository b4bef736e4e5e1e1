"""`retention`, `export --person`, `erase --person`: what people wrote goes when its time has come, or when they ask."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import idna
from sqlmodel import SQLModel

from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.commands.paths import check_target, private_file
from daemon.commands.who import invoker
from daemon.loops.housekeeping import Housekeeping, Retention, remove_files
from daemon.output import print_json, printable
from daemon.reading.addresses import comparable
from daemon.today import PolicyOfTheDay, system_clock
from storage import blobs, erasure, tickets
from storage.emptying import without
from storage.erasure import Traces
from storage.tables import Entry, EntryKind, Inbound

# Never in an export: of use to nobody but us, and to whoever wants to imitate a letter.
_INTERNAL = ("version", "moves", "reply_goes", "lease_until", "data_begun_at", "references")
_BACKUPS = "backups made before still hold it: they go when your backup rule throws them away (guide 5-du-lieu-ca-nhan)"


def retention(config: Path, as_json: bool, dry_run: bool) -> int:
    """Apply the retention rule now, or say what it would take."""
    desk = Desk(config)
    now = system_clock()
    rule = Retention(desk.database, desk.settings.retention)
    taken = rule.due(now) if dry_run else rule.apply(now)
    swept = "" if dry_run else Housekeeping(desk.database, desk.files).sweep(now)
    if as_json:
        print_json({"dry_run": dry_run, **taken})
        return 0
    for name, number in taken.items():
        sys.stdout.write(f"{name:16} {number}\n")
    sys.stdout.write("dry run, nothing was removed\n" if dry_run else f"{swept}\ndone; {_BACKUPS}\n")
    return 0


def export_person(config: Path, address: str, file: Path, as_json: bool) -> int:
    """Write everything about one person into a zip file that only its owner may read."""
    check_target(file, ".zip")
    desk = Desk(config)
    spellings = spellings_of(address)
    with desk.database.read() as session:
        traces = erasure.traces_of(session, spellings)
        attached = tickets.attachments_of(session, _own_entries(traces, spellings))
        raw = [mail for mail in traces.mails if mail.digest and blobs.is_kept(session, mail.digest)]
    counts = {**traces.counts(), "raw_mails": len(raw), "attachments": len(attached)}
    with private_file(file) as out, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("person.json", _json({"address": address, "made": system_clock(), "counts": counts}))
        for name, rows in vars(traces).items():
            archive.writestr(f"{name}.json", _json([_plain(row) for row in rows]))
        archive.writestr("attachments.json", _json([_plain(row) for row in attached]))
        for mail in raw:
            _put(archive, f"mails/{mail.id:06d}.eml", desk.files.pieces(mail.digest or ""))
        for row in attached:
            _put(archive, f"attachments/{row.id:06d}", desk.files.pieces(row.digest))
    if as_json:
        print_json({"file": str(file), **counts})
    else:
        _show(counts)
        sys.stdout.write(f"written to {file}; read it before you hand it over: it quotes what others wrote to him\n")
    return 0


def erase_person(config: Path, address: str, as_json: bool, dry_run: bool, yes: bool, close: bool) -> int:
    """Take a person out of everything; the counts stay. Without `yes` nothing is erased."""
    desk = Desk(config)
    _refuse_staff(desk, address)
    spellings = spellings_of(address)
    with desk.database.read() as session:
        traces = erasure.traces_of(session, spellings)
    unread = _unread_of(desk, spellings)
    if traces.open_codes and not close:
        raise WrongUse(f"{address} has open requests ({', '.join(traces.open_codes)}): end them first, or add --close")
    if dry_run or not yes:
        _report(as_json, traces, unread, erased=False)
        if not dry_run:
            raise WrongUse("nothing was erased: add --yes to do it, or --dry-run to only look")
        return 0
    left = _erase(desk, spellings, traces, system_clock())
    clean = desk.database.forget_erased()
    _report(as_json, traces, unread, erased=True, left=left, clean=clean)
    return 0


def spellings_of(address: str) -> frozenset[str]:
    """The ways in which one address may be written in a row, in lower case. WrongUse for what is none."""
    local, at, domain = address.strip().lower().rpartition("@")
    if not (local and at and domain) or any(letter.isspace() for letter in address.strip()):
        raise WrongUse(f"{printable(address)}: expected an address such as name@vst.gov.vn")
    found = {f"{local}@{domain}", comparable(address)}
    with suppress(idna.IDNAError):  # a domain that IDNA does not allow has only one spelling
        found.add(f"{local}@{idna.decode(domain)}")
    return frozenset(found)


def _erase(desk: Desk, spellings: frozenset[str], traces: Traces, now: datetime) -> int:
    """Everything, in an order that a crash may interrupt anywhere; how many files the nightly sweep has to remove."""
    by = f"operator {invoker()}"
    left = 0
    with desk.database.write() as session:
        erasure.erase_mentions(session, spellings, traces, now)
    names = traces.names(spellings)
    for ticket in traces.elsewhere:
        with desk.database.write() as session:
            gone = erasure.erase_participation(session, ticket.id or 0, spellings, names, now)
        left += remove_files(desk.files, gone, now)
    for ticket in traces.tickets:
        with desk.database.write() as session:
            gone = erasure.erase_ticket(session, ticket.id or 0, now, by)
        left += remove_files(desk.files, gone, now)
    with desk.database.write() as session:
        gone = erasure.erase_rest(session, spellings, now, by)
    return left + remove_files(desk.files, gone, now)


def _refuse_staff(desk: Desk, address: str) -> None:
    own = (desk.settings.desk.address, *desk.settings.desk.own_addresses)
    if comparable(address) in {comparable(one) for one in own}:
        raise WrongUse(f"{address} is the desk's own address")
    if PolicyOfTheDay(desk.settings, system_clock, desk.database)().rules.directory.member(address) is not None:
        raise WrongUse(f"{address} is staff: the directory keeps him; `staff retire` first")


def _unread_of(desk: Desk, spellings: frozenset[str]) -> list[int]:
    """Mails of the person that were never read, found by their From line: a person has to decide on them first."""
    with desk.database.read() as session:
        rows = [row for row in erasure.unread(session) if blobs.is_kept(session, row.digest or "")]
    return [row.id or 0 for row in rows if _is_from(desk, row, spellings)]


def _is_from(desk: Desk, row: Inbound, spellings: frozenset[str]) -> bool:
    head = next(iter(desk.files.pieces(row.digest or "")), b"").split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    line = str(BytesHeaderParser(policy=policy.compat32).parsebytes(head)["From"] or "").lower()
    return without(line, spellings) != line


def _own_entries(traces: Traces, spellings: frozenset[str]) -> list[int]:
    """The entries whose files are his: not what staff sent each other about him."""

    def his(entry: Entry) -> bool:
        return entry.author_address.lower() in spellings or entry.kind is EntryKind.ANSWER

    return [entry.id for entry in traces.entries if entry.id is not None and his(entry)]


def _report(
    as_json: bool, traces: Traces, unread: Sequence[int], *, erased: bool, left: int = 0, clean: bool = True
) -> None:
    """`left` files and, unless `clean`, the database's journal are left to the nightly housekeeping."""
    if as_json:
        print_json({"erased": erased, **traces.counts(), "unread_mails": list(unread), "files_left_for_sweep": left,
                    "journal_left_for_sweep": not clean})  # fmt: skip
        return
    _show(traces.counts())
    if unread:
        sys.stdout.write(f"not among them: mails {', '.join(map(str, unread))} carry this address and were never read; "
                         "see `mail list`, then erase again\n")  # fmt: skip
    if not erased:
        sys.stdout.write("nothing was erased\n")
        return
    if left:
        sys.stdout.write(f"{left} files are too new to be removed at once; the nightly housekeeping takes them\n")
    if not clean:
        sys.stdout.write("the database's journal was in use and still holds it; the nightly housekeeping empties it\n")
    sys.stdout.write("erased. Raw mails of other people may still name him until the retention rule takes them; the mail\n"
                     f"server's folders are not ours; {_BACKUPS}\n")  # fmt: skip


def _show(counts: dict[str, int]) -> None:
    for name, number in counts.items():
        sys.stdout.write(f"{name:16} {number}\n")


def _plain(row: SQLModel) -> dict[str, object]:
    return {name: value for name, value in row.model_dump(mode="json").items() if name not in _INTERNAL}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _put(archive: ZipFile, name: str, pieces: Iterator[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece)
