"""Commands that change something, as scripts use them: one object of what was done, or 2 and a message that helps."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from classifiers import registry
from classifiers.corpus_files import load as load_corpus
from daemon.cli import app
from daemon.commands.faults import WrongUse
from daemon.settings import SettingsError
from tests.faults.failing_disk import FailingDisk
from tests.flow.desk_process import DeskProcess, Servers

PEOPLE = """address,name,holder,role,applications,province
nam.pv@vst.gov.vn,Phạm Văn Nam,Lâm Đồng,member,TABMIS,
lan.tt@vst.gov.vn,Trần Thị Lan,Lâm Đồng,member,TABMIS,
"""
MAILS = "subject,body,application\n" + "".join(f"TABMIS {one},Lỗi số {one}.,TABMIS\n" for one in range(40))


@pytest.fixture
def unlearned(tmp_path: Path) -> Iterator[Path]:
    """The configuration of a desk with a folder of models, and so a corpus, of its own."""
    yield DeskProcess(tmp_path, Servers(1, 1, embedded=True), tmp_path / "models").config


def row_of(config: Path, *arguments: str) -> dict[str, Any]:
    """The one object on stdout."""
    result = CliRunner().invoke(app, [*arguments, "--json", "--config", str(config)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_directory_tells_scripts_whom_it_changed(quiet_config: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, "utf-8")
    both = ["nam.pv@vst.gov.vn", "lan.tt@vst.gov.vn"]
    for dry in (["--dry-run"], []):
        assert row_of(quiet_config, "staff", "import", str(people), *dry) == {
            "dry_run": bool(dry), "added": 2, "changed": 0, "unchanged": 0, "retired": 0,
            "addresses": {"added": both, "changed": [], "retired": []},
        }  # fmt: skip
    added = row_of(quiet_config, "staff", "add", "moi@vst.gov.vn", "Người Mới", "Lâm Đồng")
    assert (added["done"], added["holder"]) == ("added", "Lâm Đồng")
    away = row_of(quiet_config, "staff", "absent", both[0], "--from", "2020-01-01", "--substitute", both[1])
    assert (away["done"], away["absent"], away["substitute"]) == ("absent", True, both[1])
    back = row_of(quiet_config, "staff", "absent", both[0], "--back")
    assert (back["done"], back["absent"]) == ("back", False)
    gone = row_of(quiet_config, "staff", "retire", both[0])
    assert (gone["done"], gone["address"], bool(gone["retired"])) == ("retired", both[0], True)


def test_a_new_key_is_told_by_name_alone(quiet_config: Path) -> None:
    rehearsed = row_of(quiet_config, "keys", "rotate", "--dry-run")
    assert (rehearsed["dry_run"], rehearsed["current"], rehearsed["before"]) == (True, "k1", "k1")
    done = row_of(quiet_config, "keys", "rotate")
    assert (done["dry_run"], done["current"], done["before"], done["thrown_away"]) == (False, "k2", "k1", 0)
    assert set(done) == {"dry_run", "current", "before", "proves_days", "thrown_away"}


@pytest.mark.parametrize(("group", "counted"), [("tickets", "tickets"), ("registers", "records")])
def test_an_export_tells_its_file_and_how_many_rows(
    quiet_config: Path, tmp_path: Path, group: str, counted: str
) -> None:
    file = tmp_path / "out.csv"
    assert row_of(quiet_config, group, "export", str(file)) == {"file": str(file), counted: 0}
    assert file.exists()


def test_a_model_of_no_known_name_is_wrong_use_that_names_it_and_how_to_list_them(
    unlearned: Path, models: Path
) -> None:
    name = registry.current_name(models)
    assert name is not None
    own = unlearned.parent / "models"
    registry.store(own, registry.opened(models, name))
    for words in (["use", "gestern"], ["compare", name, "gestern"]):
        with pytest.raises(WrongUse, match="there is no model gestern: see `models list`"):
            row_of(unlearned, "models", *words)
    assert row_of(unlearned, "models", "use", name) == {"model": name, "before": None}


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_import_on_a_full_disk_leaves_every_imported_mail_as_it_was(
    unlearned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mails.csv"
    table.write_text(MAILS, "utf-8")
    assert row_of(unlearned, "corpus", "import", str(table))["added"] == 40
    corpus = tmp_path / "corpus"
    before = files_in(corpus)
    assert set(before) == {"learning/TABMIS-own.jsonl", "gate/TABMIS-own.jsonl"}
    table.write_text(MAILS.replace("Lỗi", "Vẫn lỗi"), "utf-8")
    disk = FailingDisk(corpus, "full", fails_from=1)
    with monkeypatch.context() as patch:
        disk.watch(patch)
        with pytest.raises(WrongUse, match="No space left"):
            row_of(unlearned, "corpus", "import", str(table))
    assert files_in(corpus) == before
    assert row_of(unlearned, "corpus", "import", str(table))["added"] == 40
    assert len(load_corpus(corpus)) == 80
    assert all(files_in(corpus)[name].startswith(content) for name, content in before.items())


def test_a_wrong_row_is_named_by_its_number_and_nothing_is_imported(unlearned: Path, tmp_path: Path) -> None:
    table = tmp_path / "mails.csv"
    wrong = "TABMIS,Lỗi.,TABMIS,Sao Hỏa\nA,B,KHONG_CO,\n"
    table.write_text("subject,body,application,province\nTABMIS,Được.,TABMIS,\n" + wrong, "utf-8")
    with pytest.raises(SettingsError) as told:
        row_of(unlearned, "corpus", "import", str(table))
    assert "row 2: province 'Sao Hỏa'" in str(told.value)
    assert "row 3: application 'KHONG_CO' is not in config.toml" in str(told.value)
    assert not (tmp_path / "corpus").exists()
