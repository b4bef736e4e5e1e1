"""Bytes into a Mail. mail-parser is known to this module only; everything else works on the parts it gives."""

import email
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.errors import MessageError

import mailparser
from mailparser.exceptions import MailParserError, MailParserRecursionError

from daemon.reading import calendars
from daemon.reading.bounces import Report, report_of
from daemon.reading.characters import folded
from daemon.reading.characters import text as clean_text
from daemon.reading.dangerous import danger_of
from daemon.reading.filetypes import true_type
from daemon.reading.headers import SUBJECT_KEPT, Headers, split_addresses
from daemon.reading.html import to_lines
from daemon.reading.kinds import Signs, forbids_answer, kind_of, null_return_path
from daemon.reading.lostparts import recover
from daemon.reading.mail import Address, AttachedFile, Kind, Mail, TraceHeaders, Unreadable
from daemon.reading.ours import Ours
from daemon.reading.parts import Contents, contents_of, measure
from daemon.reading.quoting import Body, Parts, body_of_html, body_of_text, separate
from daemon.reading.shelf import Part, put_on, set_aside
from daemon.reading.shown import cleaned
from daemon.settings import LimitSettings

__all__ = ["Ours", "read"]

# The package logs what it cannot use; our defects say it already.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

_REPLY_SUBJECT = re.compile(r"^\W{0,3}(?:re|tl|tra loi|hoi am|phan hoi|aw|sv|antw|odp|rep)\s*(?:\[\d+\]|\(\d+\))?\s*:")
_FORWARD_SUBJECT = re.compile(r"^\W{0,3}(?:fw|fwd|chuyen tiep|ct|wg|tr|vb|i)\s*(?:\[\d+\]|\(\d+\))?\s*:")
_FILLER = re.compile(
    r"(?:html|rich text)[^.]{0,60}(?:mail|e-mail|email|client|reader|viewer|trinh duyet|thu)|(?:view|xem"
    r"|read) (?:this|thu|email)[^.]{0,60}(?:html|browser|trinh duyet)|does not support html"
    r"|khong ho tro (?:dinh dang )?html"
)
_TAGS = re.compile(
    r"<(?:style|script|head)\b.*?</(?:style|script|head)\s*>|<!--.*?-->|<[^<>]{0,2000}>|&[#\w]{2,8};",
    re.IGNORECASE | re.DOTALL,
)
_HARDLY_ANY = 8  # words in clear beside an encrypted text that say nothing of it: "Xem nội dung kèm theo."
_NESTED_MAILS = 5  # mails within mails that are read as text; deeper ones stay files


class _Parser(mailparser.MailParser):  # type: ignore[misc]  # the package has no types
    """mail-parser without its texts: ours come from the parts, and its normalising takes quadratic time on marks."""

    def _decode_body_payload(self, part: Part, charset: str, part_index: int) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class _Content:
    """A mail's body as one, and where it came from."""

    body: Body
    html: str
    calendar_method: str
    rule: str = "the plain part"


def read(raw: bytes, limits: LimitSettings, own: Ours) -> Mail:
    """The mail that these bytes are. Raises Unreadable when a limit is exceeded or no structure can be found."""
    defects: list[str] = []
    message = _parsed(_within_size(raw, limits, defects), limits, defects)
    headers = Headers([(name, str(value)) for name, value in message.raw_items()], defects)
    contents = contents_of(message)
    if contents.encrypted:
        defects.append("encrypted")
    if "mail_too_large" in defects and contents.files:
        contents.files.pop()  # the one that was cut through
    content = _content(contents, limits, defects)
    sender = _sender(headers, defects)
    parts, is_forward = _separated(headers, contents, content, sender, limits, defects)
    signs = Signs(
        sender,
        headers.words("subject"),
        content.body.text,
        contents.report_type,
        bool(contents.statuses),
        content.calendar_method,
        parts.text if parts.text or is_forward else None,
    )
    kind, rule = kind_of(headers, signs, own)
    report = report_of(headers, contents, content.body.text, own) if kind is Kind.BOUNCE else Report()
    if any(file.size > limits.attachment_mb << 20 for file in contents.files):
        defects.append("attachment_too_large")
    ids = headers.ids("message-id")
    if not ids:
        defects.append("no_message_id")
    return Mail(
        message_id=ids[0] if ids else None,
        sender=sender,
        to=headers.addresses("to"),
        cc=headers.addresses("cc"),
        reply_to=headers.addresses("reply-to"),
        subject=signs.subject[:SUBJECT_KEPT].rstrip(),
        date=headers.date("date"),
        in_reply_to=next(iter(headers.ids("in-reply-to")), None),
        references=headers.ids("references"),
        kind=kind,
        text=_cut(parts.text, limits, defects),
        quoted=_cut(parts.quoted, limits, defects),
        signature=_cut(parts.signature, limits, defects),
        forwarded=_cut(parts.forwarded, limits, defects),
        full_text=_cut(content.body.text, limits, defects),
        html=_shown(content.html, limits, defects),
        attachments=tuple(_examined(file, own) for file in contents.files),
        defects=tuple(sorted({*defects, *contents.defects, *_structure_defects(message)})),
        is_forward=is_forward,
        original_sender=_original(parts, contents) if is_forward else None,
        null_return_path=null_return_path(headers),
        suppress_answer=forbids_answer(headers, signs, kind),
        bounced=report.message_ids,
        bounced_recipients=report.recipients,
        bounce_permanent=report.permanent,
        trace=_trace(message, headers),
        encrypted=contents.encrypted and len(parts.text.split()) <= _HARDLY_ANY,
        why=(f"kind: {rule}", f"body: {content.rule}", *parts.why),
    )


def _within_size(raw: bytes, limits: LimitSettings, defects: list[str]) -> bytes:
    """The bytes that are read: of a mail beyond its limit the headers and as much as the text may take."""
    head = re.search(rb"\r?\n\r?\n", raw)
    if (head.start() if head else len(raw)) > limits.header_kb << 10 and b":" in raw[:1000]:
        raise Unreadable(f"the headers are larger than {limits.header_kb} KB")
    if len(raw) <= limits.mail_mb << 20:
        return raw
    defects.append("mail_too_large")
    return raw[: (head.end() if head else 0) + 4 * (limits.text_kb << 10)]


def _parsed(raw: bytes, limits: LimitSettings, defects: list[str]) -> Part:
    """The parsed mail, with its limits of structure checked."""
    light, aside = set_aside(raw)
    try:
        message: Part = _Parser.from_bytes(light).message
    except (MailParserRecursionError, RecursionError) as error:
        raise Unreadable("its parts are nested too deeply for the parser") from error
    except (MailParserError, MessageError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        # The package decodes every header and stops at the first that it cannot, such as bad base64 in a name.
        # The tree below it is the standard library's, which does not.
        message = email.message_from_bytes(light)
        defects.append("parser_gave_up")
    recover(message)
    nesting, parts = measure(message)
    if nesting > limits.nesting:
        raise Unreadable(f"{nesting} levels of nesting, more than {limits.nesting}")
    if parts > limits.parts:
        raise Unreadable(f"{parts} parts, more than {limits.parts}")
    put_on(message, aside)
    return message


def _examined(file: AttachedFile, own: Ours) -> AttachedFile:
    """The file with its true type, and why it is withheld."""
    true = true_type(file.content)
    return replace(
        file,
        true_type="" if true == file.content_type else true,
        withheld=str(danger_of(file, own.allowed_types) or ""),
    )


def _sender(headers: Headers, defects: list[str]) -> Address | None:
    """Who wrote it, or None: no usable From, an empty group, or two From lines, of which either may be forged."""
    if len(headers.all("from")) != 1:
        defects.append("no_sender" if not headers.all("from") else "several_from_lines")
        return None
    found = headers.addresses("from")
    if not found:
        defects.append("no_sender")
        return None
    if len(found) > 1:
        defects.append("several_senders")
    return found[0]


def _content(contents: Contents, limits: LimitSettings, defects: list[str]) -> _Content:
    """The body: the plain part, unless it is empty, a filler or clearly poorer than the HTML part."""
    plain = clean_text(_cut("\n\n".join(one for one in contents.plain if one.strip()), limits, defects))
    markup = _cut("\n".join(contents.html), limits, defects)
    method = next((found for one in contents.calendar if (found := calendars.method(one))), "")
    html = cleaned(markup) if markup else ""
    rule = _rule_for_markup(plain, markup) if markup else ""
    if rule:
        rendered = to_lines(markup)
        if rendered.hidden:
            defects.append("hidden_text")
        body = body_of_html(rendered)
        if body.text.strip():
            return _Content(body, clean_text(html), method, f"the HTML part, {rule}")
    if not plain.strip() and contents.calendar:
        plain = clean_text("\n\n".join(map(calendars.as_text, contents.calendar)))
        return _Content(body_of_text(plain), clean_text(html), method, "the calendar's event")
    return _Content(body_of_text(plain), clean_text(html), method)


def _rule_for_markup(plain: str, markup: str) -> str:
    """Why the HTML part is read rather than the plain one; "" when it is not."""
    words = len(plain.split())
    if not words:
        return "the only text"
    if words < 60 and _FILLER.search(folded(plain)):
        return "since the plain part is a filler"
    rich = len(_TAGS.sub(" ", markup).split())
    return f"since the plain part has {words} words and it has {rich}" if rich > 20 and words < 0.4 * rich else ""


def _cut(value: str, limits: LimitSettings, defects: list[str]) -> str:
    longest = limits.text_kb << 10
    if len(value) <= longest:
        return value
    defects.append("text_cut")
    return value[:longest]


def _shown(html: str, limits: LimitSettings, defects: list[str]) -> str:
    """The cleaned HTML, or none where it is much larger than the text may be: cut through it would show the wrong thing."""
    if len(html) <= 2 * (limits.text_kb << 10):
        return html
    defects.append("html_left_out")
    return ""


def _separated(
    headers: Headers,
    contents: Contents,
    content: _Content,
    sender: Address | None,
    limits: LimitSettings,
    defects: list[str],
) -> tuple[Parts, bool]:
    """The body's parts, with attached mails as what was forwarded; and whether the mail is a forward."""
    subject = folded(headers.words("subject"))
    forward = bool(_FORWARD_SUBJECT.match(subject)) or bool(contents.enclosed and not contents.report_type)
    reply = not forward and bool(
        _REPLY_SUBJECT.match(subject) or headers.ids("in-reply-to") or headers.ids("references")
    )
    if contents.report_type:
        return Parts(content.body.text), False  # a report repeats nothing that a person quoted
    parts = separate(content.body, reply=reply, forward=forward, sender_name=sender.name if sender else "")
    if not contents.enclosed:
        return parts, forward or bool(parts.forwarded)
    attached = [_enclosed_text(one, limits, defects) for one in contents.enclosed[:20]]
    forwarded = "\n\n".join(one for one in (parts.forwarded, *attached) if one)
    return Parts(parts.text, parts.quoted, parts.signature, forwarded, parts.original, parts.why), True


def _enclosed_text(message: Part, limits: LimitSettings, defects: list[str], level: int = 1) -> str:
    """An attached mail as text: its main headers and its body, mails attached to it included."""
    headers = Headers([(name, str(value)) for name, value in message.raw_items()], defects)
    contents = contents_of(message)
    body = _content(contents, limits, defects).body.text
    sender = next(iter(headers.addresses("from")), None)
    lines = [
        f"Từ: {sender.name} <{sender.address}>".replace(":  <", ": <") if sender else "",
        f"Ngày: {clean_text(headers.words('date'))}" if "date" in headers else "",
        f"Chủ đề: {headers.words('subject')}" if "subject" in headers else "",
    ]
    head = "\n".join(line for line in lines if line)
    inner = contents.enclosed if level < _NESTED_MAILS else []
    return "\n\n".join(filter(None, (head, body, *(_enclosed_text(one, limits, defects, level + 1) for one in inner))))


def _original(parts: Parts, contents: Contents) -> Address | None:
    """Who wrote what was forwarded, as far as the forward names an address."""
    if contents.enclosed:
        raw = [(name, str(value)) for name, value in contents.enclosed[0].raw_items()]
        return next(iter(Headers(raw, []).addresses("from")), None)
    named = re.sub(r"\[mailto:([^\]\s]+)\]", r"<\1>", parts.original)
    return next((Address(name.strip("\"' "), address) for name, address in split_addresses(named)), None)


def _structure_defects(message: Part) -> Sequence[str]:
    """Codes for what the parser complained about, such as `start_boundary_not_found`."""
    codes = set()
    for part in message.walk():
        for defect in part.defects:
            name = type(defect).__name__.removesuffix("Defect")
            codes.add(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    return sorted(codes)


def _trace(message: Part, headers: Headers) -> TraceHeaders:
    """The Received lines, and the results with the number of Received lines above each."""
    received, results = 0, []
    values = iter(headers.all("authentication-results"))
    for name in message:
        if name.strip().lower() == "received":
            received += 1
        elif name.strip().lower() == "authentication-results":
            results.append((received, next(values)))
    return TraceHeaders(tuple(headers.all("received")), tuple(results))
