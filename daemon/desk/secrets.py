"""Passwords, one-time codes and remote-control numbers in an officer's text: found so that the letter waits for a second look.

Found by how people write them down; a false alarm costs one more mail, so only clear cases count. Pure.
"""

import hashlib
import re

from daemon.desk.words import fold

# "mật khẩu mới là Kbnn@2026", "pass: 123456", "mật khẩu mặc định 123456"; folded text has neither capitals nor diacritics.
_NAMES = r"\b(?:mat khau|pass(?:word|wd)?|pwd|pw|mk|ma pin|pin)\b"
_PASSWORD = re.compile(
    _NAMES
    + r"(?:\s+(?!la\b|is\b)[^\W\d]+){0,5}?"
    + r"(?:\s*(?:[:=]|\b(?:la|is)\b[:\s])\s*|\s+(?<=mac dinh )|\s+(?<=tam thoi )|\s+(?<=moi ))"
    + r"[\"'“‘(]*(?P<secret>\S{4,})"
)
_CODE = re.compile(r"\b(?:otp|ma xac thuc|ma xac nhan)\b\D{0,20}(?P<secret>\d{4,8})\b")
# An id never begins with 0, a telephone number always does.
_REMOTE = re.compile(
    r"\b(?:ultra\s?view(?:er)?|team\s?view(?:er)?|any\s?desk|rust\s?desk|dieu khien (?:may )?tu xa)\b"
    r"[^\n]{0,60}?(?<!\d)(?<!\d[ .])[1-9](?:[ .-]?\d){6,11}(?!\d)"
)
# What follows "mật khẩu trước …" is often a date or an hour.
_WHEN = re.compile(r"\d{1,2}([/.:h-]\d{0,2}){1,2}(\d{2,4})?\W*$")


def secrets_in(text: str) -> tuple[str, ...]:
    """What the text seems to give away, in Vietnamese words; () for a text that may go out at once."""
    plain = fold(text)
    found = []
    if any(_looks_secret(match["secret"]) for match in _PASSWORD.finditer(plain)):
        found.append("mật khẩu")
    if _CODE.search(plain):
        found.append("mã xác thực (OTP)")
    if _REMOTE.search(plain):
        found.append("mã điều khiển từ xa")
    return tuple(found)


def _looks_secret(word: str) -> bool:
    """A word with a digit or a sign inside; plain words ("mật khẩu: xem hướng dẫn"), dates and links are none."""
    bare = word.rstrip(".,;:!?)\"'”’")
    if len(bare) < 4 or _WHEN.match(bare) or "://" in bare:
        return False
    return re.search(r"\d", bare) is not None or re.search(r"[@#$%^&*!_+]", bare) is not None


def mark_of(text: str) -> str:
    """A short mark of a text, the same whatever its spaces: how a second sending of the same words is known."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]
