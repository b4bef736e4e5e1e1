"""What others on the same machine, and the programs that we start, get to see of the desk: nothing."""

import io
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.child_environment import child_environment
from daemon.mail.embedded import EmbeddedServers
from daemon.reading.isolation import read_safely
from daemon.reading.ours import Ours
from daemon.settings import LimitSettings
from tests.flow.desk_process import DESK, DeskProcess, Servers, end
from tests.flow.test_conversation import REQUEST, USER
from tests.servers.programs import free_ports, wait_for

SECRET = "Bi-Mat-8d1f-kho-bac"
PROBE = """#!/bin/sh
# Takes the place of tesseract: notes what it was given, and reads nothing.
[ "$1" = --list-langs ] && { printf 'List\\neng\\nvie\\n'; exit 0; }
env > "FOLDER/seen.environ"
tr '\\0' ' ' < "/proc/$PPID/cmdline" > "FOLDER/seen.parent"
for task in /proc/[0-9]*; do tr '\\0' ' ' < "$task/cmdline" 2>/dev/null; echo; done > "FOLDER/seen.listing"
"""


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Whoever starts the program forgot about others."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[DeskProcess]:
    """A desk whose password comes from its environment."""
    with EmbeddedServers(tmp_path / "embedded", password=SECRET) as servers:
        yield DeskProcess(tmp_path, Servers(servers.imap_port, servers.smtp_port, SECRET), models)


def picture() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.effect_noise((400, 200), 60).save(buffer, "PNG")
    return buffer.getvalue()


def test_no_secret_stands_in_a_process_listing_or_is_handed_to_a_child(
    desk: DeskProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = desk.folder / "bin"
    programs.mkdir()
    (programs / "tesseract").write_text(PROBE.replace("FOLDER", str(desk.folder)))
    (programs / "tesseract").chmod(0o700)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    process = desk.serve()
    try:
        desk.send(USER, "Nhờ xem giúp", "Nhờ xem ảnh.", attach=(("man-hinh.png", picture()),))
        wait_for(lambda: (desk.folder / "seen.listing").exists(), "the program that reads pictures")
        wait_for(lambda: bool(desk.rows("tickets", "list")), "a ticket")
    finally:
        assert end(process, signal.SIGTERM) == 0
    seen = {name: (desk.folder / f"seen.{name}").read_text() for name in ("environ", "parent", "listing")}
    assert "run.py serve" in seen["parent"]
    assert "PATH=" in seen["environ"]
    assert "DESK_PASSWORD" not in seen["environ"]
    assert [name for name, text in seen.items() if SECRET in text] == []
    assert SECRET not in (desk.folder / "serve.log").read_text()


def test_the_child_that_reads_large_mails_is_given_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The child is this very interpreter; what it sees is noted by a start-up file that Python runs by itself."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import os\nopen({str(tmp_path / 'seen')!r}, 'w').write(repr(dict(os.environ)))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("DESK_PASSWORD", SECRET)
    mail = read_safely(b"From: a@b.vn\r\nSubject: x\r\n\r\nabc\r\n", LimitSettings(isolate_above_kb=0), Ours.of(()))
    assert mail.subject == "x"
    seen = (tmp_path / "seen").read_text()
    assert "PYTHONPATH" in seen
    assert SECRET not in seen


def test_only_what_a_program_needs_to_run_is_passed_on() -> None:
    given = {"PATH": "/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "DESK_PASSWORD": SECRET, "PGPASSWORD": SECRET,
             "AWS_SECRET": SECRET, "CREDENTIALS_DIRECTORY": "/run/credentials/hotrocntt.service"}  # fmt: skip
    assert child_environment(given) == {"PATH": "/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def test_check_tells_a_wrong_password_without_it(desk: DeskProcess) -> None:
    wrong = DeskProcess(
        desk.folder, Servers(desk.servers.imap_port, desk.servers.smtp_port, "Sai-Mat-Khau-77"), desk.folder
    )
    done = wrong.run("check")
    assert done.returncode == 1
    assert "FAILED  mailbox hotrocntt" in done.stdout
    once = wrong.run("once")
    assert once.returncode == 1
    said = done.stdout + done.stderr + once.stdout + once.stderr
    assert "Traceback" not in said
    assert "Sai-Mat-Khau" not in said


def test_a_database_that_cannot_be_reached_is_told_without_its_password(desk: DeskProcess) -> None:
    text = desk.config.read_text("utf-8")
    desk.config.write_text(
        text.replace("sqlite:///data/desk.db", "postgresql+psycopg://desk@127.0.0.1:1/desk"), "utf-8"
    )
    done = desk.run("once")
    assert done.returncode == 1
    assert "database" in done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.usefixtures("open_umask")
def test_everything_that_the_desk_writes_is_its_owners_alone(tmp_path: Path, models: Path) -> None:
    """The whole life of a small desk, started with umask 000: embedded mailboxes, journal, lock, keys, files, exports."""
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    imap, smtp = free_ports(2)
    desk = DeskProcess(folder, Servers(imap, smtp, embedded=True), models)
    process = desk.serve()
    try:
        wait_for(lambda: b"service_started" in (folder / "serve.log").read_bytes(), "the service")
        desk.send(USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST, attach=(("anh.bin", b"\0\1" * 5000),))
        wait_for(lambda: len(desk.mailbox("hoa.nt@vst.gov.vn")) > 0, "the acknowledgement")
        while_running = open_to_others(folder / "data")
        assert {"desk.db-wal", "desk.db-shm", "daemon.lock"} <= {path.name for path in (folder / "data").iterdir()}
        (folder / "out").mkdir(mode=0o700)
        for arguments in (
            ("tickets", "export", str(folder / "out" / "a.csv")),
            ("tickets", "export", str(folder / "out" / "a.xlsx")),
            ("export", "--person", "hoa.nt@vst.gov.vn", str(folder / "out" / "hoa.zip")),
            ("backup", str(folder / "out" / "backup")),
        ):
            done = desk.run(*arguments)
            assert done.returncode == 0, done.stderr
    finally:
        assert end(process) == 0
    assert DESK
    assert while_running == []
    assert open_to_others(folder / "data") == []
    assert open_to_others(folder / "out") == []


@pytest.mark.usefixtures("open_umask")
def test_a_stored_model_is_its_owners_alone(tmp_path: Path, models: Path) -> None:
    code = (
        "import sys, typer\n"
        "from pathlib import Path\n"
        "from classifiers import registry\n"
        "from daemon import cli\n"
        "def store():\n"
        "    model = registry.open_current(Path(sys.argv[1])).model\n"
        "    registry.store(Path(sys.argv[2]), model)\n"
        "    registry.use(Path(sys.argv[2]), model.name)\n"
        "cli.app = store\n"
        "cli.main()\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(models), str(tmp_path / "new" / "models")],
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert list((tmp_path / "new" / "models").iterdir())
    assert open_to_others(tmp_path / "new") == []


def open_to_others(folder: Path) -> list[str]:
    """Everything below the folder, itself included, that group or others may touch."""
    paths = [folder, *folder.rglob("*")]
    return [f"{path} {stat.S_IMODE(path.lstat().st_mode):o}" for path in paths if path.lstat().st_mode & 0o077]
