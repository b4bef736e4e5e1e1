"""`mail show` and `mail retry` do what their help says, also where the bytes of a mail are gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daemon.cli import app
from daemon.commands.faults import WrongUse
from daemon.parts import open_database
from daemon.settings import load
from storage import blobs, intake, outbox
from storage.database import Database
from storage.files import Files
from storage.tables import InboundState, OutboxState
from tests.storage.rows import NOW, letter, stored_inbound

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
        outbox.add_letter(session, letter(1, state=OutboxState.CANCELLED))
    yield opened
    opened.close()


def run(config: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["mail", *arguments, "--config", str(config)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


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
