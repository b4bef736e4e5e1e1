"""Raw mails and attachments as compressed files under their SHA-256, durable before any row speaks of them.

`ab/abcdef….z` is a zlib stream (RFC 1950). A file is written under another name, flushed to the disk and renamed, so
a file with its final name is always whole; what a killed process leaves behind lies in `unfinished/`.
"""

import errno
import hashlib
import math
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from storage.faults import DiskFull, FileDamaged, FileMissing, FilesDown

_LEVEL = 1  # mail is mostly base64, which higher levels hardly shrink and compress four times as slowly
_PIECE = 1 << 20
_TRIED = 1 << 16  # bytes that a look at the disk writes
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Files:
    """The files folder; it is created (0700) at the first use. Raises DiskFull and FilesDown."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unfinished = folder / "unfinished"

    def put(self, content: bytes) -> str:
        """Store these bytes durably and return their SHA-256 in hexadecimal; cheap when they are there already."""
        digest = hashlib.sha256(content).hexdigest()
        with _translated():
            try:
                os.utime(self.path(digest))  # a sweep in this moment takes it for new, and leaves it
            except FileNotFoundError:
                return self._write((content,))[0]
            _flush_folder(self.path(digest).parent)  # another thread may have renamed it and not yet come this far
        return digest

    def put_pieces(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Store a mail too large for memory, given in pieces. Returns its SHA-256 and its size in bytes.

        An exception of `pieces` passes unchanged and leaves nothing behind.
        """
        return self._write(pieces)

    def get(self, digest: str) -> bytes:
        """The bytes with this SHA-256. Raises FileMissing, or FileDamaged if they no longer have it."""
        return b"".join(self.pieces(digest))

    def pieces(self, digest: str) -> Iterator[bytes]:
        """The same in pieces of about a megabyte; the check comes after the last one."""
        decompress, seen = zlib.decompressobj(), hashlib.sha256()
        try:
            with _translated(), self.path(digest).open("rb") as file:
                while stored := file.read(_PIECE):
                    while stored:
                        piece = decompress.decompress(stored, _PIECE)
                        stored = decompress.unconsumed_tail
                        seen.update(piece)
                        yield piece
        except zlib.error as error:
            raise FileDamaged(f"the stored file {digest} cannot be decompressed: {error}") from error
        if not decompress.eof or seen.hexdigest() != digest:
            raise FileDamaged(f"the stored file {digest} is not what its name says")

    def free(self) -> int:
        """How many bytes the program may still write here, for `check`: tried with a small file that is removed again.

        A folder that was not made yet is not made; then the one above it is tried. Raises DiskFull and FilesDown.
        """
        with _translated():
            there = next(each for each in (self.folder, *self.folder.absolute().parents) if each.exists())
            with tempfile.TemporaryFile(dir=there) as file:
                file.write(bytes(_TRIED))
                file.flush()
                os.fsync(file.fileno())
            return shutil.disk_usage(there).free

    def exists(self, digest: str) -> bool:
        with _translated():
            return self.path(digest).exists()

    def orphans(self, known: Container[str], older_than: float) -> list[str]:
        """Digests of files that no row speaks of and that were written before `older_than` (seconds since 1970).

        The age matters: a file is there before its row.
        """
        with _translated():
            stored = (path for path in self.folder.glob("??/*.z") if _DIGEST.fullmatch(path.stem))
            return sorted(path.stem for path in stored if path.stem not in known and _written(path) < older_than)

    def remove(self, digest: str, older_than: float = math.inf) -> bool:
        """Remove a file that was written, or wanted again, before that time (seconds since 1970); whether it went."""
        with _translated():
            if _written(self.path(digest)) >= older_than or not self.path(digest).exists():
                return False
            self.path(digest).unlink(missing_ok=True)
            return True

    def remove_unfinished(self, older_than: float) -> int:
        """Remove what killed processes left behind before that time (seconds since 1970), and say how many."""
        with _translated():
            old = [path for path in self._unfinished.glob("*.part") if _written(path) < older_than]
            for path in old:
                path.unlink(missing_ok=True)
            return len(old)

    def path(self, digest: str) -> Path:
        """Where the file with this SHA-256 lies, or would lie."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 in hexadecimal: {digest!r}")
        return self.folder / digest[:2] / f"{digest}.z"

    def _write(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        with _translated():
            _make_folder(self._unfinished)
            handle, name = tempfile.mkstemp(suffix=".part", dir=self._unfinished)  # mode 0600
        file, part = os.fdopen(handle, "wb"), Path(name)
        try:
            digest, size = _compress_into(file, pieces)
            with _translated():
                self._rename(part, self.path(digest))
            return digest, size
        finally:
            with suppress(OSError):  # nothing unwritten is left in a file that was renamed
                file.close()
            with suppress(OSError):  # a renamed file is no longer here
                part.unlink()

    def _rename(self, part: Path, final: Path) -> None:
        _make_folder(final.parent)
        part.replace(final)
        _flush_folder(final.parent)


def _compress_into(file: BinaryIO, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Write the pieces compressed and durable; the SHA-256 and size of what they were before."""
    compress, seen, size = zlib.compressobj(_LEVEL), hashlib.sha256(), 0
    for piece in pieces:
        with _translated():
            file.write(compress.compress(piece))
        seen.update(piece)
        size += len(piece)
    with _translated():
        file.write(compress.flush())
        file.flush()
        os.fsync(file.fileno())
    return seen.hexdigest(), size


def _written(path: Path) -> float:
    """When the file was written, in seconds since 1970; a file that was just renamed or removed is new."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _make_folder(folder: Path) -> None:
    """Create the folder and those above it, each 0700 and durable in the one above."""
    if folder.exists():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(f"no such file is stored: {error.filename}") from error
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(f"no room for a file: {error}") from error
        raise FilesDown(f"the files folder cannot be used: {error}") from error
