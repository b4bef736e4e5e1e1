"""Files: stored whole or not at all, under their digest, private, and checked when read."""

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.faults import DiskFull, FileDamaged, FileMissing, FilesDown
from storage.files import Files

MAIL = b"Subject: =?utf-8?q?Xin_ch=C3=A0o?=\r\n\r\n" + bytes(range(256)) * 50


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def the_file(files: Files) -> Path:
    (path,) = files.folder.glob("??/*.z")
    return path


def test_the_bytes_come_back_under_their_sha256(files: Files) -> None:
    digest = files.put(MAIL)
    assert digest == hashlib.sha256(MAIL).hexdigest()
    assert files.get(digest) == MAIL
    assert files.exists(digest)
    assert the_file(files).relative_to(files.folder).as_posix() == f"{digest[:2]}/{digest}.z"


@pytest.mark.parametrize("content", [b"", b"x", b"0" * 5_000_000, os.urandom(2_500_000)])
def test_any_content_comes_back_unchanged(files: Files, content: bytes) -> None:
    assert files.get(files.put(content)) == content


def test_the_same_bytes_are_written_once(files: Files) -> None:
    files.put(MAIL)
    before = the_file(files).stat()
    files.put(MAIL)
    after = the_file(files).stat()
    assert before.st_ino == after.st_ino


def test_bytes_that_are_wanted_again_are_new_to_a_sweep(files: Files) -> None:
    digest = files.put(MAIL)
    os.utime(the_file(files), (1000, 1000))
    assert files.orphans(set(), older_than=2000) == [digest]
    files.put(MAIL)
    assert files.orphans(set(), older_than=2000) == []
    assert not files.remove(digest, older_than=2000)
    assert files.get(digest) == MAIL
    assert files.remove(digest)
    assert not files.remove(digest)


def test_a_mail_in_pieces_is_stored_as_if_whole(files: Files) -> None:
    assert files.put_pieces(MAIL[i : i + 100] for i in range(0, len(MAIL), 100)) == (files.put(MAIL), len(MAIL))
    assert b"".join(files.pieces(files.put(MAIL))) == MAIL


def test_a_mail_that_breaks_off_in_the_middle_leaves_nothing(files: Files) -> None:
    def broken() -> Iterator[bytes]:
        yield MAIL
        raise ConnectionResetError("the server hung up")

    with pytest.raises(ConnectionResetError):
        files.put_pieces(broken())
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_files_and_folders_are_private(files: Files) -> None:
    files.put(MAIL)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    folders = [files.folder, *(path for path in files.folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_a_missing_file_is_told_from_a_damaged_one(files: Files) -> None:
    digest = files.put(MAIL)
    with pytest.raises(FileMissing):
        files.get("0" * 64)
    whole = the_file(files).read_bytes()
    for damaged in (whole[:-10], b"not zlib", zlib.compress(MAIL + b"x"), b""):
        the_file(files).write_bytes(damaged)
        with pytest.raises(FileDamaged, match=digest):
            files.get(digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "AB" * 32, "abc", ""])
def test_only_a_digest_names_a_file(files: Files, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        files.get(name)


def test_a_full_disk_is_said_so_and_leaves_nothing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    files.put(b"the folders exist")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DiskFull, match="no room"):
            files.put(MAIL)
    assert not files.exists(hashlib.sha256(MAIL).hexdigest())
    assert list((files.folder / "unfinished").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_disk_that_fills_up_while_writing_is_said_so(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr("tempfile.mkstemp", lambda **_: (full, str(files.folder / "unfinished" / "x.part")))
    with pytest.raises(DiskFull):
        files.put(os.urandom(3_000_000))


def test_a_folder_that_cannot_be_used_is_down(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file in its place")
    with pytest.raises(FilesDown):
        Files(tmp_path / "files").put(MAIL)


def test_orphans_are_old_files_that_no_row_knows(files: Files) -> None:
    known, orphan, young = (files.put(content) for content in (b"known", b"orphan", b"young"))
    for digest in (known, orphan):
        os.utime(files.folder / digest[:2] / f"{digest}.z", (1000, 1000))
    assert files.orphans({known}, older_than=2000) == [orphan]
    files.remove(orphan)
    files.remove(orphan)
    assert not files.exists(orphan)
    assert files.exists(young)


def test_orphans_of_a_folder_that_does_not_exist_yet_are_none(files: Files) -> None:
    assert files.orphans(set(), older_than=2000) == []
    assert files.remove_unfinished(older_than=2000) == 0


def test_a_process_killed_while_writing_leaves_only_an_unfinished_file(files: Files) -> None:
    program = (
        "import os, signal, sys, pathlib\n"
        "from storage.files import Files\n"
        "def pieces():\n"
        "    yield b'x' * 3_000_000\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Files(pathlib.Path(sys.argv[1])).put_pieces(pieces())\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", program, files.folder], cwd=root, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert files.orphans(set(), older_than=float("inf")) == []
    (left,) = (files.folder / "unfinished").iterdir()
    assert files.remove_unfinished(older_than=left.stat().st_mtime) == 0
    assert files.remove_unfinished(older_than=left.stat().st_mtime + 1) == 1
    assert list((files.folder / "unfinished").iterdir()) == []
