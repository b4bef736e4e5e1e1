"""What a delivery report says: which of our mails it returns, for whom, and whether for good (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from daemon.reading.headers import Headers
from daemon.reading.ours import Ours
from daemon.reading.parts import Contents
from daemon.reading.payload import source_of
from daemon.reading.shelf import Part

# Blanks are looked for within one line: `\s` would run over all empty lines below, from each of them anew.
_ID_LINE = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{3,900}>)", re.IGNORECASE | re.MULTILINE)
_PERMANENT = re.compile(
    r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.])55[0-4][ -]|permanent (?:error|failure|fatal)", re.IGNORECASE
)
_DELAYED = re.compile(r"delayed|will (?:be retried|keep trying|continue to)|warning|tạm thời|chậm", re.IGNORECASE)
_TEXT_RECIPIENT = re.compile(r"^[ \t]*<?([^\s<>@:]{1,100}@[^\s<>@:]{1,200})>?[ \t]*:?[ \t]*$", re.MULTILINE)
_ANY_RECIPIENT = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SERVER = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]{8,})@", re.IGNORECASE)
_COPY = re.compile(
    r"^[- \t]*(?:below this line is a copy|this is a copy of the message|original message(?: headers)?|thư gốc|tiêu đề thư gốc"
    r"|message-id:|return-path:|received:)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """Message-IDs of the mails returned, recipients that were not reached, and whether it is for good."""

    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    permanent: bool = False


def report_of(headers: Headers, contents: Contents, text: str, own: Ours) -> Report:
    """The report of a mail that is a bounce, by structure where it has one, else by its text."""
    actions: list[str] = []
    statuses: list[str] = []
    recipients: list[str] = []
    for block in _blocks(contents):
        recipient = block.first("original-recipient") or block.first("final-recipient")
        action = block.first("action").strip().lower()
        if recipient and action not in ("delivered", "relayed", "expanded"):
            recipients.append(recipient.partition(";")[2].strip() or recipient.strip())
            actions.append(action)
            statuses.append(block.first("status").strip())
    failed = [one for value in headers.all("x-failed-recipients") for one in re.split(r"[,\s]+", value)]
    recipients.extend(one for one in failed if "@" in one)
    if not recipients:
        recipients = _recipients_in(text[:20_000], own)
    if actions:
        permanent = any(
            action == "failed" and not status.startswith("4") for action, status in zip(actions, statuses, strict=True)
        )
    else:
        permanent = bool(failed or _PERMANENT.search(text)) and not _DELAYED.search(headers.words("subject"))
    bare = (one.strip("<> ") for one in recipients)
    return Report(
        _returned_ids(headers, contents, text, own), tuple(dict.fromkeys(one for one in bare if "@" in one)), permanent
    )


def _recipients_in(text: str, own: Ours) -> list[str]:
    """The addresses of a free report: those that stand alone in a line, else any above the copy of the mail."""
    report = _COPY.split(text, maxsplit=1)[0]
    alone = _TEXT_RECIPIENT.findall(report)
    found = alone or [one.rstrip(".") for one in _ANY_RECIPIENT.findall(report)]
    return [one for one in found if not own.is_our_address(one) and not _SERVER.match(one)][:100]


def _returned_ids(headers: Headers, contents: Contents, text: str, own: Ours) -> tuple[str, ...]:
    """Ids of the returned mails: ours alone where our key recognises any, since anybody can return anything."""
    ids: list[str] = []
    for part in (*contents.returned, *contents.enclosed):
        ids.extend(_ID_LINE.findall(source_of(part)[:65_536].decode("latin-1")))
    ids.extend(_ID_LINE.findall(text[:65_536]))
    ids.extend((*headers.ids("in-reply-to"), *headers.ids("references")))
    unique = tuple(dict.fromkeys(ids))
    return tuple(one for one in unique if own.is_our_message_id(one)) or unique


def _blocks(contents: Contents) -> Iterator[Headers]:
    for part in contents.statuses:
        blocks = part.get_payload()
        if isinstance(blocks, list):
            yield from (_headers(block) for block in blocks if isinstance(block, Message))


def _headers(part: Part) -> Headers:
    return Headers([(name, str(value)) for name, value in part.raw_items()], [])
