"""Bytes into a Mail. mail-parser is known to this module only; everything else works on the parts it gives."""

import email
import logging
import re
from dataclasses import dataclass, replace
from email.errors import MessageError

import mailparser
from mailparser.exceptions import MailParserError, MailParserRecursionError

from daemon.reading.bodies import Content, content_of, cut, enclosed_text, shown_html
from daemon.reading.bounces import Report, report_of
from daemon.reading.characters import folded
from daemon.reading.dangerous import danger_of
from daemon.reading.filetypes import true_type
from daemon.reading.headers import SUBJECT_KEPT, Headers, split_addresses
from daemon.reading.kinds import Signs, forbids_answer, kind_of, null_return_path
from daemon.reading.lostparts import recover
from daemon.reading.mail import Address, AttachedFile, Kind, Mail, QuarantineCause, TraceHeaders, Unreadable
from daemon.reading.ours import Ours
from daemon.reading.parts import Contents, contents_of, measure
from daemon.reading.quoting import Parts, separate
from daemon.reading.shelf import PARSING, Part, put_on, set_aside
from daemon.settings import LimitSettings

__all__ = ["Ours", "read"]

# The package logs what it cannot use; our defects say it already.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

_REPLY_SUBJECT = re.compile(r"^\W{0,3}(?:re|tl|tra loi|hoi am|phan hoi|aw|sv|antw|odp|rep)\s*(?:\[\d+\]|\(\d+\))?\s*:")
_FORWARD_SUBJECT = re.compile(r"^\W{0,3}(?:fw|fwd|chuyen tiep|ct|wg|tr|vb|i)\s*(?:\[\d+\]|\(\d+\))?\s*:")
_HARDLY_ANY = 8  # words in clear beside an encrypted text that say nothing of it: "Xem nội dung kèm theo."


class _Parser(mailparser.MailParser):  # type: ignore[misc]  # the package has no types
    """mail-parser without its texts: ours come from the parts, and its normalising takes quadratic time on marks."""

    def _decode_body_payload(self, part: Part, charset: str, part_index: int) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A mail taken apart, before anything is judged by it."""

    message: Part
    headers: Headers
    contents: Contents
    content: Content
    sender: Address | None
    parts: Parts
    is_forward: bool


@dataclass(frozen=True, slots=True)
class _Judged:
    """What sent the mail and by which rule; whether nothing automatic may answer it; what it reports as a bounce."""

    kind: Kind
    rule: str
    suppress_answer: bool
    report: Report


def read(raw: bytes, limits: LimitSettings, own: Ours) -> Mail:
    """The mail that these bytes are. Raises Unreadable when a limit is exceeded or no structure can be found."""
    defects: list[str] = []
    taken = _taken_apart(raw, limits, defects)
    headers, contents, parts = taken.headers, taken.contents, taken.parts
    judged = _judged(taken, own)
    ids = headers.ids("message-id")
    return Mail(
        message_id=ids[0] if ids else None,
        sender=taken.sender,
        to=headers.addresses("to"),
        cc=headers.addresses("cc"),
        reply_to=headers.addresses("reply-to"),
        subject=headers.words("subject")[:SUBJECT_KEPT].rstrip(),
        date=headers.date("date"),
        in_reply_to=next(iter(headers.ids("in-reply-to")), None),
        references=headers.ids("references"),
        kind=judged.kind,
        text=cut(parts.text, limits, defects),
        quoted=cut(parts.quoted, limits, defects),
        signature=cut(parts.signature, limits, defects),
        forwarded=cut(parts.forwarded, limits, defects),
        full_text=cut(taken.content.body.text, limits, defects),
        html=shown_html(taken.content.html, limits, defects),
        attachments=tuple(_examined(file, own) for file in contents.files),
        defects=tuple(sorted({*defects, *_defects_of(taken, limits)})),
        is_forward=taken.is_forward,
        original_sender=_original(parts, contents) if taken.is_forward else None,
        null_return_path=null_return_path(headers),
        suppress_answer=judged.suppress_answer,
        bounced=judged.report.message_ids,
        bounced_recipients=judged.report.recipients,
        bounce_permanent=judged.report.permanent,
        trace=_trace(taken.message, headers),
        encrypted=contents.encrypted and len(parts.text.split()) <= _HARDLY_ANY,
        why=(f"kind: {judged.rule}", f"body: {taken.content.rule}", *parts.why),
    )


def _taken_apart(raw: bytes, limits: LimitSettings, defects: list[str]) -> _Taken:
    message = _parsed(_within_size(raw, limits, defects), limits, defects)
    headers = Headers([(name, str(value)) for name, value in message.raw_items()], defects)
    contents = contents_of(message)
    if "mail_too_large" in defects and contents.files:
        contents.files.pop()  # the one that was cut through
    content = content_of(contents, limits, defects)
    sender = _sender(headers, defects)
    parts, is_forward = _separated(headers, contents, content, sender, limits, defects)
    return _Taken(message, headers, contents, content, sender, parts, is_forward)


def _judged(taken: _Taken, own: Ours) -> _Judged:
    headers, contents, text = taken.headers, taken.contents, taken.content.body.text
    signs = Signs(
        taken.sender,
        headers.words("subject"),
        text,
        contents.report_type,
        bool(contents.statuses),
        taken.content.calendar_method,
        taken.parts.text if taken.parts.text or taken.is_forward else None,
    )
    kind, rule = kind_of(headers, signs, own)
    report = report_of(headers, contents, text, own) if kind is Kind.BOUNCE else Report()
    return _Judged(kind, rule, forbids_answer(headers, signs, kind), report)


def _within_size(raw: bytes, limits: LimitSettings, defects: list[str]) -> bytes:
    """The bytes that are read: of a mail beyond its limit the headers and as much as the text may take."""
    head = re.search(rb"\r?\n\r?\n", raw)
    if (head.start() if head else len(raw)) > limits.header_kb << 10 and b":" in raw[:1000]:
        raise Unreadable(QuarantineCause.HEADERS, f"the headers are larger than {limits.header_kb} KB")
    if len(raw) <= limits.mail_mb << 20:
        return raw
    defects.append("mail_too_large")
    return raw[: (head.end() if head else 0) + 4 * (limits.text_kb << 10)]


def _parsed(raw: bytes, limits: LimitSettings, defects: list[str]) -> Part:
    """The parsed mail, with its limits of structure checked."""
    light, aside = set_aside(raw)
    try:
        message: Part = _Parser(email.message_from_bytes(light, policy=PARSING)).message
    except (MailParserRecursionError, RecursionError) as error:
        raise Unreadable(QuarantineCause.NESTING, "its parts are nested too deeply for the parser") from error
    except (MailParserError, MessageError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        # The package decodes every header and stops at the first that it cannot, such as bad base64 in a name.
        # The tree below it is the standard library's, which does not.
        message = email.message_from_bytes(light, policy=PARSING)
        defects.append("parser_gave_up")
    recover(message)
    nesting, parts = measure(message)
    if nesting > limits.nesting:
        raise Unreadable(QuarantineCause.NESTING, f"{nesting} levels of nesting, more than {limits.nesting}")
    if parts > limits.parts:
        raise Unreadable(QuarantineCause.PARTS, f"{parts} parts, more than {limits.parts}")
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


def _separated(
    headers: Headers,
    contents: Contents,
    content: Content,
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
    attached = [enclosed_text(one, limits, defects) for one in contents.enclosed[:20]]
    forwarded = "\n\n".join(one for one in (parts.forwarded, *attached) if one)
    return Parts(parts.text, parts.quoted, parts.signature, forwarded, parts.original, parts.why), True


def _original(parts: Parts, contents: Contents) -> Address | None:
    """Who wrote what was forwarded, as far as the forward names an address."""
    if contents.enclosed:
        raw = [(name, str(value)) for name, value in contents.enclosed[0].raw_items()]
        return next(iter(Headers(raw, []).addresses("from")), None)
    named = re.sub(r"\[mailto:([^\]\s]+)\]", r"<\1>", parts.original)
    return next((Address(name.strip("\"' "), address) for name, address in split_addresses(named)), None)


def _defects_of(taken: _Taken, limits: LimitSettings) -> set[str]:
    """Codes for what is odd about the mail, its parts and its structure."""
    codes = set(taken.contents.defects)
    if taken.contents.encrypted:
        codes.add("encrypted")
    if any(file.size > limits.attachment_mb << 20 for file in taken.contents.files):
        codes.add("attachment_too_large")
    if not taken.headers.ids("message-id"):
        codes.add("no_message_id")
    return codes | _structure_defects(taken.message)


def _structure_defects(message: Part) -> set[str]:
    """Codes for what the parser complained about, such as `start_boundary_not_found`."""
    codes = set()
    for part in message.walk():
        for defect in part.defects:
            name = type(defect).__name__.removesuffix("Defect")
            codes.add(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    return codes


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
