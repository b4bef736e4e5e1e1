"""`mail show` and `mail retry` do what their help says, also where the bytes of a mail are gone."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from daemon.cli import app
from daemon.commands.faults import WrongUse
from daemon.parts import open_database
from daemon.settings import load
from storage import blobs, intake, mutes, outbox
from storage.database import Database
from storage.files import Files
from storage.tables import Event, InboundState, Mute, OutboxState
from tests.storage.rows import NOW, letter, stored_inbound, stored_ticket

WHOLE, NEVER_READ, TAKEN = 1, 2, 3
RAW = b"From: hoa.nt@vst.gov.vn\r\nSubject: Loi TABMIS\r\n\r\nKhong dang nhap duoc.\r\n"


@pytest.fixture
def database(quiet_config: Path) -> Iterator[Database]:
    """Three mails in quarantine: one whole, one that was never read, one whose bytes the retention rule took."""
    settings = load(quiet_config)
    opened = open_database(settings)
    digest, gone = Files(Path(settings.storage.files)).put(RAW), "0" * 64
    with opened.write() as session:
        blobs.remember(session, digest, len(RAW), NOW)
        blobs.remember(session, gone, 10, NOW)
        for number, its in ((WHOLE, digest), (NEVER_READ, None), (TAKEN, gone)):
            stored_inbound(session, number, digest=its, state=InboundState.QUARANTINED, reason="too deep")
        blobs.mark_removed(session, [gone], NOW)
        ticket = stored_ticket(session)
        outbox.add_letter(session, letter(1, state=OutboxState.CANCELLED, ticket_id=ticket))
    yield opened
    opened.close()


def run(config: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["mail", *arguments, "--config", str(config)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def row_of(config: Path, *arguments: str) -> dict[str, Any]:
    """The one object that `--json` prints, and nothing else."""
    found: dict[str, Any] = json.loads(run(config, *arguments, "--json"))
    return found


@pytest.mark.parametrize("dry", [("--dry-run",), ()])
@pytest.mark.parametrize("number", [NEVER_READ, TAKEN])
def test_a_mail_without_bytes_is_not_retried_and_the_dry_run_says_so(
    quiet_config: Path, database: Database, number: int, dry: tuple[str, ...]
) -> None:
    with pytest.raises(WrongUse, match=f"without bytes to handle: {number};"):
        run(quiet_config, "retry", str(WHOLE), str(number), *dry)
    with database.read() as session:
        assert intake.counts(session) == {InboundState.QUARANTINED: 3}


@pytest.mark.parametrize("dry", [("--dry-run",), ()])
def test_all_of_the_quarantine_leaves_out_mails_without_bytes_and_counts_them(
    quiet_config: Path, database: Database, dry: tuple[str, ...]
) -> None:
    said = run(quiet_config, "retry", "--all", *dry)
    assert "2 mails have no bytes to handle" in said
    assert ("mail 1: a new ticket for" in said) is bool(dry)
    assert ("1 mails will be handled" in said) is not bool(dry)


def test_a_mail_without_bytes_can_still_be_dropped(quiet_config: Path, database: Database) -> None:
    assert "mail 2 dropped" in run(quiet_config, "drop", str(NEVER_READ), "--reason", "trial")


def test_raw_gives_the_bytes_of_a_mail_in_and_nothing_else(quiet_config: Path, database: Database) -> None:
    assert run(quiet_config, "show", str(WHOLE), "--raw").encode() == RAW.replace(b"\r\n", b"\n")
    for other in ("--out", "--json"):
        with pytest.raises(WrongUse, match="without --out and --json"):
            run(quiet_config, "show", str(WHOLE), "--raw", other)
    for number in (NEVER_READ, TAKEN):
        with pytest.raises(WrongUse, match=r"never read|no longer kept"):
            run(quiet_config, "show", str(number), "--raw")


def test_a_cancelled_letter_may_be_sent_again_and_is_no_mail_in(quiet_config: Path, database: Database) -> None:
    assert "letter 1 could be sent" in run(quiet_config, "retry", "1", "--out", "--dry-run")
    with database.read() as session:
        assert outbox.counts(session) == {OutboxState.CANCELLED: 1}
    assert "letter 1 will be sent" in run(quiet_config, "retry", "1", "--out")
    with pytest.raises(WrongUse, match="expected it without --out"):
        run(quiet_config, "retry", "1", "--out", "--as-ticket")


def test_who_sent_a_letter_again_is_on_record_with_its_ticket_and_a_dry_run_is_not(
    quiet_config: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "truc.dem")
    assert row_of(quiet_config, "retry", "1", "--out", "--dry-run") == {"dry_run": True, "count": 1, "letters": [1]}
    with database.read() as session:
        assert list(session.exec(select(Event))) == []
    assert row_of(quiet_config, "retry", "1", "--out") == {"dry_run": False, "count": 1, "letters": [1]}
    with database.read() as session:
        (event,) = session.exec(select(Event))
    assert (event.kind, event.actor, event.details) == ("letter_retried", "truc.dem", {"letter": 1})
    assert event.ticket_id == 1


def test_scripts_are_told_what_would_become_of_a_mail_and_what_was_done(quiet_config: Path, database: Database) -> None:
    all_of_it = {"count": 1, "mails": [WHOLE], "without_bytes": [NEVER_READ, TAKEN]}
    told = row_of(quiet_config, "retry", "--all", "--dry-run")
    (foretold,) = told.pop("foretold")
    assert told == {"dry_run": True, **all_of_it}
    assert (foretold["mail"], foretold["outcome"].startswith("a new ticket for ")) == (WHOLE, True)
    assert row_of(quiet_config, "retry", "--all") == {"dry_run": False, **all_of_it}
    dropped = {"count": 2, "mails": [NEVER_READ, TAKEN], "reason": "trial"}
    for dry in (("--dry-run",), ()):
        said = row_of(quiet_config, "drop", str(NEVER_READ), str(TAKEN), "--reason", "trial", *dry)
        assert said == {"dry_run": bool(dry), **dropped}


def test_a_mail_retried_by_number_and_an_address_unmuted_are_objects_too(
    quiet_config: Path, database: Database
) -> None:
    assert row_of(quiet_config, "retry", str(WHOLE))["mails"] == [WHOLE]
    with database.write() as session:
        mutes.put(session, Mute(key="an@x.vn", address="an@x.vn", since=NOW, until=NOW + timedelta(days=7)))
    assert row_of(quiet_config, "unmute", "An@x.vn") == {"address": "An@x.vn", "muted": False}
