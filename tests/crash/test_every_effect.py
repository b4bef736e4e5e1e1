"""A death at each effect in turn: after a restart every mail has one outcome and every letter was accepted once.

The scenario: a request with an attachment, a follow-up to it, the same request a second time, a newsletter, and a mail that cannot
be read; all taken, decided, answered and moved to another folder in one pass.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.mail.embedded import EmbeddedServers
from storage.files import Files
from tests.crash.effects import DIED
from tests.flow.desk_process import ROOT, DeskProcess, Servers, compose

# Each n-th point: a few in an ordinary run, more in CI, every one with CRASH_STEP=1 (some five minutes).
STEP = int(os.environ.get("CRASH_STEP", "4" if os.environ.get("CI") else "15"))


class Passes:
    """The process that forks the passes."""

    def __init__(self) -> None:
        # A file and not a pipe: nobody reads it while the passes write their logs, and a full pipe would stop them.
        self._told = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed in close()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.crash.one_pass"], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._told, text=True,
        )  # fmt: skip

    def run(self, config: Path, die_at: int = 0) -> tuple[int, list[str]]:
        """One pass; its exit code, and the names of its effects when it lived."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"config": str(config), "die_at": die_at}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or "null")
        assert answer is not None, self.complaints()
        return answer["code"], answer["effects"]

    def complaints(self) -> str:
        self._told.seek(0)
        return self._told.read()[-3000:]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._told.close()


@pytest.fixture(scope="module")
def passes() -> Iterator[Passes]:
    process = Passes()
    yield process
    process.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path_factory.mktemp("embedded")) as running:
        yield running


class House:
    """A desk of its own at address `ban<n>@…`, so that one pair of servers serves every point."""

    def __init__(self, folder: Path, number: int, servers: EmbeddedServers) -> None:
        self.address = f"ban{number}@vst.gov.vn"
        self.user = f"nguoi{number}@x.example"
        self.folder = folder / str(number)
        self.folder.mkdir()
        self.servers = servers
        self.desk = DeskProcess(
            self.folder, Servers(servers.imap_port, servers.smtp_port, embedded=True), self.folder / "no-model",
            changes=(
                ('address = "hotrocntt@vst.gov.vn"', f'address = "{self.address}"'),
                ('username = "hotrocntt@vst.gov.vn"', f'username = "{self.address}"'),
                ('address = "servicedesk@vst.gov.vn"', f'address = "tiepnhan{number}@vst.gov.vn"'),
                ('done_folder = ""', 'done_folder = "DaXuLy"'),
            ),
        )  # fmt: skip
        for mail in self.mails():
            servers.deliver(self.address, mail)

    def mails(self) -> list[bytes]:
        request = compose(
            f"Người Gửi <{self.user}>", self.address, "Máy in hỏng", "Máy in không in được.", message_id="<m1@x.example>",
            attach=(("anh.bin", b"mot tep dinh kem" * 50),),
        )  # fmt: skip
        more = compose(
            f"Người Gửi <{self.user}>", self.address, "Re: Máy in hỏng", "Máy in của phòng kế toán.",
            message_id="<m2@x.example>", reply_to=request,
        )  # fmt: skip
        nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(90))
        bulk = "From: tin@bao.example\r\nSubject: Ban tin\r\nPrecedence: bulk\r\nList-Unsubscribe: <mailto:x@y.z>\r\n\r\nTin tuc.\r\n"
        unreadable = f"From: xau@x.example\r\nSubject: long nhau\r\n{nested}\r\nnoi dung\r\n"
        return [_wire(request), _wire(more), _wire(request), bulk.encode(), unreadable.encode()]

    def drain(self, passes: Passes) -> None:
        """Passes until nothing is left to do; the last one is followed by the housekeeping of a later day."""
        for die_at in (0, -1):
            code, _ = passes.run(self.desk.config, die_at)
            assert code == 0, passes.complaints()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(self.folder / "data/desk.db")
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def assert_whole(self) -> None:
        outcomes = Counter(state for (state,) in self.rows("SELECT state FROM inbound"))
        assert outcomes == {"entry": 2, "ignored": 2, "quarantined": 1}
        assert len(self.rows("SELECT id FROM ticket")) == 1
        assert self.rows("SELECT max(number), count(*) FROM ticketcode") == [(1, 1)]
        assert self.rows("SELECT kind FROM entry ORDER BY id") == [("request",), ("follow_up",)]
        assert self.rows("SELECT filename, size FROM attachment") == [("anh.bin", 800)]
        self._assert_letters()
        self._assert_files()
        assert self.rows("SELECT count(*) FROM inbound WHERE moved_at IS NULL") == [(0,)]
        assert self.servers.read_mailbox(self.address) == [], "every mail was moved out of the inbox"

    def _assert_letters(self) -> None:
        letters = self.rows("SELECT message_id, state, doubts, recipient FROM outbox")
        assert {state for _, state, _, _ in letters} == {"accepted"}
        received: Counter[str] = Counter()
        for recipient in {recipient for *_, recipient in letters}:
            received.update(_message_id(raw) for raw in self.servers.read_mailbox(recipient))
        assert set(received) == {message_id for message_id, *_ in letters}
        doubtful = {message_id for message_id, _, doubts, _ in letters if doubts}
        assert {message_id for message_id, count in received.items() if count > 1} <= doubtful
        assert max(received.values()) <= 2
        kinds = self.rows("SELECT letter, count(*) FROM outbox GROUP BY letter ORDER BY letter")
        assert kinds == [("acknowledgement", 1), ("follow_up", 1), ("notice", 1), ("quarantined", 1)]

    def _assert_files(self) -> None:
        known = {digest for (digest,) in self.rows("SELECT digest FROM blob")}
        stored = {path.stem for path in (self.folder / "data/files").glob("??/*.z")}
        assert stored == known, "no orphan file, and no row without its file"
        for digest in known:
            Files(self.folder / "data/files").get(digest)


def _wire(mail: Any) -> bytes:
    return bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _message_id(raw: bytes) -> str:
    line = next(line for line in raw.split(b"\n") if line.lower().startswith(b"message-id:"))
    return line.partition(b":")[2].strip().decode("ascii")


def test_a_death_at_any_effect_loses_nothing_and_doubles_nothing(
    tmp_path: Path, passes: Passes, servers: EmbeddedServers
) -> None:
    whole = House(tmp_path, 0, servers)
    code, effects = passes.run(whole.desk.config)
    assert code == 0, passes.complaints()
    whole.drain(passes)
    whole.assert_whole()

    points = list(range(1, len(effects) + 1, STEP))
    doubles = 0
    for point in points:
        house = House(tmp_path, point, servers)
        code, _ = passes.run(house.desk.config, point)
        assert code in (DIED, 0), f"point {point} ({effects[point - 1]}): exit {code}"
        house.drain(passes)
        try:
            house.assert_whole()
        except AssertionError as error:
            raise AssertionError(f"died at {point} of {len(effects)}, {effects[point - 1]}: {error}") from error
        doubles += house.rows("SELECT count(*) FROM outbox WHERE doubts > 0")[0][0]
    print(f"{len(effects)} effects, {len(points)} deaths, {doubles} letters in doubt")
