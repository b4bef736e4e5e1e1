"""Vietnamese text as the classifiers see it: normal form, folding of diacritics, tokens, and the part that signs."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Beyond this nobody describes a problem: what follows is pasted logs or tables, which would only cost time. Characters.
LONGEST_TEXT = 12_000

_TOKEN = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
_APOSTROPHES = re.compile(r"['’`]")
# A line this long is a sentence, not part of a signature.
_SIGNATURE_WIDTH = 90
_SIGNATURE_LINES = 6
_CLOSING = re.compile(
    r"^(--|__|t?tr[aâ]n tr[oọ]ng|k[ií]nh (thư|thu|ch[aà]o|b[uú]t)|xin c[aả]m [oơ]n|(em |t[oô]i )?c[aả]m [oơ]n|thanks|tks|best|regards)",
    re.I,
)
_SIGNS = re.compile(
    r"\b(kbnn|kb|pgd|kho b[aạ]c|ph[oò]ng|s[oở]|tr[uư][oờ]ng|ubnd|đ[tđ]|dd|dt|sđt|sdt|tel|m[aá]y lẻ|mobile|email|thpt|thcs|mn|bv"
    r"|b[eệ]nh vi[eệ]n|trung t[aâ]m|huy[eệ]n|t[iỉ]nh|x[aã]|ban|c[uụ]c|v[uụ])\b|@|\b0\d{2,3}[ .-]?\d{3}",
    re.I,
)


def normal(text: str) -> str:
    """The text in NFC with line ends `\\n`."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def folded(text: str) -> str:
    """The text in lower case without diacritics, đ as d: what is left of it on a keyboard without Vietnamese."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def spelling(text: str) -> str:
    """The accented text in lower case with each tone mark moved behind its syllable: "hoà" and "hòa" become equal."""
    syllables = []
    for word in _APOSTROPHES.sub("", text.lower()).split():
        apart = unicodedata.normalize("NFD", word)
        tones = [letter for letter in apart if letter in _TONES]
        syllables.append("".join(letter for letter in apart if letter not in _TONES) + "".join(tones))
    return " ".join(syllables)


@dataclass(frozen=True, slots=True)
class Token:
    """One syllable or number: as typed, without diacritics, and where it stands in its text."""

    typed: str
    plain: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The syllables and numbers of a text in their order; apostrophes of highland names ("M'Đrắk") stay inside."""
    return [
        Token(found.group(), folded(_APOSTROPHES.sub("", found.group())), found.start(), found.end())
        for found in _TOKEN.finditer(text)
    ]


def words(text: str) -> Iterator[str]:
    """The lower-case syllables of a text; long numbers, which never come twice, become one word."""
    for found in _TOKEN.finditer(text.lower()):
        word = found.group()
        yield "<số>" if word.isdigit() and len(word) > 5 else word


def split_signature(body: str) -> tuple[str, str]:
    """(message, signature): the short last lines that close the letter or say who and where the writer is.

    The first line is never a signature, because a mail of one line is a message. The same split serves the corpus,
    whose bodies are as typed, and mail whose signature the reader has already found.
    """
    lines = body.rstrip().split("\n")
    first = len(lines)
    for index in range(len(lines) - 1, max(0, len(lines) - 1 - _SIGNATURE_LINES), -1):
        line = lines[index].strip()
        if line and not _signs(line):
            break
        if line:
            first = index
    return "\n".join(lines[:first]).rstrip(), "\n".join(lines[first:]).strip()


def _signs(line: str) -> bool:
    """Whether a last line belongs to a signature: a closing word, a unit or telephone, or just a name."""
    if len(line) > _SIGNATURE_WIDTH or line.endswith(("?", ":")):
        return False
    count = len(line.split())
    if _CLOSING.match(line) and count <= 12:
        return True
    if _SIGNS.search(line) and count <= 14:
        return True
    capitals = sum(word[0].isupper() for word in line.split())
    return count <= 6 and capitals >= count - 1
