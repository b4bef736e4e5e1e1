"""Answers that somebody typed into the mail he answers: in a colour of his own, or with his name in brackets before them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.reading.characters import folded
from daemon.reading.closings import is_closing, is_mere_greeting

# "Em trả lời bên dưới bằng chữ màu xanh", "See my answers inline".
_ANNOUNCED = re.compile(
    r"\b(?:mau|chu (?:do|xanh|tim|vang|cam)|ben duoi|phia duoi|o duoi|duoi day|truc tiep|duoi tung|tung (?:cau|muc|y|diem|noi dung)"
    r"|trong (?:thu|mail|email) (?:duoi|ben duoi|goc)|xen (?:ke|vao|giua)|below|inline|in[ -]line|colou?r|in (?:red|blue|green))\b"
)
_NAMED_HUES = (
    ("red", re.compile(r"\b(?:(?:mau|chu|muc|in) do|in red|red)\b")),
    ("blue", re.compile(r"\b(?:xanh|blue)\b")),
    ("green", re.compile(r"\b(?:xanh|green)\b")),
    ("purple", re.compile(r"\b(?:(?:mau|chu) (?:tim|hong)|purple|pink)\b")),
    ("orange", re.compile(r"\b(?:(?:mau|chu) (?:cam|vang)|orange|yellow)\b")),
)
_PREFACED = re.compile(r"^[>\s]*\[([^\[\]]{2,40})\]\s*:?\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Coloured:
    """The words of a line that stand in a striking colour."""

    line: int
    hue: str
    words: str


def typed_into(
    lines: Sequence[str], coloured: Sequence[Coloured], above: str, history: range, sender_name: str
) -> list[str]:
    """The answers typed into `history`, an empty line between those that stand apart; [] when there are none.

    They are believed only when the text above announces them or says nothing but a greeting: colours are also decoration.
    """
    plain = folded(above)
    if not _ANNOUNCED.search(plain) and any(map(_says_something, above.split("\n"))):
        return []
    hues = {hue for hue, pattern in _NAMED_HUES if pattern.search(plain)}
    found = {one.line: one.words for one in coloured if one.line in history and (not hues or one.hue in hues)}
    if not found:
        found = {
            number: lines[number].lstrip("> ")
            for number in history
            if (match := _PREFACED.match(lines[number])) and _is_senders(match[1], sender_name)
        }
    return _apart(found)


def left_unmarked(lines: Sequence[str], above: str, history: range) -> list[str]:
    """The lines without `>` in a history that begins with marked ones: Outlook writes so in plain mails when it is told to.

    Believed only when the text above announces answers: a long marked line may be wrapped into one without a mark.
    """
    filled = [number for number in history if lines[number].strip()]
    if not filled or not lines[filled[0]].startswith(">") or not _ANNOUNCED.search(folded(above)):
        return []
    return _apart({number: lines[number] for number in filled if not lines[number].startswith(">")})


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not is_closing(line) and not is_mere_greeting(line)


def _is_senders(written: str, sender_name: str) -> bool:
    """Whether "Hoa", "NT Hoa" or "Nguyễn Thị Hoa" in brackets means the sender: his given name stands last."""
    names = folded(sender_name).split()
    signed = re.findall(r"[^\W\d_]+", folded(written))
    return bool(names) and bool(signed) and (signed[-1] == names[-1] or signed[0] == names[-1])


def _apart(found: dict[int, str]) -> list[str]:
    result: list[str] = []
    last = -1
    for number in sorted(found):
        if result and number > last + 1:
            result.append("")
        result.append(found[number])
        last = number
    return result
