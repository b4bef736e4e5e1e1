"""What a power cut may take away: nothing that a row speaks of. A file is on the disk before it has its name, its name after."""

import os
from pathlib import Path

import pytest

from storage.files import Files


def test_a_file_is_flushed_before_it_gets_its_name_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first name of a file, `….part`, may be lost; with the last one it must be whole and be found again."""
    done: list[str] = []
    flush, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        there = Path(f"/proc/self/fd/{handle}").readlink()
        done.append(f"flush {'part' if there.suffix == '.part' else there.name}")
        flush(handle)

    def replace(path: Path, target: Path) -> Path:
        done.append(f"rename {path.suffix.removeprefix('.')}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    files = Files(tmp_path / "files")
    digest = files.put(b"so lieu")
    assert done.index("flush part") < done.index("rename part")
    assert done[-1] == f"flush {digest[:2]}"
    assert files.get(digest) == b"so lieu"
