"""Files and folders that a person names: what cannot be read or written is told, and nothing is left half done."""

import errno
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daemon.cli import app
from daemon.commands.faults import exit_code_for

PERSON = ("export", "--person", "hoa.nt@vst.gov.vn")


def refused(config: Path, *arguments: str) -> str:
    """What the command says, which must be wrong use."""
    result = CliRunner().invoke(app, [*arguments, "--config", str(config)])
    assert isinstance(result.exception, Exception), result.output
    assert exit_code_for(result.exception) == 2, result.exception
    return str(result.exception)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """A file, a folder that may not be written, one with each ending, and one that is not there."""
    found = {
        "file": tmp_path / "a-file",
        "shut": tmp_path / "shut",
        "taken": tmp_path / "taken",
        "missing": tmp_path / "no",
    }
    found["file"].write_text("")
    for ending in (".csv", ".zip"):
        Path(f"{found['taken']}{ending}").mkdir()
    if os.geteuid() == 0:  # whom no mode keeps out a loop of links does
        found["shut"].symlink_to(found["shut"])
    else:
        found["shut"].mkdir(mode=0o500)
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("backup", "{file}/sub"), ("backup", "{shut}/sub"), ("backup", "{file}"), (*PERSON, "{shut}/hoa.zip"),
        (*PERSON, "{taken}.zip"), (*PERSON, "{missing}/hoa.zip"), ("tickets", "export", "{shut}/a.csv"),
        ("tickets", "export", "{taken}.csv"), ("registers", "export", "{missing}/a.xlsx"),
        ("registers", "export", "{taken}.csv"), ("evaluate", "--html", "{missing}/a.html"),
        ("evaluate", "--html", "{taken}.csv"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_wrong_use_with_its_name(
    quiet_config: Path, places: dict[str, Path], arguments: tuple[str, ...]
) -> None:
    wanted = [one.format(**places) for one in arguments]
    said = refused(quiet_config, *wanted)
    assert wanted[-1] in said or str(Path(wanted[-1]).parent) in said


@pytest.mark.parametrize("target", ["a.csv", "hoa.zip", "sao-luu"])
def test_a_full_disk_is_wrong_use_and_leaves_nothing_half_done(
    quiet_config: Path, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    command = {"a.csv": ("tickets", "export"), "hoa.zip": PERSON, "sao-luu": ("backup",)}[target]

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    said = refused(quiet_config, *command, str(folder / target))
    assert str(folder / target) in said and "No space left on device" in said
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("inside", ["data", "data/files/sao-luu", "."])
def test_a_backup_never_goes_where_the_desks_own_data_lies(quiet_config: Path, inside: str) -> None:
    def there() -> list[Path]:
        return sorted(path for path in quiet_config.parent.rglob("*") if not path.name.startswith("desk.db-"))

    before = there()
    assert "expected a folder apart from it" in refused(quiet_config, "backup", str(quiet_config.parent / inside))
    assert there() == before


def test_a_backup_without_the_keys_has_all_else_and_is_no_success(quiet_config: Path, tmp_path: Path) -> None:
    keys = tmp_path / "data" / "proof.keys"
    keys.unlink()
    assert f"all but {keys}: expected" in refused(quiet_config, "backup", str(tmp_path / "out"))
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"desk.db", "config.toml", "models", "directory.csv"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("parse", "{shut}/thu.eml"), ("classify", "{missing}"), ("corpus", "import", "{shut}/thu.csv"),
        ("corpus", "import", "{missing}"), ("staff", "import", "{missing}"), ("staff", "import", "{shut}/can-bo.csv"),
    ],
)  # fmt: skip
def test_a_path_that_cannot_be_read_is_wrong_use_with_its_name(
    quiet_config: Path, places: dict[str, Path], arguments: tuple[str, ...]
) -> None:
    wanted = [one.format(**places) for one in arguments]
    assert wanted[-1] in refused(quiet_config, *wanted)
