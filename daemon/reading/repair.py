"""Text that was written before Unicode or decoded with the wrong table, put right where the evidence is clear.

TCVN3 (ABC), VNI and VISCII arrive in whatever wrapping: pasted from old Word files into a UTF-8 mail, labelled latin-1
or windows-1252. UTF-8 that somebody read as windows-1252 ("Kho báº¡c") arrives as UTF-8 again. A repair is a defect on
record; the raw mail is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from daemon.reading.syllables import is_marked_syllable
from daemon.reading.vietnamese import LEGACY, ONLY_VIETNAMESE

_LEAST_LETTERS = 40  # below that a text is too short to tell an old encoding from another language
_LEAST_WORDS = 4
_EVIDENCE = 20_000  # characters that are weighed
# A word; the old encodings use signs such as ¹ and µ as letters, and C1 controls too.
_WORD = re.compile(r"[^\s\x00-@\[-`{-\x7f]+")
_LETTER = re.compile(r"[^\W\d_]")
# UTF-8 sequences as windows-1252 or latin-1 shows them, by what their first letter can be followed by.
_FOLLOWS = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MOJIBAKE = re.compile(f"[\xc2-\xdf]{_FOLLOWS}|[\xe0-\xef]{_FOLLOWS}{{2}}|[\xf0-\xf4]{_FOLLOWS}{{3}}")
# The letter à, whose second byte is shown as a hard blank, which many programs turn into a common one. Behind a capital it may
# also be a word in capitals ("ĐÃ XONG"): that is no evidence, and only other evidence makes "TÃ i" a Tài.
_BLANKED = re.compile(r"([^\W\d_]{0,6})(?:(?<![A-ZĐ])Ã |(?<=[A-Z])Ã (?=[ a-zà-ỹ]))([^\W\d_]{0,4})")
_SURE_MOJIBAKE = re.compile(f"[\xc3-\xc6]{_FOLLOWS}|á[ºŽ»\xbb]{_FOLLOWS}|â€{_FOLLOWS}|ï¿½|(?<![A-ZĐ])Ã ")
_ROUNDS = 3  # text may have gone through the same mistake several times


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text put right, and the code of the defect that says how."""

    text: str
    defect: str


def repaired(text: str, *, suspected: bool = False) -> Repaired | None:
    """The text with its encoding put right, or None when nothing is clearly wrong with it.

    `suspected` says that something else, such as the name of a font, points to an old encoding: then few words suffice.
    """
    if text.isascii():
        return None
    mended = unmixed(text)
    if mended is not None:
        return Repaired(mended, "mojibake_repaired")
    name = _legacy_of(text, suspected)
    if name is None:
        return None
    return Repaired("\n".join(_line(line, LEGACY[name]) for line in text.split("\n")), f"{name}_repaired")


def unmixed(text: str) -> str | None:
    """Text whose UTF-8 was read as windows-1252, once or several times, put right; None when it is not such a text."""
    result = None
    for _ in range(_ROUNDS):
        marks = len(_SURE_MOJIBAKE.findall(text[:_EVIDENCE]))
        if marks < 2 and not (marks and len(text) < 80):
            break
        mended = _BLANKED.sub(_unblanked, _MOJIBAKE.sub(_sequence, text))
        if mended == text or not _reads_better(mended[:_EVIDENCE], text[:_EVIDENCE]):
            break
        result = text = mended
    return result


def makes_more_sense(one: str, other: str) -> bool:
    """Whether more words of the first text are Vietnamese syllables."""
    return _syllables(one[:_EVIDENCE]) > _syllables(other[:_EVIDENCE])


def _sequence(match: re.Match[str]) -> str:
    try:
        return b"".join(_byte(letter) for letter in match[0]).decode("utf-8")
    except UnicodeError:
        return match[0]


def _unblanked(match: re.Match[str]) -> str:
    joined = f"{match[1]}à{match[2]}"
    return joined if not match[2] or is_marked_syllable(joined) else f"{match[1]}à {match[2]}"


def _byte(letter: str) -> bytes:
    return letter.encode("latin-1") if letter < "\u0100" else letter.encode("windows-1252")


def _reads_better(after: str, before: str) -> bool:
    """Whether more words are Vietnamese syllables than before, or at least fewer strange signs stand in the text."""
    gained = _syllables(after) - _syllables(before)
    return gained > 0 or (gained == 0 and len(_SURE_MOJIBAKE.findall(after)) < len(_SURE_MOJIBAKE.findall(before)) / 2)


def _legacy_of(text: str, suspected: bool) -> str | None:
    """The old encoding in which the lines that are no Unicode Vietnamese make most sense; None without clear evidence."""
    lines = [line for line in text[:_EVIDENCE].split("\n") if not line.isascii() and not ONLY_VIETNAMESE.search(line)]
    suspect = "\n".join(lines)
    found = _words(suspect)
    if not found or (len(_LETTER.findall(suspect)) < _LEAST_LETTERS and not suspected):
        return None
    before = sum(is_marked_syllable(word.lower()) for word in found)
    best, name = 0, None
    for candidate, decode in LEGACY.items():
        # Each word is weighed as it stands: a capital in its middle is another letter in the old encodings.
        after = sum(is_marked_syllable(decode(word)) for word in found)
        if after > best:
            best, name = after, candidate
    clear = best >= (1 if suspected else _LEAST_WORDS) and best >= (0.6 if suspected else 0.8) * len(found)
    return name if clear and (before <= 0.5 * best or suspected) else None


def _line(line: str, decode: Callable[[str], str]) -> str:
    """One line put right; a line that is Unicode already, or reads worse, stays."""
    if line.isascii() or ONLY_VIETNAMESE.search(line):
        return line
    after = decode(line)
    return after if _syllables(after) >= max(1, _proper(line)) else line


def _words(text: str) -> list[str]:
    """The words with a letter beyond ASCII."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


def _syllables(text: str) -> int:
    return sum(map(is_marked_syllable, _words(text)))


def _proper(line: str) -> int:
    """Marked syllables as a Unicode text would have them: no capital behind a small letter."""
    return sum(is_marked_syllable(word) and (word[1:] == word[1:].lower() or word.isupper()) for word in _words(line))
