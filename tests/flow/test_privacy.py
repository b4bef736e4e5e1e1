"""Personal data: what goes by itself, what one person may have, how he is erased, and what is never written to a log."""

import io
import json
import logging
import os
import shutil
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from daemon.cli import app
from daemon.commands.faults import exit_code_for
from daemon.output import log_to_stderr
from tests.flow.desk_process import DESK, ROOT
from tests.flow.simulated import SimulatedDesk, simulated_desk
from tests.flow.test_conversation import HOA, OFFICE, REQUEST, USER

# Of the mails of this conversation: none of it may be in a log, and none in the data after erasing.
SAID = ("hoa.nt", "Nguyễn Thị Hoa", "phân bổ dự toán ở màn hình", "0263 3812345", "kỳ 11 rồi phân bổ", "Lỗi TABMIS khi")


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    """A desk with a request that was answered and resolved, and with a file."""
    with simulated_desk(tmp_path, models, "2026-11-02 08:30") as simulated:
        simulated.desk.send(USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST, attach=(("anh.bin", b"anh cua Hoa" * 10),))
        assert simulated.servers.wait_until_visible(DESK, 1)
        simulated.until("2026-11-02 08:31")
        simulated._once()
        simulated.replies("2026-11-02 09:00", simulated.newest("notice"), "#xong\nChị chọn lại kỳ 11 rồi phân bổ ạ.")
        yield simulated


class Done:
    """How a command ended, and what it wrote."""

    def __init__(self, desk: SimulatedDesk, *arguments: str) -> None:
        result = CliRunner().invoke(app, [*arguments, "--config", str(desk.desk.config)])
        fault = result.exception if isinstance(result.exception, Exception) else None
        self.code = (exit_code_for(fault) if fault else None) or result.exit_code
        self.out = result.output
        self.fault = str(fault)

    @property
    def row(self) -> dict[str, Any]:
        """The one object that `--json` printed."""
        assert self.code == 0, self.fault
        found: dict[str, Any] = json.loads(self.out)
        return found


def age(folder: Path) -> None:
    """The stored files were written long ago."""
    for file in folder.rglob("*.z"):
        os.utime(file, (1_000_000, 1_000_000))


def stored(desk: SimulatedDesk) -> bytes:
    """Everything that the desk has of its own on disk: the database with its journal, and the files unpacked."""
    data = desk.desk.folder / "data"
    files = [zlib.decompress(file.read_bytes()) for file in data.rglob("*.z")]
    return b"\n".join([*(file.read_bytes() for file in data.glob("desk.db*")), *files])


def test_a_person_gets_everything_about_him_in_a_file_that_only_its_owner_may_read(
    desk: SimulatedDesk, tmp_path: Path
) -> None:
    file = tmp_path / "hoa.zip"
    row = Done(desk, "export", "--person", HOA.upper(), str(file), "--json").row
    assert (row["tickets"], row["mails"], row["raw_mails"], row["attachments"]) == (1, 1, 1, 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with ZipFile(file) as archive:
        (ticket,) = json.loads(archive.read("tickets.json"))
        assert (ticket["code"], ticket["requester_name"]) == (desk.ticket().code, "Nguyễn Thị Hoa")
        texts = [entry["text"] for entry in json.loads(archive.read("entries.json"))]
        assert any("màn hình BA" in text for text in texts) and any("kỳ 11" in text for text in texts)
        assert {letter["letter"] for letter in json.loads(archive.read("letters.json"))} >= {"acknowledgement"}
        (mail,) = [name for name in archive.namelist() if name.endswith(".eml")]
        assert b"From: " in archive.read(mail)
        assert b"anh cua Hoa" in archive.read("attachments/000001")


def test_erasing_needs_yes_and_first_says_what_would_go(desk: SimulatedDesk) -> None:
    looked = Done(desk, "erase", "--person", HOA, "--close", "--dry-run")
    assert looked.code == 0
    assert "nothing was erased" in looked.out
    done = Done(desk, "erase", "--person", HOA, "--close")
    assert (done.code, "add --yes" in done.fault) == (2, True)
    assert desk.ticket().subject == "Lỗi TABMIS khi phân bổ dự toán"


def test_a_person_with_an_open_request_is_not_erased_unless_it_is_closed(desk: SimulatedDesk) -> None:
    done = Done(desk, "erase", "--person", HOA, "--yes")
    assert done.code == 2
    assert desk.ticket().code in done.fault and "--close" in done.fault


@pytest.mark.parametrize("address", [OFFICE, "dunglk@vst.gov.vn", DESK, "no address"])
def test_staff_and_the_desk_itself_are_not_erased(desk: SimulatedDesk, address: str) -> None:
    done = Done(desk, "erase", "--person", address, "--yes", "--close")
    assert done.code == 2
    assert address in done.fault


def test_after_erasing_nothing_of_the_person_is_on_disk_and_his_mail_is_not_taken_in_again(desk: SimulatedDesk) -> None:
    age(desk.desk.folder / "data" / "files")
    before = stored(desk).lower()
    assert [word for word in SAID if word.lower().encode() not in before] == []
    done = Done(desk, "erase", "--person", HOA, "--yes", "--close")
    assert done.code == 0, done.fault
    assert "backups" in done.out
    left = stored(desk).lower()
    assert [word for word in (*SAID, "anh cua Hoa") if word.lower().encode() in left] == []
    ticket = desk.ticket()
    assert (ticket.state, ticket.application, ticket.requester_address) == (
        "closed",
        "TABMIS",
        "erased@removed.invalid",
    )
    assert desk.events().count("person_erased") == 2
    tickets, letters = len(desk.tickets()), Done(desk, "mail", "list", "--out", "--json").out.count("\n")
    desk.parts.pollers[0].reconcile()
    desk._once()
    assert len(desk.tickets()) == tickets
    assert Done(desk, "mail", "list", "--out", "--json").out.count("\n") == letters
    assert Done(desk, "erase", "--person", HOA, "--yes", "--json").row["tickets"] == 0


def test_the_clock_takes_what_the_rule_no_longer_keeps_and_the_command_says_it_first(desk: SimulatedDesk) -> None:
    files = desk.desk.folder / "data" / "files"
    for day in ("2026-11-10", "2026-11-17", "2026-11-24"):  # warned, and closed later
        desk.jump(f"{day} 09:00")
    assert desk.ticket().state == "closed"
    age(files)
    nothing = Done(desk, "retention", "--dry-run", "--json").row
    assert nothing.pop("dry_run") is True
    assert set(nothing.values()) == {0}
    desk.jump("2027-12-15 09:00")
    assert list(files.rglob("*.z")) == []
    assert desk.ticket().subject == "Lỗi TABMIS khi phân bổ dự toán"
    desk.jump("2031-12-15 09:00")
    assert (desk.ticket().subject, desk.ticket().application) == ("", "TABMIS")
    assert desk.parts.database.forget_erased()
    left = stored(desk).lower()
    assert [word for word in SAID if word.lower().encode() in left] == []


def test_a_backup_of_a_running_desk_is_whole_private_and_follows_what_was_erased(
    desk: SimulatedDesk, tmp_path: Path
) -> None:
    folder = tmp_path / "backup" / "desk"
    row = Done(desk, "backup", str(folder), "--json").row
    assert row["files_copied"] == 3  # two mails and an attachment
    assert {path.name for path in folder.iterdir()} == {
        "desk.db", "files", "config.toml", "proof.keys", "models", "directory.csv",
    }  # fmt: skip
    assert open_to_others(tmp_path / "backup") == []
    age(desk.desk.folder / "data" / "files")
    assert Done(desk, "erase", "--person", HOA, "--yes", "--close").code == 0
    row = Done(desk, "backup", str(folder), "--json").row
    assert (row["files_copied"], row["files_removed"]) == (0, 3)
    copy = (folder / "desk.db").read_bytes()
    assert desk.ticket().code.encode() in copy
    assert [word for word in SAID if word.encode() in copy] == []


def test_a_desk_that_is_restored_from_its_backup_has_all_that_it_needs(tmp_path: Path, models: Path) -> None:
    own, backup, new = tmp_path / "old" / "data" / "models", tmp_path / "backup", tmp_path / "new"
    shutil.copytree(models, own)
    directory = tmp_path / "old" / "can-bo.csv"
    shutil.copy(ROOT / "deploy" / "directory.csv", directory)
    labelled = tmp_path / "thu.csv"
    labelled.write_text("application,subject,body\nTABMIS,Loi,Khong phan bo duoc du toan\n", "utf-8")
    certificate = tmp_path / "old" / "ca.pem"
    certificate.write_text("the office's own authority", "utf-8")
    changes = ((f"{ROOT}/deploy/directory.csv", "can-bo.csv"), ('ca_file = ""', f'ca_file = "{certificate}"'))
    with simulated_desk(tmp_path / "old", own, "2026-11-02 08:30", changes) as desk:
        assert Done(desk, "corpus", "import", str(labelled)).code == 0
        assert Done(desk, "backup", str(backup)).code == 0
        shutil.copytree(backup, new)  # as the guide says: each thing to where the configuration names it
        shutil.rmtree(tmp_path / "old" / "data")
        directory.unlink()
        text = (new / "config.toml").read_text("utf-8")
        for old, now in ((str(own), "models"), (str(directory), "directory.csv"), ("data/desk.db", "desk.db"),
                         ("can-bo.csv", "directory.csv"), ("data/", "")):  # fmt: skip
            text = text.replace(old, now)
        desk.desk.config = new / "config.toml"
        desk.desk.config.write_text(text, "utf-8")
        checked = Done(desk, "check")
        assert [line for line in checked.out.splitlines() if not line.startswith("ok")] == []
        assert "1 mails" not in Done(desk, "corpus", "import", str(labelled)).out, "what was imported is known"
        assert (new / "certificates" / certificate.relative_to("/")).read_text("utf-8") == "the office's own authority"


def test_nothing_that_people_write_is_ever_logged(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the most talkative level: no text, subject, name or token; addresses of senders neither."""
    log = io.StringIO()
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", log)
    log_to_stderr(logging.DEBUG)
    try:
        with simulated_desk(tmp_path, models, "2026-11-02 08:30") as desk:
            desk.writes("2026-11-02 08:31", USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
            notice = desk.newest("notice")
            desk.replies("2026-11-02 09:00", notice, "Chị chọn lại kỳ 11 rồi phân bổ ạ.")
            desk.writes("2026-11-02 09:30", OFFICE, "Re: yêu cầu", "#xong\nGiả mạo.")
            token = str(notice.mail["Subject"]).split("[")[-1].rstrip("]")
            keys = (tmp_path / "data" / "proof.keys").read_text().split()
    finally:
        root.handlers, root.level = kept, level
    written = log.getvalue()
    assert "mail_settled" in written
    secrets = [word for word in keys if len(word) > 30]
    assert secrets
    assert [word for word in (*SAID, "Giả mạo", *secrets) if word in written] == []
    assert token == desk.ticket().code or token not in written


def test_a_fault_of_the_database_does_not_repeat_what_people_wrote(desk: SimulatedDesk) -> None:
    from sqlalchemy.exc import IntegrityError

    from storage.tables import Attachment

    with pytest.raises(IntegrityError) as raised, desk.parts.database.write() as session:
        session.add(Attachment(entry_id=99, digest="0" * 64, filename="Nguyễn Thị Hoa.docx", content_type="x", size=1))
    assert "Nguyễn" not in str(raised.value)


def open_to_others(folder: Path) -> list[str]:
    """Everything below the folder, itself included, that group or others may touch."""
    paths = [folder, *folder.rglob("*")]
    return [f"{path} {stat.S_IMODE(path.lstat().st_mode):o}" for path in paths if path.lstat().st_mode & 0o077]
