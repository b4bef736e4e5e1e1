"""Golden mails damaged at random: cut, joined with another, bytes changed, lines doubled or moved, numbers made absurd."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus"
LONGEST = 20_000
_PIECES = (
    b"\0", b"\r", b"\n\n", b"--", b"=?utf-8?B?", b"?=", b"charset=viscii", b"charset=utf-16", b"boundary=", b"base64", b"\xff\xfe",
    b"\xef\xbb\xbf", b"<blockquote>", b"</div>", b"<style>", b"&#0;", b"&#xd800;", b"begin 644 x\n", b"> ", b"Content-Type: ",
    b"multipart/mixed", b"message/rfc822", b"application/ms-tnef", b"application/pkcs7-mime", b"\x78\x9f\x3e\x22", b"PK\x03\x04",
    b"PK\x05\x06", b"0\x80\x06", "Trân trọng,\n".encode(), "đã viết:\n".encode(), "Từ: a@b\n".encode(), b"\xcc\x81" * 40,
    b"-----BEGIN PGP SIGNED MESSAGE-----", b"filename*0*=utf-8''%", b"%E1%BB", b"9" * 30, b"\xe2\x80\xae", b"A" * 3000,
)  # fmt: skip


def seeds() -> list[bytes]:
    """The golden mails that are not absurdly large."""
    return [raw for path in sorted(CORPUS.glob("*.eml")) if len(raw := path.read_bytes()) <= 60_000]


def mutated(rng: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One new input; the same random state gives the same one."""
    raw = bytearray(rng.choice(corpus))
    for _ in range(rng.choice((1, 1, 2, 3, 5, 9))):
        _change(rng, raw, corpus)
    return bytes(raw[:LONGEST])


def _change(rng: random.Random, raw: bytearray, corpus: Sequence[bytes]) -> None:
    start = rng.randrange(len(raw) + 1)
    end = min(len(raw), start + rng.choice((1, 4, 40, 400)))
    match rng.randrange(8):
        case 0:
            del raw[start:end]
        case 1:
            raw[start:start] = rng.choice(_PIECES)
        case 2:
            raw[start:end] = rng.choice(_PIECES)
        case 3:
            raw[start:start] = rng.randbytes(rng.choice((1, 2, 8)))
        case 4:
            for _ in range(rng.randrange(1, 8)):
                if raw:
                    raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        case 5:
            other = rng.choice(corpus)
            cut = rng.randrange(len(other) + 1)
            raw[start:] = other[cut:]
        case 6:
            raw[start:start] = raw[start:end] * rng.choice((1, 3, 30))
        case _:
            lines = re.split(rb"(?<=\n)", bytes(raw))
            line = lines.pop(rng.randrange(len(lines)))
            lines.insert(rng.randrange(len(lines) + 1), line)
            raw[:] = b"".join(lines)
