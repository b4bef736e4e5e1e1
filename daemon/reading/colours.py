"""The colours that people type answers in: striking ones, told apart by hue. Greys and the tints of programs are none."""

import re

from daemon.reading.markup import Tag

_SET = re.compile(r"(?<![-\w])color\s*:\s*([^;!]{1,60})", re.IGNORECASE)
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", re.IGNORECASE)
# How far the strongest part lies above the weakest. Gmail shows what was said before at 80, our own letters at 75.
_STRIKING = 90
_NAMED = {
    "red": "red", "crimson": "red", "firebrick": "red", "darkred": "red", "blue": "blue", "navy": "blue", "darkblue": "blue",
    "mediumblue": "blue", "royalblue": "blue", "dodgerblue": "blue", "green": "green", "darkgreen": "green", "lime": "green",
    "limegreen": "green", "forestgreen": "green", "purple": "purple", "magenta": "purple", "fuchsia": "purple",
    "violet": "purple", "blueviolet": "purple", "orange": "orange", "darkorange": "orange", "orangered": "red",
    "teal": "green", "deeppink": "purple",
}  # fmt: skip


def hue_of(tag: Tag) -> str | None:
    """The hue that an element gives to its text, "" for an unremarkable colour or a link's; None when it sets none."""
    if tag.name == "a":
        return ""
    if not tag.attributes:
        return None
    style = _SET.search(tag.get("style"))
    value = style[1] if style else tag.get("color") if tag.name == "font" else ""
    return _hue(value.strip().lower()) if value else None


def _hue(value: str) -> str:
    if (written := _HEX.search(value)) is not None:
        digits = written[1] if len(written[1]) == 6 else "".join(2 * digit for digit in written[1])
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
    elif (spelled := _RGB.search(value)) is not None:
        parts = [min(255, int(part)) for part in spelled.groups()]
    else:
        return _NAMED.get(value, "")
    red, green, blue = parts
    if max(parts) - min(parts) < _STRIKING:
        return ""
    if min(red, blue) - green > 40:
        return "purple"
    if max(parts) == red:
        return "orange" if green > 0.4 * red else "red"
    return "green" if max(parts) == green else "blue"
