"""What the operator's guide promises of messages: what is wrong is said before anything runs, and nothing is cut off."""

import subprocess
import sys
from pathlib import Path

import pytest

from daemon.commands.who import invoker
from tests.flow.desk_process import ROOT, DeskProcess, Servers


def failed(desk: DeskProcess) -> str:
    """The lines of `check` that are not ok."""
    return "\n".join(line for line in desk.run("check").stdout.splitlines() if not line.startswith("ok"))


def test_check_tells_of_a_key_file_that_is_gone_or_open_to_others(desk: DeskProcess) -> None:
    desk.once()
    keys = desk.folder / "data" / "proof.keys"
    assert failed(desk) == ""
    keys.chmod(0o644)
    assert "may be read by others: expected mode 0600" in failed(desk)
    keys.unlink()
    assert "keys" in failed(desk) and "restore it from the backup" in failed(desk)
    assert not keys.exists()


@pytest.mark.parametrize("command", ["serve", "once"])
def test_a_password_that_is_missing_is_told_before_anything_runs(
    desk: DeskProcess, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_PASSWORD", raising=False)
    servers = Servers(desk.servers.imap_port, desk.servers.smtp_port, password="")
    done = DeskProcess(desk.folder, servers, desk.folder).run(command)
    assert done.returncode == 2
    assert "the environment variable DESK_PASSWORD is empty" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (desk.folder / "data" / "desk.db").exists()


def test_the_first_import_says_that_the_file_of_the_settings_no_longer_counts(
    desk: DeskProcess, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "address,name,holder,role,applications,province\n"
        "nam.pv@vst.gov.vn,Phạm Văn Nam,Lâm Đồng,member,TABMIS,\n"
        "lan.tt@vst.gov.vn,Trần Thị Lan,Lâm Đồng,member,TABMIS,\n",
        "utf-8",
    )
    said = desk.run("staff", "import", str(people), "--dry-run").stderr
    assert "directory.csv would no longer count" in said and "must name everybody" in said
    assert "directory.csv no longer counts" in desk.run("staff", "import", str(people)).stderr
    assert desk.run("staff", "import", str(people)).stderr == ""
    away = ("--until", "2099-12-31", "--substitute", "lan.tt@vst.gov.vn")
    assert "lan.tt@vst.gov.vn stands in" in desk.run("staff", "absent", "nam.pv@vst.gov.vn", *away).stdout


def test_a_letter_is_shown_with_its_tries_in_local_time(desk: DeskProcess) -> None:
    desk.send("hoa.nt@vst.gov.vn", "Lỗi TABMIS", "Không đăng nhập được TABMIS ở Lâm Đồng.")
    desk.once()
    shown = desk.run("mail", "show", "1", "--out").stdout
    assert "  accepted: 250" in shown and "AttemptOutcome" not in shown and "+00:00" not in shown
    assert desk.rows("mail", "show", "1", "--out")[0]["decided"].endswith("+00:00")


def test_a_decision_names_the_person_who_called_sudo_and_the_configuration_may_come_from_the_environment(
    desk: DeskProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "truc.dem")
    assert invoker() == "truc.dem"
    monkeypatch.setenv("HOTRO_CONFIG", str(desk.config))
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "check"],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert str(desk.config) in done.stdout
