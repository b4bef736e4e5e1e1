"""Copies of mails as hurried people would have typed them: no diacritics, Telex left-overs, abbreviations."""

import random
import unicodedata
from dataclasses import replace

from classifiers.text import folded
from classifiers.verdict import MailText

_TELEX_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_LETTERS = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_ABBREVIATED = {
    "không": "ko", "được": "dc", "mật khẩu": "mk", "tài khoản": "tk", "chương trình": "ct", "phần mềm": "pm",
    "hệ thống": "ht", "báo cáo": "bc", "kho bạc": "kb", "ngân hàng": "nh", "đơn vị": "đv", "chứng từ": "ctu",
    "danh mục": "dm", "công văn": "cv", "hợp đồng": "hđ", "anh chị": "ac", "thanh toán": "tt", "tài sản": "ts",
    "đăng nhập": "đn", "người dùng": "nsd", "kế toán": "kt", "văn bản": "vb", "máy tính": "mt", "rồi": "r",
}  # fmt: skip


_WITHOUT_DIACRITICS = 0.35


def noisy(mail: MailText, seed: str) -> MailText:
    """The mail without diacritics, or hurried; the same seed gives the same text."""
    if random.Random(f"{seed} keyboard").random() < _WITHOUT_DIACRITICS:
        return without_diacritics(mail)
    return hurried(mail, seed)


def without_diacritics(mail: MailText) -> MailText:
    """The mail as typed on a keyboard without Vietnamese, case kept out of it."""
    return replace(mail, subject=folded(mail.subject), text=folded(mail.text))


def hurried(mail: MailText, seed: str) -> MailText:
    """The mail with abbreviations and some syllables as Telex leaves them; the same seed gives the same text."""
    chance = random.Random(seed)
    return replace(mail, subject=_hurry(mail.subject, chance), text=_hurry(mail.text, chance))


def _hurry(text: str, chance: random.Random) -> str:
    for long, short in _ABBREVIATED.items():
        if long in text and chance.random() < 0.6:
            text = text.replace(long, short)
    typed = []
    for word in text.split(" "):
        draw = chance.random()
        typed.append(telex(word) if draw < 0.12 else folded(word) if draw < 0.4 else word)
    return " ".join(typed)


def telex(word: str) -> str:
    """The keys of the Telex input method for a word: "không" is "khoong", "lỗi" is "looix"."""
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFC", word.lower()):
        apart = unicodedata.normalize("NFD", letter)
        tone += "".join(_TELEX_TONES.get(mark, "") for mark in apart)
        base = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TELEX_TONES))
        keys += _TELEX_LETTERS.get(base, base)
    # Every input method takes "uow" for "ươ", and nobody types the first w.
    return keys.replace("uwow", "uow") + tone
