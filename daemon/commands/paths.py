"""Files and folders that a person names: what cannot be read or written is wrong use, what is written is private and whole."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from daemon.commands.faults import WrongUse
from daemon.mail.sources import mails_in
from storage.faults import DiskFull


@contextmanager
def named_source(source: Path) -> Iterator[None]:
    """What the world refuses while `source` is read becomes wrong use."""
    try:
        yield
    except OSError as error:
        raise WrongUse(f"{source}: {error}: expected what is there and may be read") from None


def named_mails(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Each mail's path and bytes, as `mails_in` finds them."""
    for path in paths:
        with named_source(path):
            if not path.exists():
                raise WrongUse(f"no such file or folder: {path}")
    for path in paths:
        with named_source(path):
            yield from mails_in([path])


@contextmanager
def named_target(target: Path) -> Iterator[None]:
    """What the world refuses while `target` is written becomes wrong use, because another target may do."""
    try:
        yield
    except (OSError, DiskFull) as error:
        raise WrongUse(f"{target}: {error}: expected a place where you may write, on a disk with room") from None


def check_target(file: Path, *endings: str) -> None:
    """Before any work: WrongUse for a name without one of these endings, of a folder, or in a folder that is not there."""
    if endings and file.suffix.lower() not in endings:
        raise WrongUse(f"{file}: expected a name that ends in {' or '.join(endings)}")
    with named_target(file):
        if not file.parent.is_dir():
            raise WrongUse(f"{file.parent}: there is no such folder")
        if file.is_dir():
            raise WrongUse(f"{file}: is a folder: expected the name of a file")


@contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """A new file (mode 0600) that takes its place, and any older one's, when the block ends well."""
    with named_target(file):
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
