"""Mails on disk: `.eml` files, folders of them, and mbox files, for the command line."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_SEPARATOR = re.compile(rb"^From \S.*\d{4}\s*$", re.MULTILINE)


def mails_in(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Each mail's path and bytes. Folders are read recursively and sorted; a mail of an mbox is `file#n`, from 1.

    Raises FileNotFoundError for a path that does not exist, before anything is read.
    """
    wanted = list(paths)
    for path in wanted:
        if not path.exists():
            raise FileNotFoundError(str(path))
    for path in wanted:
        if path.is_dir():
            for file in sorted(one for one in path.rglob("*.eml") if one.is_file()):
                yield str(file), file.read_bytes()
        else:
            yield from _mails_of_file(path)


def _mails_of_file(path: Path) -> Iterator[tuple[str, bytes]]:
    raw = path.read_bytes()
    first = raw.split(b"\n", 1)[0]
    if path.suffix.lower() == ".eml" or not _SEPARATOR.match(first):
        yield str(path), raw
        return
    for number, mail in enumerate(split_mbox(raw), 1):
        yield f"{path}#{number}", mail


def split_mbox(raw: bytes) -> Iterator[bytes]:
    """The mails of an mbox. A separator stands at the start or after an empty line; quoted `>From ` is restored."""
    starts = [match.start() for match in _SEPARATOR.finditer(raw) if _follows_empty_line(raw, match.start())]
    for start, end in zip(starts, [*starts[1:], len(raw)], strict=True):
        mail = raw[raw.index(b"\n", start) + 1 : end] if b"\n" in raw[start:end] else b""
        yield re.sub(rb"^>(>*From )", rb"\1", mail, flags=re.MULTILINE)


def _follows_empty_line(raw: bytes, start: int) -> bool:
    return start == 0 or raw[:start].endswith((b"\n\n", b"\n\r\n"))
