"""HTML bodies as text in the shape of a plain mail: paragraphs, quote marks, what is hidden left out."""

import re
from collections import Counter
from dataclasses import dataclass, field

from daemon.reading.characters import words
from daemon.reading.colours import hue_of
from daemon.reading.markup import Tag, tokens

_BLOCKS = words(
    """
    address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tbody td tfoot th thead tr ul
    """
)
_SPACED = words(
    """
    p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre
    """
)
SILENT = words("head style script title object svg math template noscript iframe textarea select")
HIDDEN = re.compile(
    r"(?<![-\w])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*[01](?:px|pt)?(?![.\d\w%])"
    r"|font-size\s*:\s*0|max-height\s*:\s*0|opacity\s*:\s*0|color\s*:\s*transparent"
    r"|text-indent\s*:\s*-\d{3,}|left\s*:\s*-\d{3,}|top\s*:\s*-\d{3,})(?![.\d])",
    re.IGNORECASE,
)
_NO_MARGIN = re.compile(r"(?<![-\w])margin\s*:\s*0(?![.\d])", re.IGNORECASE)
# From here to the end stands what the client itself put below the new text.
_CLIENT_CUT = re.compile(
    r"divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|yahoo_quoted|__DIVIDER__|__HEADERS__|__QUOTED_TEXT__",
    re.IGNORECASE,
)
# Where clients put a signature that is set up once; in a quote they rename it.
_SIGNATURE = re.compile(
    r"(?:gmail_signature(?:_prefix)?|moz-signature|signature|applemailsignature|__SIG_(?:PRE|POST)__|ms-outlook-mobile-signature"
    r"|composer_signature|protonmail_signature_block|tutanota-signature)\b",
    re.IGNORECASE,
)
_QUOTE_CLASS = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|moz-cite|tutanota_quote", re.IGNORECASE)
RULE = "_" * 32


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rendered body. `sure` marks quoted lines that the client itself marked.

    `signed` ones stand where the client itself puts the signature.
    `hue` is the striking colour of some of its text ("" for none), `coloured` the words in it.
    """

    text: str
    depth: int = 0
    sure: bool = False
    hue: str = ""
    coloured: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class HtmlText:
    """A body as lines; `cut` is the number of the first line that the client declared to be history, or None."""

    lines: tuple[Line, ...]
    cut: int | None
    hidden: bool  # some text was hidden from the reader and left out


@dataclass(slots=True)
class _Page:
    """The lines while they are being written."""

    lines: list[Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    depth: int = 0
    sure: int = 0
    signed: int = 0
    hues: list[tuple[Tag, str]] = field(default_factory=list)  # open elements that set a colour or are links
    pre: int = 0
    cut: int | None = None
    hidden: bool = False
    line_hue: str = ""
    coloured: list[str] = field(default_factory=list)

    def end_line(self, force: bool = False) -> None:
        line = _squeezed("".join(self.words))
        if not line and not force and "\xa0" in self.words:
            self.gap()  # Outlook's empty line: a paragraph of one hard blank
        if line or force:
            coloured = _squeezed("".join(self.coloured)) if self.line_hue else ""
            self.lines.append(Line(line, self.depth, self.sure > 0, self.line_hue, coloured, self.signed > 0))
        self.words.clear()
        self.coloured.clear()
        self.line_hue = ""

    def gap(self) -> None:
        """One empty line between paragraphs, never two."""
        if self.lines and self.lines[-1].text:
            self.lines.append(Line("", self.depth, self.sure > 0))


def _squeezed(line: str) -> str:
    return " ".join(line.split()) if line.isascii() else re.sub(r"[ \t\r\n]+", " ", line).strip()


def to_lines(markup: str) -> HtmlText:
    """The text of an HTML body; never raises. Hidden text is left out and reported."""
    page = _Page()
    open_elements: list[Tag] = []
    counts: Counter[str] = Counter()
    silent = Silence(markup)
    for token in tokens(markup):
        if isinstance(token, str):
            if silent.depth:
                page.hidden = page.hidden or (silent.hidden and bool(token.strip()))
            else:
                _write(page, token)
        elif token.closing:
            if token.name == "br":
                page.end_line(force=True)
            # An end tag ends whatever was left open inside its element; one without a start tag ends nothing.
            while counts[token.name]:
                element = open_elements.pop()
                counts[element.name] -= 1
                if not silent.left(len(open_elements)):
                    _close(page, element)
                if element.name == token.name:
                    break
        else:
            if not token.empty:
                open_elements.append(token)
                counts[token.name] += 1
                silent.entered(token, len(open_elements))
            if not silent.depth:
                _open(page, token)
    page.end_line()
    return HtmlText(tuple(page.lines), page.cut, page.hidden)


@dataclass(slots=True)
class Silence:
    """Whether we are inside an element that shows nothing; `depth` is its place among the open elements, 0 outside."""

    markup: str
    depth: int = 0
    hidden: bool = False
    endless: set[str] = field(default_factory=set)

    def entered(self, tag: Tag, depth: int) -> None:
        if self.depth:
            if tag.name == "body" and not self.hidden:
                self.depth = 0  # a head that was never closed
            return
        self.hidden = is_hidden(tag)
        if self.hidden or (tag.name in SILENT and self._ends(tag)):
            self.depth = depth

    def _ends(self, tag: Tag) -> bool:
        """Whether the element is closed at all; one that is not would silence the rest of the mail."""
        if tag.name not in self.endless and self.markup.find(f"</{tag.source[1 : 1 + len(tag.name)]}", tag.at) < 0:
            self.endless.add(tag.name)
        return tag.name not in self.endless

    def left(self, depth: int) -> bool:
        """Tell that the element at `depth` was closed; True when it was silent or inside one."""
        if not self.depth:
            return False
        if depth < self.depth:
            self.depth = 0
        return True


def _open(page: _Page, tag: Tag) -> None:
    if tag.name == "br":
        page.end_line(force=True)
        return
    if tag.name in ("td", "th") and page.words:
        page.words.append(" ")
    elif tag.name in _BLOCKS:
        page.end_line()
        if _is_spaced(tag):
            page.gap()
    if page.cut is None and tag.attributes and _is_client_cut(tag):
        page.cut = len(page.lines)
    if tag.name == "hr":
        page.lines.append(Line(RULE, page.depth, page.sure > 0))
    elif tag.name == "li":
        page.words.append("- ")
    if tag.empty:
        return
    if tag.name == "blockquote":
        page.depth += 1
        page.sure += _is_sure_quote(tag)
    page.signed += _is_signature(tag)
    if (hue := hue_of(tag)) is not None:
        page.hues.append((tag, hue))
    page.pre += tag.name == "pre"


def _close(page: _Page, tag: Tag) -> None:
    if tag.name in _BLOCKS and tag.name not in ("td", "th"):
        page.end_line()
        if _is_spaced(tag):
            page.gap()
    if tag.name == "blockquote":
        page.depth -= 1
        page.sure -= _is_sure_quote(tag)
    page.signed -= _is_signature(tag)
    if page.hues and page.hues[-1][0] is tag:
        page.hues.pop()
    page.pre -= tag.name == "pre"


def _write(page: _Page, written: str) -> None:
    if not page.pre:
        page.words.append(written)
        hue = page.hues[-1][1] if page.hues else ""
        if hue and written.strip():
            page.line_hue = page.line_hue or hue
        if hue or page.line_hue:
            page.coloured.append(written if hue else " ")
        return
    first, *rest = written.split("\n")
    page.words.append(first)
    for line in rest:
        page.end_line(force=True)
        page.words.append(line)


def is_hidden(tag: Tag) -> bool:
    """Whether the sender hid the element from the reader."""
    if not tag.attributes:
        return False
    style = tag.get("style")
    return "hidden" in tag.attributes or (bool(style) and bool(HIDDEN.search(style)))


def _is_spaced(tag: Tag) -> bool:
    """Whether an empty line stands around it. Outlook writes each line as a paragraph without a margin."""
    tight = "MsoNormal" in tag.get("class") or bool(_NO_MARGIN.search(tag.get("style")))
    return tag.name in _SPACED and not (tag.name == "p" and tight)


def _is_sure_quote(tag: Tag) -> bool:
    return tag.get("type").lower() == "cite" or bool(_QUOTE_CLASS.search(tag.get("class")))


def _is_signature(tag: Tag) -> bool:
    return bool(tag.attributes) and bool(_SIGNATURE.match(tag.get("class") or tag.get("id") or tag.get("data-marker")))


def _is_client_cut(tag: Tag) -> bool:
    marks = " ".join((tag.get("id"), tag.get("class"), tag.get("data-marker")))
    return bool(_CLIENT_CUT.search(marks))
