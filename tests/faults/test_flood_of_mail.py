"""Ten thousand mails at once: all in the ledger, none twice, in batches, in bounded memory, and the desk answers meanwhile.

HOTRO_FLOOD=10000 floods with the full number; CI floods with fewer, which takes seconds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.parts import build
from daemon.settings import load
from tests.contract.misbehaving_imap import MisbehavingImap
from tests.faults.mailbox_desk import PASSWORD, ledger, mail, mails, running_desk, settings_file
from tests.flow.desk_process import DESK, ROOT
from tests.flow.test_serve import until
from tests.servers.dovecot import Dovecot

FLOOD = int(os.environ.get("HOTRO_FLOOD", "1000"))


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.mark.servers
def test_every_mail_of_a_flood_is_in_the_ledger_once_and_memory_stays_bounded(tmp_path: Path, models: Path) -> None:
    with Dovecot(PASSWORD) as dovecot:
        padding = b"dong chu day them.\r\n" * 250  # 5 kB each: together far more than the bound below
        for number in range(FLOOD):
            put(dovecot, number, mail(number) + padding)
        desk = settings_file(tmp_path, models, {"desk": dovecot.imap_port}, 1, done_folder="Xong")
        child = subprocess.run(
            [sys.executable, "-m", "tests.faults.flood_child", str(desk.config)],
            cwd=ROOT, env={**os.environ, "DESK_PASSWORD": PASSWORD}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert child.returncode == 0, child.stderr
        told = json.loads(child.stdout)
        print(f"flood: {FLOOD} mails of 5 kB: {told}")
        assert told["taken"] == FLOOD
        assert told["grown_kb"] < 30_000, "less than the flood's size: what was taken is let go"
        parts = build(load(desk.config))
        try:
            rows = ledger(parts.database)
            assert len(rows) == len({(row.uidvalidity, row.uid) for row in rows}) == FLOOD
            assert len({row.digest for row in rows}) == FLOOD
            assert all(row.moved_at is not None for row in rows)
        finally:
            parts.database.close()
        assert dovecot.drop.count(DESK) == 0, "nothing is left in the inbox"


def put(dovecot: Dovecot, number: int, content: bytes) -> None:
    """Straight into the Maildir, for the owner that Dovecot works as, without its being told."""
    place = dovecot.drop.maildir(DESK)
    path = place / "new" / f"{number:020d}.M{number}P1.flood"
    path.write_bytes(content)
    if number == 0:
        owner = place.parent.stat()
        for each in (place, place / "new", place / "cur", place / "tmp"):
            os.chown(each, owner.st_uid, owner.st_gid)
    owner = place.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def test_a_flood_in_one_mailbox_does_not_keep_another_waiting_for_its_answers(tmp_path: Path, models: Path) -> None:
    small = min(FLOOD, 120)
    numbers = range(100, 100 + small)
    with MisbehavingImap(mails=mails(*numbers)) as flooded, MisbehavingImap() as calm:
        with running_desk(tmp_path, models, {"lu": flooded, "yen": calm}) as desk:
            until(lambda: len(desk.ledger()) > 0, "nothing was taken")
            calm.deliver(mail(1))
            desk.until_done(1)
            desk.until_done(*numbers)
            until(lambda: not flooded.mails, "the inbox was not emptied")
            assert desk.pauses == []
        desk.assert_exactly(1, *numbers)
