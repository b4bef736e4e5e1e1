"""Text in pictures, read by the program tesseract on our own machine: an optional edge. Weak evidence, never a user's words."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

from daemon.child_environment import child_environment
from daemon.reading.characters import text as clean_text
from daemon.reading.mail import AttachedFile, Mail
from daemon.reading.pictures import is_tiny, size_of

PROGRAM = "tesseract"
_LANGUAGES = "vie+eng"
_READABLE = ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "image/webp")
_MOST_ELEMENTS = 40_000_000  # of one picture; a larger one costs more time and memory than it tells
_MOST_PICTURES = 5
_MOST_LETTERS = 4000
_FEW_WORDS = 25  # a mail with more of its own words needs no pictures to be sorted


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None


def languages() -> frozenset[str]:
    """The languages whose data is installed; empty without the program."""
    if not is_installed():
        return frozenset()
    done = subprocess.run(
        [PROGRAM, "--list-langs"], capture_output=True, timeout=20, check=False, env=child_environment()
    )
    return frozenset(done.stdout.decode("utf-8", "replace").split("\n")[1:]) - {""}


def worth_reading(mail: Mail) -> list[AttachedFile]:
    """The pictures of a mail with hardly any words of its own; none of a mail that speaks for itself."""
    if len(f"{mail.text} {mail.forwarded}".split()) > _FEW_WORDS:
        return []
    pictures = [file for file in mail.attachments if _kind(file) in _READABLE and not file.withheld]
    return [file for file in pictures if not is_tiny(file.content) and _elements(file) <= _MOST_ELEMENTS][
        :_MOST_PICTURES
    ]


def text_in(pictures: Sequence[AttachedFile], seconds: float, now: Callable[[], float] = time.monotonic) -> str:
    """What can be read on the pictures, cleaned, within the time for all of them; "" when nothing can or time is up."""
    found: list[str] = []
    until = now() + seconds
    for picture in pictures:
        left = until - now()
        if left <= 0:
            break
        found.append(_read(picture.content, left))
    return clean_text("\n\n".join(one.strip() for one in found if one.strip()))[:_MOST_LETTERS]


def _read(content: bytes, seconds: float) -> str:
    """One picture; a program that takes too long is killed with whatever it started."""
    languages = _LANGUAGES if "vie" in _installed() else "eng"
    process = subprocess.Popen(
        [PROGRAM, "stdin", "stdout", "-l", languages, "--psm", "3"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**child_environment(), "OMP_THREAD_LIMIT": "1"},
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(content, timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return ""
    return out.decode("utf-8", "replace") if process.returncode == 0 else ""


_known: list[frozenset[str]] = []


def _installed() -> frozenset[str]:
    if not _known:
        _known.append(languages())
    return _known[0]


def _kind(file: AttachedFile) -> str:
    return file.true_type or file.content_type.lower()


def _elements(file: AttachedFile) -> int:
    width, height = size_of(file.content) or (1000, 1000)
    return width * height
