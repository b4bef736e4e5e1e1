"""HTML as a stream of tags and texts, in one pass and linear time whatever the markup: mail HTML is rarely well formed.

No tree is built: on a megabyte of hostile tags a tree costs seconds, a stream a part of one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from daemon.reading.characters import words
from daemon.reading.repair import repaired
from daemon.reading.vietnamese import LEGACY, ONLY_VIETNAMESE

# Comments, conditional sections and declarations; then tags, whose quoted values may hold `>`; then text.
_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?:!|\?)[^>]*+>?"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+)>?"
    r"|(?P<text>[^<]++|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"'/>]+)(?:\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]+)))?")
_RAW = words("script style title textarea xmp noembed noframes")
VOID = words("area base br col embed hr img input link meta param source track wbr")
_MOST_ATTRIBUTES = 50
_NONE: dict[str, str] = {}


@dataclass(slots=True)  # not frozen: there may be a hundred thousand of them
class Tag:
    """A start or end tag; `attributes` are its own, lower-case names, entities decoded; `at` is where it begins."""

    name: str
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    source: str = ""
    at: int = 0

    @property
    def empty(self) -> bool:
        """Whether it opens nothing: `<br>`, `<o:p/>`."""
        return self.name in VOID or self.source.endswith("/>")

    def get(self, name: str) -> str:
        return self.attributes.get(name, "") if self.attributes else ""


def tokens(markup: str) -> Iterator[Tag | str]:
    """Tags and texts in order. Texts have their entities decoded; comments and declarations are left out.

    What stands inside script, style and the like is one text after its tag, undecoded.
    """
    at = 0
    endless: set[str] = set()  # raw elements whose end tag does not come any more
    while (match := _TOKEN.match(markup, at)) is not None:
        begun, at = at, match.end()
        if match["text"] is not None:
            yield unescape(match["text"])
        elif match["name"] is not None:
            name = match["name"].lower()
            closing = bool(match["close"])
            rest = match["rest"]
            yield Tag(name, closing, _attributes(rest) if rest and not closing else _NONE, match[0], begun)
            if name in _RAW and not closing and name not in endless:
                found = re.compile(rf"</{name}\b", re.IGNORECASE).search(markup, at)
                if found is None:  # nothing is swallowed by an element that never ends
                    endless.add(name)
                else:
                    yield markup[at : found.start()]
                    at = found.start()


def _attributes(rest: str) -> dict[str, str]:
    if not rest.strip(" /\n\r\t"):
        return _NONE
    found: dict[str, str] = {}
    for number, match in enumerate(_ATTRIBUTE.finditer(rest)):
        if number >= _MOST_ATTRIBUTES:
            break
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        found.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
    return found


_FONT = re.compile(r"font-family\s*:\s*['\"]?\s*(\.Vn[\w-]*|VNI-[\w-]*)|font-family\s*:", re.IGNORECASE)
_OLD_FONT = re.compile(r"['\"\s:=](?:\.Vn[A-Z]|VNI-[A-Z])")


def in_unicode(markup: str) -> tuple[str, tuple[str, ...]]:
    """Markup whose texts set in fonts of the time before Unicode, or decoded wrongly, are put right; and what was done.

    A font named `.Vn…` means TCVN3 (`…H` shows capitals), one named `VNI-…` means VNI.
    """
    if _OLD_FONT.search(markup):
        mended, defects = _by_fonts(markup)
        if defects:
            return mended, defects
    found = repaired(markup)
    if found is None and "&" in markup and not ONLY_VIETNAMESE.search(markup[:20_000]):
        spelled = _ENTITY.sub(lambda match: _as_letter(match[0]), markup)  # "&micro;" where the letter à is meant
        found = repaired(spelled) if spelled != markup else None
    return (found.text, (found.defect,)) if found else (markup, ())


_ENTITY = re.compile(r"&(?:[a-zA-Z]{3,8}|#\d{2,4}|#x[0-9a-fA-F]{2,3});")


def _as_letter(entity: str) -> str:
    letter = unescape(entity)
    return letter if len(letter) == 1 and "\x80" <= letter <= "\u017f" and letter != "\xa0" else entity


def _by_fonts(markup: str) -> tuple[str, tuple[str, ...]]:
    pieces: list[str] = []
    fonts: list[tuple[str, str]] = []  # open elements and the font in force inside each
    used: set[str] = set()
    default = _font_of_styles(markup)
    for token in tokens(markup):
        if isinstance(token, str):
            old = fonts[-1][1] if fonts else default
            text = _decoded(token, old)
            if text != token:
                used.add("vni_repaired" if old.startswith("vni") else "tcvn3_repaired")
            pieces.append(
                escape(text, quote=False) if (fonts[-1:] and fonts[-1][0] not in _RAW) or not fonts else token
            )
        else:
            pieces.append(token.source)
            if token.closing:
                _leave(fonts, token.name)
            elif not token.empty:
                fonts.append((token.name, _font_of(token, fonts[-1][1] if fonts else default)))
                del fonts[:-500]
    return "".join(pieces), tuple(sorted(used))


def _leave(fonts: list[tuple[str, str]], name: str) -> None:
    for index in range(len(fonts) - 1, max(-1, len(fonts) - 30), -1):
        if fonts[index][0] == name:
            del fonts[index:]
            return


def _font_of(tag: Tag, around: str) -> str:
    face = tag.get("face")
    style = _FONT.search(tag.get("style"))
    if style is not None:
        return (style[1] or "").lower()
    return face.lower() if face else around


def _font_of_styles(markup: str) -> str:
    """The old font that a style sheet gives to the paragraphs, or ""."""
    sheet = re.search(r"<style\b.{0,20000}?</style", markup, re.IGNORECASE | re.DOTALL)
    found = re.search(r"(?:p\.MsoNormal|body)[^{}]{0,200}\{[^{}]{0,600}", sheet[0], re.IGNORECASE) if sheet else None
    font = _FONT.search(found[0]) if found else None
    return (font[1] or "").lower() if font else ""


def _decoded(text: str, font: str) -> str:
    if text.isascii() or ONLY_VIETNAMESE.search(text):
        return text
    if font.startswith(".vn"):
        plain = LEGACY["tcvn3"](text)
        return plain.upper() if font.endswith("h") else plain
    return LEGACY["vni"](text) if font.startswith("vni-") else text
