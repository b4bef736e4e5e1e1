"""Which characters may stand in stored text, and the two shapes of it: text of many lines, and one line."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls, lone surrogates, bidi marks and overrides, interlinear marks, invisible tags.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
    "\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
# Scripts whose words are spelt or broken with zero-width characters: Arabic to Myanmar, Khmer, Mongolian.
_NEEDS = "\u0600-\u109f\u1780-\u18af"
_ZERO_WIDTH = re.compile(
    f"[\u00ad\u180e\u2060-\u2064\ufeff]|(?<![{_NEEDS}])[\u200b-\u200d]|[\u200b-\u200d](?![{_NEEDS}])"
)
_ANY_ZERO_WIDTH = re.compile("[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]")
_MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_COMBINING = re.compile(f"{_MARKS}+")
_TOO_MANY_MARKS = re.compile(f"({_MARKS}{{30}}){_MARKS}+")


def text(value: str) -> str:
    """Text as it may be stored: NFC, `\\n` line ends, nothing invisible that could deceive, no blanks at line ends."""
    if value.isascii() and value.isprintable():
        return value.rstrip()
    value = _LINE_ENDS.sub("\n", value).replace("\xa0", " ")
    value = _ZERO_WIDTH.sub("", _FORBIDDEN.sub("", value))
    return "\n".join(line.rstrip() for line in _composed(value).split("\n"))


def visible(value: str) -> str:
    """A finished page without what must not stand in any text; its blanks stay as they were set."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", value))


def one_line(value: str) -> str:
    """The same for a subject or a name: one line, single blanks, no zero-width character at all."""
    value = _ANY_ZERO_WIDTH.sub("", _FORBIDDEN.sub("", _LINE_ENDS.sub(" ", value)))
    return " ".join(_composed(value).split())


def folded(value: str) -> str:
    """Lower case without diacritics, `đ` as `d`: the form in which words are recognised however they were typed."""
    if value.isascii():
        return value.lower()
    return _COMBINING.sub("", unicodedata.normalize("NFD", value.lower())).replace("đ", "d")


def words(listed: str) -> frozenset[str]:
    """The words of a list in the source, for asking whether one is in it."""
    return frozenset(listed.split())


def _composed(value: str) -> str:
    """NFC. Endless runs of marks are cut first, since normalising takes quadratic time on them (UAX #15, 13)."""
    if value.isascii():
        return value
    return unicodedata.normalize("NFC", _TOO_MANY_MARKS.sub(r"\1", value))
