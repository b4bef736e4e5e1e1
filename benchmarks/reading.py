"""How long reading takes: ordinary mails, a mail of 30 MB, the 40 MB cases and a megabyte of hostile markup.

`python -m benchmarks.reading` prints seconds, and for mails read apart the child's memory; nothing is asserted.
"""

import os
import resource
import time
from base64 import encodebytes
from pathlib import Path

from daemon.reading.isolation import read_safely
from daemon.reading.mail import Unreadable
from daemon.reading.message import Ours
from daemon.settings import LimitSettings

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
HEAD = b"From: a@x.vn\nMessage-ID: <a@b>\nSubject: x\n"
MIXED = HEAD + (
    b"Content-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\nNho xem giup\n--b1\n"
    b"Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: %s\n\n%s\n--b1--\n"
)
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
REPLY = HEAD + b"In-Reply-To: <x@y>\nContent-Type: text/plain; charset=utf-8\n\n"
MB = 1 << 20


def filled(piece: str, size: int = MB) -> bytes:
    raw = piece.encode()
    return raw * (size // len(raw))


def timed(name: str, raw: bytes) -> None:
    started = time.perf_counter()
    try:
        mail = read_safely(raw, LimitSettings(), Ours())
        said = f"{len(mail.full_text)} letters, {len(mail.attachments)} files, {' '.join(mail.defects) or 'no defect'}"
    except Unreadable as error:
        said = f"quarantine: {error.reason}"
    spent = time.perf_counter() - started
    print(f"{name:34} {len(raw) / MB:5.1f} MB  {spent:6.2f} s  {said}", flush=True)


def main() -> None:
    mails = [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]
    started = time.perf_counter()
    for raw in mails:
        read_safely(raw, LimitSettings(), Ours())
    each = (time.perf_counter() - started) / len(mails) * 1000
    print(f"{len(mails)} golden mails, {each:.2f} ms each")
    for name, piece in (
        ("hostile: paragraphs", "<p>x</p>"),
        ("hostile: elements never closed", "<b>x"),
        ("hostile: nested tables", "<table><tr><td>x"),
        ("hostile: quotes in quotes", "<blockquote type=cite>x"),
        ("hostile: comments never closed", "<!-- x"),
    ):
        timed(name, HTML + filled(piece))
    timed("hostile: half a header block", REPLY + filled("Từ: a@b\n"))
    timed("hostile: lines of one letter", REPLY + filled("a\n\n"))
    content = os.urandom(30 * MB)
    timed("30 MB, a file in base64", (MIXED % (b"base64", encodebytes(content)))[: 30 * MB] + b"\n--b1--\n")
    timed("39 MB, an 8-bit file", MIXED % (b"8bit", content + content[: 9 * MB]))
    timed("36 MB of HTML", HTML + filled("<p>Kính gửi <b>anh</b></p>\n", 36 * MB))
    timed("41 MB, beyond the limit", REPLY + filled("Kính gửi anh\n", 41 * MB))
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"the largest child held {largest} MB (this process's own {largest_own()} MB counted while it was started)")


def largest_own() -> int:
    """This process's own largest size in MB: a child begins with it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
