"""The demo as a visitor starts it: it plays its day, says that all went well, and leaves what it names."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.desk_process import ROOT

DAY = 40  # mails of the sample day


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, models: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The data folder and the finished process of one demo."""
    folder = tmp_path_factory.mktemp("demo")
    text = (ROOT / "config.toml").read_text("utf-8")
    for old, new in (
        ('model = "data/models"', f'model = "{models}"'),
        ('file = "deploy/directory.csv"', f'file = "{ROOT}/deploy/directory.csv"'),
    ):
        assert old in text, f"config.toml no longer has {old!r}"
        text = text.replace(old, new)
    (folder / "config.toml").write_text(text, "utf-8")
    return folder / "data", run("demo", "--config", str(folder / "config.toml"), cwd=folder)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *arguments], cwd=cwd, capture_output=True, text=True, timeout=1500,
        encoding="utf-8", check=False,
    )  # fmt: skip


def only_folder(data: Path) -> Path:
    (folder,) = data.iterdir()
    assert folder.name.startswith("demo-")
    return folder


def test_everything_that_the_day_expects_happens(played: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = played
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert f"Everything expected happened: {DAY} mails" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_summary_shows_the_counts_a_whole_conversation_and_where_to_look(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    data, done = played
    summary = done.stdout[done.stdout.index("The day in numbers") :]
    assert "accepted" in summary
    assert "the whole conversation as Trần Quốc Bảo saw it" in summary
    story = (
        "Lệnh thanh toán song phương của đơn vị tôi",  # his mail
        "đã nhận được yêu cầu",  # the acknowledgement
        "xin số lệnh",  # the question
        "Số lệnh: 0214763",  # his answer
        "đã được gửi lại",  # the final answer
    )
    places = [summary.index(part) for part in story]
    assert places == sorted(places)
    assert str(only_folder(data) / "desk.db") in summary


def test_the_demo_touches_nothing_outside_its_own_folder(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    data, _ = played
    assert {entry.name for entry in only_folder(data).iterdir()} >= {"config.toml", "desk.db", "files", "mailboxes"}


def test_the_commands_that_the_summary_names_work_on_what_the_demo_left(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    data, _ = played
    config = str(only_folder(data) / "config.toml")
    listed = run("tickets", "list", "--json", "--config", config, cwd=data)
    assert listed.returncode == 0, listed.stderr
    tickets = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {ticket["state"] for ticket in tickets} >= {"new", "in_progress", "waiting", "resolved", "rejected"}
    assert {ticket["channel"] for ticket in tickets} == {"mail", "telephone"}
    letters = run("mail", "list", "--out", "--json", "--config", config, cwd=data)
    assert {json.loads(line)["state"] for line in letters.stdout.splitlines()} == {"accepted"}
