"""HTML bodies: as text in the shape of a plain mail, quote marks included, and cleaned for people to look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString
from bs4.exceptions import ParserRejectedMarkup

from daemon.reading.characters import text as clean_text
from daemon.reading.characters import words

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
_SILENT = words(
    """
    head style script title meta link object embed svg math template noscript iframe
    """
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])"
    r"|max-height\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_NO_MARGIN = re.compile(r"(?<![-\w])margin\s*:\s*0(?![.\d])", re.IGNORECASE)
_RED = re.compile(
    r"(?<![-\w])color\s*:\s*(red|#f00\b|#ff0000|#c00000|#ee0000|rgb\(\s*(?:255|192|238)\s*,\s*0\s*,\s*0)", re.IGNORECASE
)
# From here to the end stands what the client itself put below the new text.
_CLIENT_CUT = re.compile(
    r"divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|yahoo_quoted|__QUOTED_TEXT__", re.IGNORECASE
)
_QUOTE_CLASS = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|moz-cite|tutanota_quote", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SELF_ENDING = words("area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option")
_DEEPEST = 1000
RULE = "_" * 32


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rendered body. `sure` marks quoted lines that the client itself marked; `red` a coloured answer."""

    text: str
    depth: int = 0
    sure: bool = False
    red: bool = False


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
    red: int = 0
    pre: int = 0
    cut: int | None = None
    hidden: bool = False
    line_red: bool = False

    def end_line(self, force: bool = False) -> None:
        line = re.sub(r"[ \t\r\n]+", " ", "".join(self.words)).strip()
        if line or force:
            self.lines.append(Line(line, self.depth, self.sure > 0, self.line_red))
        self.words.clear()
        self.line_red = False

    def gap(self) -> None:
        """One empty line between paragraphs, never two."""
        if self.lines and self.lines[-1].text:
            self.lines.append(Line("", self.depth, self.sure > 0))


def to_lines(markup: str) -> HtmlText:
    """The text of an HTML body; never raises. Hidden text is left out and reported."""
    page = _Page()
    try:
        # An XML declaration would make the package warn that this may be no HTML.
        soup = BeautifulSoup("<div>" + re.sub(r"<\?xml[^>]*>", "", markup) + "</div>", "html.parser")
    except (ParserRejectedMarkup, ValueError, AssertionError, RecursionError):
        plain = re.sub(r"<[^<>]*>", " ", markup)
        return HtmlText(tuple(Line(line) for line in clean_text(plain).split("\n")), None, False)
    for node, entering in _steps(soup):
        if isinstance(node, Tag):
            _open(page, node) if entering else _close(page, node)
        elif not isinstance(node, PreformattedString) and isinstance(node, NavigableString):
            _write(page, node)
    page.end_line()
    return HtmlText(tuple(page.lines), page.cut, page.hidden)


def cleaned(markup: str) -> str:
    """HTML that staff may look at: no script, form, frame, handler, remote load or style that hides (READING).

    "" for markup nested beyond reason, on which the cleaner takes quadratic time; its text is shown instead.
    """
    if _nesting(markup) > _DEEPEST:
        return ""
    return nh3.clean(
        markup,
        tags=set(_ALLOWED),
        attributes={
            "a": {"href", "title"},
            "td": {"colspan", "rowspan"},
            "th": {"colspan", "rowspan"},
            "img": {"src", "alt"},
        },
        url_schemes={"http", "https", "mailto", "cid"},
        attribute_filter=_local_pictures,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
    )


_ALLOWED = words(
    """
    a b blockquote br caption center code dd div dl dt em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small
    span strong sub sup table tbody td tfoot th thead tr u ul
    """
)


def _nesting(markup: str) -> int:
    """About how deep the elements lie in each other; those that end by themselves do not count."""
    depth = deepest = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() not in _SELF_ENDING:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _local_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Pictures only from the mail itself: a remote one would tell its server who reads."""
    return None if tag == "img" and attribute == "src" and not value.startswith("cid:") else value


def _steps(soup: BeautifulSoup) -> Iterator[tuple[PageElement, bool]]:
    """Every node when it begins and every element when it ends, without recursion: markup may nest without bound."""
    stack: list[tuple[PageElement, bool]] = [(child, True) for child in reversed(soup.contents)]
    while stack:
        node, entering = stack.pop()
        if not isinstance(node, Tag) or not entering:
            yield node, entering
            continue
        if node.name in _SILENT:
            continue
        yield node, True
        stack.append((node, False))
        if not _is_hidden(node):
            stack.extend((child, True) for child in reversed(node.contents))


def _open(page: _Page, tag: Tag) -> None:
    if _is_hidden(tag):
        page.hidden = page.hidden or bool(tag.get_text(strip=True))
        return
    if tag.name == "br":
        page.end_line(force=True)
        return
    if tag.name in ("td", "th") and page.words:
        page.words.append(" ")
    elif tag.name in _BLOCKS:
        page.end_line()
        if _is_spaced(tag):
            page.gap()
    if page.cut is None and _is_client_cut(tag):
        page.cut = len(page.lines)
    if tag.name == "hr":
        page.lines.append(Line(RULE, page.depth, page.sure > 0))
    elif tag.name == "li":
        page.words.append("- ")
    elif tag.name == "blockquote":
        page.depth += 1
        page.sure += _is_sure_quote(tag)
    page.red += _is_red(tag)
    page.pre += tag.name == "pre"


def _close(page: _Page, tag: Tag) -> None:
    if _is_hidden(tag) or tag.name == "br":
        return
    if tag.name in _BLOCKS and tag.name not in ("td", "th"):
        page.end_line()
        if _is_spaced(tag):
            page.gap()
    if tag.name == "blockquote":
        page.depth -= 1
        page.sure -= _is_sure_quote(tag)
    page.red -= _is_red(tag)
    page.pre -= tag.name == "pre"


def _write(page: _Page, node: NavigableString) -> None:
    written = str(node)
    if not page.pre:
        page.words.append(written)
        page.line_red = page.line_red or (page.red > 0 and bool(written.strip()))
        return
    first, *rest = written.split("\n")
    page.words.append(first)
    for line in rest:
        page.end_line(force=True)
        page.words.append(line)


def _is_hidden(tag: Tag) -> bool:
    return tag.has_attr("hidden") or bool(_HIDDEN.search(_attribute(tag, "style")))


def _is_spaced(tag: Tag) -> bool:
    """Whether an empty line stands around it. Outlook writes each line as a paragraph without a margin."""
    tight = "MsoNormal" in _attribute(tag, "class") or bool(_NO_MARGIN.search(_attribute(tag, "style")))
    return tag.name in _SPACED and not (tag.name == "p" and tight)


def _is_red(tag: Tag) -> bool:
    return bool(_RED.search(_attribute(tag, "style"))) or _attribute(tag, "color").lower() in (
        "red",
        "#ff0000",
        "#c00000",
    )


def _is_sure_quote(tag: Tag) -> bool:
    return _attribute(tag, "type").lower() == "cite" or bool(_QUOTE_CLASS.search(_attribute(tag, "class")))


def _is_client_cut(tag: Tag) -> bool:
    marks = " ".join((_attribute(tag, "id"), _attribute(tag, "class"), _attribute(tag, "data-marker")))
    return bool(_CLIENT_CUT.search(marks))


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)
