"""What the sender newly typed, apart from what his mail program repeated below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import dedent

from daemon.reading.boundaries import Boundary, Start, boundary_at, header_block_at
from daemon.reading.characters import text as clean_text
from daemon.reading.html import HtmlText
from daemon.reading.interleaved import Coloured, left_unmarked, typed_into
from daemon.reading.signature import SEPARATOR, is_quiet_in_signature, split_signature

_DEEPEST_QUOTE = 12  # marks that are still written; a mail may nest quotes without bound


@dataclass(frozen=True, slots=True)
class Body:
    """A body as lines, quoted ones with `> ` before them, and what an HTML client told about them by line number."""

    lines: tuple[str, ...]
    sure: frozenset[int] = frozenset()  # lines in a quote that the client marked as one
    coloured: tuple[Coloured, ...] = ()  # what stands in striking colours
    signed: frozenset[int] = frozenset()  # lines where the client puts the signature
    cut: int | None = None  # the first line below the client's own mark of history

    @property
    def text(self) -> str:
        return _joined(self.lines)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a body; together they hold every line of it. `original` is the From line of what was forwarded."""

    text: str
    quoted: str = ""
    signature: str = ""
    forwarded: str = ""
    original: str = ""
    why: tuple[str, ...] = ()


def body_of_text(text: str) -> Body:
    """A plain body; `text` is already clean."""
    return Body(tuple(re.sub(r"^(?:>\s?)+", lambda m: "> " * m[0].count(">"), line) for line in text.split("\n")))


def body_of_html(html: HtmlText) -> Body:
    """An HTML body in the shape of a plain one. A `<blockquote>` that only indents gets no quote mark."""
    raw = [clean_text(line.text).replace("\n", " ") for line in html.lines]
    depth = [min(line.depth, _DEEPEST_QUOTE) for line in html.lines]
    sure = {index for index, line in enumerate(html.lines) if line.sure}
    index = 0
    while index < len(raw):
        if depth[index] == 0 or index in sure:
            index += 1
            continue
        end = next((one for one in range(index, len(raw)) if depth[one] == 0), len(raw))
        if _attributed(raw, index):
            sure.update(range(index, end))
        elif not sure.intersection(range(index, end)):
            depth[index:end] = [0] * (end - index)
        index = end
    lines = tuple(f"{'> ' * depth[number]}{line}".rstrip() for number, line in enumerate(raw))
    coloured = tuple(
        Coloured(number, line.hue, clean_text(line.coloured)) for number, line in enumerate(html.lines) if line.hue
    )
    signed = frozenset(number for number, line in enumerate(html.lines) if line.signed and line.text)
    return Body(lines, frozenset(sure), coloured, signed, html.cut)


def separate(body: Body, *, reply: bool, forward: bool, sender_name: str = "") -> Parts:
    """The parts of a body.

    `reply` and `forward` say what header and subject tell. In a mail that is neither, only a separator of forwarding
    or an unmistakable quote down to the last line is set apart; otherwise only signature, disclaimer and device line.
    """
    boundary = _first_boundary(body, reply or forward or body.cut is not None)
    if boundary is None:
        return _finished(_unsigned(body, len(body.lines)), [], sender_name, "quote: none found", reply=reply)
    rule = f"quote: {boundary.start} at line {boundary.at + 1}: {body.lines[boundary.at][:100].strip()}"
    if forward or boundary.start is Start.FORWARD:
        note, rest = _unsigned(body, boundary.at), body.lines[boundary.at :]
        parts = _finished(note, [], sender_name, rule.replace("quote:", "forward:", 1), reply=True)
        return Parts(parts.text, "", parts.signature, _joined(rest), boundary.sender, parts.why)
    text, quoted = _divided(body, boundary)
    parts = _finished(text, quoted, sender_name, rule, reply=True)
    history = _first_history(body, boundary)
    answers = typed_into(body.lines, body.coloured, parts.text, history, sender_name)
    if not answers and not boundary.marked:
        unmarked = left_unmarked(body.lines, parts.text, history)
        answers, _ = split_signature(unmarked, sender_name, may_empty=False)
    return replace(parts, text=_joined([parts.text, "", *answers])) if answers else parts


def _first_boundary(body: Body, expected: bool) -> Boundary | None:
    """The topmost boundary that counts in this mail."""
    for at in range(len(body.lines)):
        if at == body.cut:
            found = next(
                (b for i in range(at, min(at + 4, len(body.lines))) if (b := boundary_at(body.lines, i, body.sure))),
                None,
            )
            return (
                found
                if found and found.start is Start.FORWARD
                else Boundary(at, 0, Start.HISTORY, sender=found.sender if found else "")
            )
        found = boundary_at(body.lines, at, body.sure)
        if found and (expected or found.start is Start.FORWARD or _only_quote_below(body, found)):
            return found
        if expected and found is None and at in body.sure:
            return Boundary(at, 0, Start.ATTRIBUTION, marked=True)
    return None


def _only_quote_below(body: Body, boundary: Boundary) -> bool:
    """Whether a marked quote runs to the end of the mail: that is a reply, even when its headers do not say so."""
    below = [line for line in body.lines[boundary.at + boundary.length :] if line.strip()]
    return boundary.marked and bool(below) and all(line.startswith(">") for line in below)


def _divided(body: Body, boundary: Boundary) -> tuple[list[str], list[str]]:
    """The new lines and the repeated ones. Answers typed between marked lines, or below them, are new."""
    text, quoted = _unsigned(body, boundary.at), list(body.lines[boundary.at : boundary.at + boundary.length])
    index, marked = boundary.at + boundary.length, boundary.marked
    while index < len(body.lines):
        if not marked:  # all that follows is history
            quoted.extend(body.lines[index:])
            break
        line = body.lines[index]
        inner = boundary_at(body.lines, index, body.sure)
        if inner is not None:
            quoted.extend(body.lines[index : index + inner.length])
            index, marked = index + inner.length, inner.marked
            continue
        if line.startswith(">") or index in body.sure:
            quoted.append(line)
            text.append("")  # answers between two quotes stay apart
        else:
            text.append(line)
        index += 1
    return text, quoted


def _unsigned(body: Body, end: int) -> list[str]:
    """The lines up to `end`; a separator above what the client marked as signature, so that it is known as one.

    People also type into that place, so that sentences in it stay.
    """
    marked = sorted(number for number in body.signed if number < end)
    lines = list(body.lines[:end])
    if not marked or marked[-1] - marked[0] >= 20 or not all(is_quiet_in_signature(lines[one]) for one in marked):
        return lines
    near = [line.strip() for line in lines[max(0, marked[0] - 2) : marked[0] + 1]]
    if SEPARATOR not in near:
        lines.insert(marked[0], SEPARATOR)
    return lines


def _first_history(body: Body, boundary: Boundary) -> range:
    """The lines of the mail that was answered, without its header block, up to the next older one."""
    start = boundary.at + max(boundary.length, 1)
    for index in range(boundary.at, min(start + 4, len(body.lines))):
        block = header_block_at([line.lstrip("> ") for line in body.lines[index : index + 30]], 0)
        if block is not None:
            start = max(start, index + block.length)
            break
    end = next((at for at in range(start, len(body.lines)) if boundary_at(body.lines, at, body.sure)), len(body.lines))
    return range(start, end)


def _finished(text: list[str], quoted: Sequence[str], sender_name: str, rule: str, *, reply: bool) -> Parts:
    typed, signature = split_signature(text, sender_name, may_empty=reply)
    first = next((line.strip() for line in signature if line.strip()), "")
    why = (rule, f"signature: from «{first[:60]}»" if first else "signature: none found")
    return Parts(_without_margin(_joined(typed)), _joined(quoted), _joined(signature), why=why)


def _attributed(lines: Sequence[str], at: int) -> bool:
    """Whether an attribution or separator stands right above this line."""
    above = [index for index in range(max(0, at - 6), at) if lines[index].strip()]
    return any(
        (found := boundary_at(lines, index, frozenset({at}))) is not None
        and not any(lines[one].strip() for one in range(index + found.length, at))
        for index in above
    )


def _without_margin(text: str) -> str:
    """Without the blank that Yahoo writes before the first line, or before each, of its plain text."""
    return dedent(text) if text.startswith(" ") and "\n" in text and dedent(text) != text else text.lstrip(" ")


def _joined(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
