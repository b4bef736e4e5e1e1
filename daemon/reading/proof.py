"""Proofs that a mail answers one of our letters: keyed Message-IDs, reply tokens and loop marks. Pure, given the keys.

Everything is HMAC-SHA256 under a ring of keys: the current one signs, older ones still prove, so that a key can be
changed without breaking the conversations that are under way. The third proof, about the sender, is `authentic`.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from daemon.reading.authentic import sender_is_authentic

__all__ = [
    "Key",
    "KeyRing",
    "Ring",
    "is_our_message_id",
    "loop_mark",
    "loop_mark_is_ours",
    "message_id",
    "reply_token",
    "sender_is_authentic",
    "subject_code",
    "subject_token",
    "ticket_of_message_id",
    "token_is_valid",
]

# 100 bits. The whole id then fits on one header line, which mail programs written in Python do not fold well.
_ID_MARK_LETTERS = 20
_TOKEN_LETTERS = 12  # 60 bits: guessing one needs more mails than any mailbox would take
_LETTER_ID = re.compile(r"[a-z0-9_-]{1,40}", re.IGNORECASE)
_MESSAGE_ID = re.compile(
    r"<?(?P<ticket>[a-z]+-\d{4}-\d+"
    r"|0)\.(?P<letter>[a-z0-9_-]{1,40})\.(?P<key>k[a-z0-9]{1,8})\.(?P<mark>[a-z2-7]{20})@[^<>@\s]+>?",
    re.IGNORECASE,
)
_LOOP_MARK = re.compile(r"(?P<address>[^\s@]+@[^\s@]+) (?P<key>k[a-z0-9]{1,8}) (?P<mark>[a-z2-7]{24})", re.IGNORECASE)
_SUBJECT_TOKEN = re.compile(r"\(\s*~\s*([a-z0-9]{8,32})\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """One secret and the short name under which mails mention it: `k` and letters or digits, such as `k1`."""

    name: str
    secret: bytes

    def __post_init__(self) -> None:
        if not re.fullmatch(r"k[a-z0-9]{1,8}", self.name):
            raise ValueError(f"a key's name is k and 1 to 8 letters or digits, not {self.name!r}")
        if len(self.secret) < 16:
            raise ValueError(f"key {self.name}: a secret has at least 16 bytes")

    def __repr__(self) -> str:
        return f"Key({self.name!r})"


class Ring(Protocol):
    """Keys, current one first: a fixed ring, or one that follows its file while the service runs."""

    @property
    def keys(self) -> tuple[Key, ...]: ...

    @property
    def current(self) -> Key: ...

    def named(self, name: str) -> Key | None: ...


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys, current one first. Never empty."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("a key ring has at least one key")

    @property
    def current(self) -> Key:
        return self.keys[0]

    def named(self, name: str) -> Key | None:
        """The key that a mail mentions, or None when it was thrown away."""
        return next((key for key in self.keys if key.name == name.lower()), None)


def message_id(ring: Ring, ticket_code: str, letter_key: str, domain: str) -> str:
    """The Message-ID of a letter, `<HT-2026-000123.LETTER.kN.HMAC@domain>`; the same for the same arguments.

    A letter key that would not be safe in a Message-ID stands there as its digest. A letter that belongs to no
    ticket has the ticket code "" and shows as 0.
    """
    letter = (
        letter_key if _LETTER_ID.fullmatch(letter_key) else _base32(hashlib.sha256(letter_key.encode()).digest())[:13]
    )
    ticket, key = ticket_code or "0", ring.current
    return f"<{ticket}.{letter}.{key.name}.{_mark(key, 'message-id', ticket, letter)[:_ID_MARK_LETTERS]}@{domain}>"


def is_our_message_id(ring: Ring, value: str) -> bool:
    """Whether one of our keys made this Message-ID (capitals and brackets do not matter, some servers change them)."""
    return _own_message_id(ring, value) is not None


def ticket_of_message_id(ring: Ring, value: str) -> str | None:
    """The ticket code that a Message-ID of ours names; None for any other, and for letters without a ticket."""
    match = _own_message_id(ring, value)
    if match is None or match["ticket"] == "0":
        return None
    return match["ticket"].upper()


def loop_mark(ring: Ring, address: str) -> str:
    """The X-Loop value of our mail: the address and its mark."""
    key = ring.current
    return f"{address} {key.name} {_mark(key, 'x-loop', address)}"


def loop_mark_is_ours(ring: Ring, value: str) -> bool:
    """Whether an X-Loop value was made by one of our keys."""
    match = _LOOP_MARK.fullmatch(" ".join(value.split()))
    if match is None:
        return False
    key = ring.named(match["key"])
    return key is not None and _same(match["mark"], _mark(key, "x-loop", match["address"]))


def reply_token(ring: Ring, ticket_code: str, bound_to: str) -> str:
    """The 12 letters that prove a letter about this ticket was sent to `bound_to`: a comparable address or a holder code."""
    return _token(ring.current, ticket_code, bound_to)


def token_is_valid(ring: Ring, ticket_code: str, token: str, bound_to_any_of: Iterable[str]) -> bool:
    """Whether `token` was made for this ticket and one of these recipients, under any key of the ring."""
    expected = {_token(key, ticket_code, bound) for bound in bound_to_any_of for key in ring.keys}
    return any(_same(token, one) for one in expected)


def subject_code(subject: str, prefix: str) -> str | None:
    """The ticket code in a subject, upper case: the one in brackets first, else one that stands alone; None for none."""
    code = rf"{re.escape(prefix)}-\d{{4}}-\d{{6,}}"
    match = re.search(rf"\[\s*({code})\s*\]", subject, re.IGNORECASE) or re.search(
        rf"(?<![\w-])({code})(?![\w-])", subject, re.IGNORECASE
    )
    return match[1].upper() if match else None


def subject_token(subject: str) -> str | None:
    """The reply token of a subject such as `[HT-2026-000123] (~k3f9x2m8qabc) Lỗi …`, lower case; None for none."""
    match = _SUBJECT_TOKEN.search(subject)
    return match[1].lower() if match else None


def _own_message_id(ring: Ring, value: str) -> re.Match[str] | None:
    match = _MESSAGE_ID.fullmatch(value.strip())
    if match is None:
        return None
    key = ring.named(match["key"])
    if key is None or not _same(
        match["mark"], _mark(key, "message-id", match["ticket"], match["letter"])[:_ID_MARK_LETTERS]
    ):
        return None
    return match


def _token(key: Key, ticket_code: str, bound_to: str) -> str:
    return _mark(key, "reply-token", ticket_code, bound_to)[:_TOKEN_LETTERS]


def _mark(key: Key, purpose: str, *fields: str) -> str:
    """24 letters (120 bits). The purpose is signed too, so that no mark can be used in another place."""
    message = "\0".join((purpose, *(field.lower() for field in fields)))
    return _base32(hmac.new(key.secret, message.encode(), hashlib.sha256).digest()[:15])


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.lower().encode("utf-8", "replace"), expected.encode())
