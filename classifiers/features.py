"""A mail's text as counted features: the same code for training and for use."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from classifiers.text import LONGEST_TEXT, folded, normal, split_signature, words
from classifiers.verdict import MailText

# Each view of the text is weighed by itself and made a unit vector, so that a long body does not drown a subject and
# the many character pieces do not drown the words. The weights were chosen by cross-validation.
VIEW_WEIGHTS: Mapping[str, float] = {"a": 0.5, "f": 1.0, "s": 0.2, "c": 0.5}

_LONGEST_FEATURE = 40
# Stands between subject and message, so that no pair of words reaches across; no word looks like it.
_BREAK = "¶"
# Abbreviations that mean one thing in any mail of a treasury, in their unaccented form.
_SHORT: Mapping[str, str] = {
    "k": "khong", "ko": "khong", "kg": "khong", "kh": "khong", "khg": "khong", "hok": "khong", "hong": "khong",
    "hem": "khong", "dc": "duoc", "đc": "duoc", "dk": "duoc", "mk": "mat khau", "pass": "mat khau", "password": "mat khau",
    "tk": "tai khoan", "ct": "chuong trinh", "pm": "phan mem", "ht": "he thong", "bc": "bao cao", "dm": "danh muc",
    "kb": "kho bac", "kbnn": "kho bac", "nh": "ngan hang", "dv": "don vi", "cv": "cong van", "vb": "van ban", "hd": "hop dong",
    "wa": "qua", "wen": "quen", "rui": "roi", "j": "gi", "vs": "voi", "vo": "vao", "dnhap": "dang nhap",
    "tt": "thanh toan", "ts": "tai san", "ctu": "chung tu", "cn": "chuc nang", "mt": "may tinh",
}  # fmt: skip


def message_of(mail: MailText) -> str:
    """The newly typed text without its signature, however much of that the reader has already cut off."""
    message, _ = split_signature(normal(mail.text[:LONGEST_TEXT]))
    # A forward without a word of its own speaks by what it forwards.
    return (
        message
        if len(message.split()) >= 4 or not mail.forwarded
        else f"{message}\n{normal(mail.forwarded[:LONGEST_TEXT])}"
    )


def text_features(mail: MailText) -> dict[str, Counter[str]]:
    """Counts by view: `a` accented and `f` unaccented words and pairs, `s` the subject's words, `c` character pieces."""
    subject, message = normal(mail.subject[:LONGEST_TEXT]), message_of(mail)
    accented = [*words(subject), _BREAK, *words(message)]
    plain_subject = _plain(words(subject))
    plain = [*plain_subject, _BREAK, *_plain(words(message))]
    return {
        "a": _counted("a:", _singles_and_pairs(accented)),
        "f": _counted("f:", _singles_and_pairs(plain)),
        "s": _counted("s:", _singles_and_pairs(plain_subject)),
        "c": _counted("c:", _pieces(plain)),
    }


def _plain(typed: Iterable[str]) -> list[str]:
    plain: list[str] = []
    for word in typed:
        bare = folded(word)
        plain.extend(_SHORT.get(bare, bare).split())
    return plain


def _singles_and_pairs(line: list[str]) -> list[str]:
    pairs = [f"{first} {second}" for first, second in pairwise(line) if _BREAK not in (first, second)]
    return [word for word in line if word != _BREAK] + pairs


def _pieces(line: list[str]) -> list[str]:
    """Pieces of 3 to 4 characters within words: they catch typing errors and run-together words."""
    found: list[str] = []
    for word in line:
        if word == _BREAK:
            continue
        edged = f" {word} "
        for size in (3, 4):
            found.extend(edged[start : start + size] for start in range(len(edged) - size + 1))
    return found


def _counted(prefix: str, found: Iterable[str]) -> Counter[str]:
    return Counter(prefix + feature for feature in found if len(feature) <= _LONGEST_FEATURE)
