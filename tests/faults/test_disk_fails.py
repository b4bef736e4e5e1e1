"""The disk is full, write-protected, failing or slow: nothing is lost or doubled, and the work goes on when there is room."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.mail.embedded import EmbeddedServers
from tests.faults.failing_disk import TROUBLES, FailingDisk
from tests.faults.real_desk import a_desk, finding
from tests.faults.whole_desk import USER, request, whole_desk, wire
from tests.flow.desk_process import DESK, end
from tests.flow.test_serve import log_of, until

TURNS_DOWN = 5  # more than the attempts after which a mail would be set aside
# Each n-th write of the pass: some in an ordinary run, more in CI, all of them with FAULT_STEP=1 (some ten minutes).
STEP = int(os.environ.get("FAULT_STEP", "2" if os.environ.get("CI") else "8"))


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "demo")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.mark.parametrize("afterwards", [False, True], ids=["", "and only the answer is lost"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_whichever_write_is_the_first_that_fails_the_work_is_done_once(
    trouble: str, afterwards: bool, tmp_path: Path, servers: EmbeddedServers
) -> None:
    """From each write of a pass on (file, folder, commit) all fail for five passes; then the disk is mended."""
    with whole_desk(tmp_path / "clean", servers) as desk, pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(desk.process.folder, trouble)
        disk.watch(patch)
        desk.receives()
        desk.resume()
        desk.assert_settled()
        writes = disk.writes

    # The eight variants begin at different writes, so that together they meet each one also in an ordinary run.
    points = list(range(1 + (2 * list(TROUBLES).index(trouble) + afterwards) % STEP, writes + 1, STEP))
    for point in points:
        with whole_desk(tmp_path / str(point), servers) as desk, pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(desk.process.folder, trouble, point, afterwards)
            disk.watch(patch)
            desk.receives()
            complaints = [desk.turn().problems for _ in range(TURNS_DOWN)]
            disk.mended()
            desk.resume()
            try:
                assert any(complaints) or disk.writes >= point
                desk.assert_settled()
                assert all(len(set(said)) <= 3 for said in complaints)
            except AssertionError as error:
                raise AssertionError(f"write {point} of {writes}: {error}") from error
    print(f"{trouble}: {writes} writes, {len(points)} of them the first to fail")


@pytest.mark.parametrize("seconds", [20, 100, 250])
def test_a_disk_that_takes_minutes_for_each_write_makes_no_double(
    seconds: int, tmp_path: Path, servers: EmbeddedServers
) -> None:
    with whole_desk(tmp_path / f"slow{seconds}", servers) as desk, pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(desk.process.folder)
        disk.watch(patch)

        def takes_long() -> None:
            desk.clock.now += timedelta(seconds=seconds)

        disk.each = takes_long
        desk.receives()
        desk.resume()
        desk.resume()  # a letter whose lease ran out before its turn came waits for the next one
        desk.assert_settled()
        assert len(desk.relay.accepted) == 2


def test_a_disk_slower_than_the_lease_sends_nothing_until_it_is_faster(
    tmp_path: Path, servers: EmbeddedServers
) -> None:
    with whole_desk(tmp_path / "slowest", servers) as desk, pytest.MonkeyPatch.context() as patch:
        disk = FailingDisk(desk.process.folder)
        disk.watch(patch)

        def takes_too_long() -> None:
            desk.clock.now += timedelta(seconds=400)

        disk.each = takes_too_long
        desk.receives()
        desk.turn()
        desk.turn()
        assert desk.relay.accepted == []
        disk.each = lambda: None
        desk.resume()
        desk.assert_settled()
        assert len(desk.relay.accepted) == 2


# A real file system


class SmallDisk:
    """A file system in memory below `folder`, of some megabytes, with a ballast that fills it."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir()
        self.folder = folder
        self._mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "desk-test", str(folder))

    def _mount(self, *words: str) -> None:
        subprocess.run(["mount", *words], check=True, capture_output=True)

    def fill(self) -> None:
        """Leave nothing free."""
        with (self.folder / "ballast").open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()

    def protect(self, how: str) -> None:
        self._mount("-o", f"remount,{how}", str(self.folder))

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True, capture_output=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallDisk]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    disk = SmallDisk(tmp_path / "data", 16)
    try:
        yield disk
    finally:
        disk.close()


@pytest.mark.servers
def test_a_running_service_on_a_full_disk_goes_on_by_itself_when_there_is_room(
    tmp_path: Path, small: SmallDisk, servers: EmbeddedServers
) -> None:
    desk = a_desk(tmp_path, servers, "day@vst.gov.vn")
    before = len(servers.read_mailbox(USER))
    process = desk.serve()
    try:
        until(lambda: "service_started" in log_of(desk), "the service did not start")
        small.fill()
        servers.deliver("day@vst.gov.vn", wire(request(DESK)))
        until(lambda: "world_down loop=poll" in log_of(desk), "the full disk was not noticed")
        assert "no room for" in log_of(desk)
        ok, line = finding(desk, "disk")
        assert not ok and ("no room" in line or "make room" in line)
        assert process.poll() is None, "the service lives"
        small.make_room()
        until(lambda: len(servers.read_mailbox(USER)) > before, "no answer after room was made")
        until(lambda: "world_back loop=poll" in log_of(desk), "the loop did not say that it goes on")
        assert len(desk.rows("tickets", "list")) == 1
        assert end(process) == 0
    finally:
        process.kill()
        process.wait()
    assert len(servers.read_mailbox(USER)) == before + 1


@pytest.mark.servers
def test_a_write_protected_disk_is_named_and_left_as_it_is(
    tmp_path: Path, small: SmallDisk, servers: EmbeddedServers
) -> None:
    desk = a_desk(tmp_path, servers, "chidoc@vst.gov.vn")
    desk.once()
    small.protect("ro")
    servers.deliver("chidoc@vst.gov.vn", wire(request(DESK, 2)))
    done = desk.run("once")
    assert done.returncode == 1
    assert "cannot be opened for writing" in done.stderr and "Traceback" not in done.stderr
    ok, line = finding(desk, "database")
    assert not ok and "cannot be opened for writing" in line
    ok, line = finding(desk, "disk")
    assert not ok and "Read-only file system" in line
    small.protect("rw")
    assert desk.once()["tickets_created"] == 1
    assert finding(desk, "database")[0]
