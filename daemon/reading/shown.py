"""HTML that staff may look at: cleaned, nothing hidden, nothing loaded from elsewhere, link targets visible (READING)."""

import re
from html import escape

import nh3

from daemon.reading.characters import folded, words
from daemon.reading.html import Silence
from daemon.reading.markup import tokens

_ALLOWED = words(
    """
    a b blockquote br caption center code dd div dl dt em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small
    span strong sub sup table tbody td tfoot th thead tr u ul
    """
)
_ENDED_BY_THEMSELVES = words("p li td th tr dt dd option")
_PICTURE = re.compile(r"\bcid:\s*<?([^\"'\s<>)]{1,500})", re.IGNORECASE)
_DEEPEST = 1000
_MOST_ENTITIES = 50_000  # between two tags
_SHOWN_TARGET = 200  # characters of a link's target


def cleaned(markup: str) -> str:
    """The markup without script, form, frame, handler, remote load and hidden text; targets shown where they differ.

    "" for markup nested beyond reason, or with a text of nothing but `&`, on which the cleaner takes quadratic time; its
    text is shown instead.
    """
    visible, deepest = _visible(markup)
    if deepest > _DEEPEST or _is_crowded(visible):
        return ""
    return nh3.clean(
        visible,
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


def _is_crowded(markup: str) -> bool:
    return markup.count("&") > _MOST_ENTITIES and any(one.count("&") > _MOST_ENTITIES for one in markup.split("<"))


def pictures_shown(markup: str) -> frozenset[str]:
    """The Content-IDs of the mail's own pictures that the markup shows."""
    return frozenset(_PICTURE.findall(markup))


def _local_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Pictures only from the mail itself: a remote one would tell its server who reads."""
    return None if tag == "img" and attribute == "src" and not value.startswith("cid:") else value


def _visible(markup: str) -> tuple[str, int]:
    """The markup without hidden elements, link targets behind their texts; and how deep its elements lie."""
    pieces: list[str] = []
    opened: list[str] = []
    depth = deepest = 0
    silent = Silence(markup)
    link, label = "", ""
    for token in tokens(markup):
        if isinstance(token, str):
            if not silent.depth:
                pieces.append(escape(token, quote=False))
                label = f"{label}{token}" if link and len(label) < 1000 else label
            continue
        if token.closing:
            if token.name in opened[-40:]:
                while opened and opened[-1] != token.name:
                    silent.left(len(opened) - 1)
                    opened.pop()
                opened.pop()
                was_silent = silent.left(len(opened))
            else:
                was_silent = bool(silent.depth)
            depth = max(0, depth - (token.name not in _ENDED_BY_THEMSELVES))
            if not was_silent:
                pieces.append(token.source)
                if token.name == "a":
                    pieces.append(_target(link, label))
                    link = ""
            continue
        if not token.empty:
            opened.append(token.name)
            depth += token.name not in _ENDED_BY_THEMSELVES
            deepest = max(deepest, depth)
            silent.entered(token, len(opened))
        if not silent.depth:
            pieces.append(token.source)
            if token.name == "a":
                link, label = token.get("href").strip(), ""
    return "".join(pieces), deepest


def _target(link: str, label: str) -> str:
    """The target of a link as a text behind it, "" where the link's own text says it already."""
    scheme, _, rest = link.partition(":")
    if scheme.lower() not in ("http", "https", "mailto") or not rest:
        return ""
    if _bare(link) in _bare(label) or not label.strip():
        return ""
    return escape(f" [→ {link[:_SHOWN_TARGET]}]", quote=False)


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|mailto:)(?:www\.)?|[/\s]+", "", folded(address.strip())).partition("?")[0]
