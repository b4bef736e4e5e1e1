"""The kind of a mail by its headers and structure, and whether anything automatic in it forbids an automatic answer.

RFC 3834 (automatic answers), RFC 3464 (delivery reports), RFC 8098 (receipts), RFC 5546 (calendars). In doubt: a person.
"""

import re
from dataclasses import dataclass

from daemon.reading import absence
from daemon.reading.characters import folded
from daemon.reading.headers import Headers
from daemon.reading.mail import Address, Kind
from daemon.reading.ours import Ours

_BOUNCE_SUBJECT = re.compile(
    r"^\W*(?:undeliver|undelivered mail|delivery (?:status notification|failure|has failed|delayed)"
    r"|mail delivery (?:failed|system|subsystem)|returned mail|failure notice|message (?:delayed"
    r"|not delivered|delivery)|delayed mail|warning: (?:message|could not send)"
    r"|(?:thu |email |tin nhan )?(?:khong (?:the )?(?:gui|chuyen|phan phoi) duoc|khong the (?:gui|chuyen"
    r"|phan phoi))|(?:thong bao )?(?:trang thai|loi) (?:gui|phan phoi|chuyen) (?:thu|tin))"
)
_DAEMON = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|maildaemon|microsoftexchange[0-9a-f]*)@", re.IGNORECASE
)
_NO_REPLY = re.compile(
    r"^(?:no-?_?\.?reply|do-?_?not-?_?reply|khong-?_?tra-?_?loi|bounces?|mailer-daemon)\b", re.IGNORECASE
)
_RECEIPT_SUBJECT = re.compile(
    r"^(?:read|not read|da doc|chua doc|return receipt(?: \(displayed\))?|bien nhan|xac nhan da doc)\s*[:-]"
)
_DMARC_SUBJECT = re.compile(r"^report domain:\s*\S+\s+submitter:\s*\S+\s+report-id:")  # RFC 7489, 7.2.1.1
_UNSUBSCRIBE = re.compile(
    r"\bunsubscribe\b|(?:de |nhan vao day de |bam vao day de )?(?:huy|ngung|tu choi"
    r"|dung) (?:dang ky )?nhan (?:email|thu|tin|mail|ban tin)|de huy dang ky|huy dang ky (?:tai day|nhan)"
    r"|manage (?:your )?(?:preferences|subscription)|opt[- ]out"
)
_ADVERTISING = (
    re.compile(
        r"\b(?:khuyen mai|uu dai|giam gia|sale off|giam den|mua ngay|dat hang ngay|voucher|combo|qua tang"
        r"|discount|promotion|limited offer|special offer)\b"
    ),
    re.compile(r"\b(?:webinar|khoa hoc|hoi thao truc tuyen|ban tin|newsletter|dang ky ngay|hoc phi|tham gia ngay)\b"),
    re.compile(
        r"\b(?:vay (?:von|tin chap|nhanh)|lai suat (?:chi|uu dai|thap)|giai ngan trong|bat dong san|can ho"
        r"|dat nen|dau tu sinh loi|co phieu)\b"
    ),
    re.compile(
        r"\b(?:casino|ca cuoc|lo de|xo so|trung thuong|lottery|winner|million (?:usd|dollars)|inheritance"
        r"|thua ke|viagra|bitcoin|crypto|forex)\b"
    ),
    re.compile(r"\b(?:click here|bam vao day|nhan vao link|lien he ngay|hotline|inbox ngay|zalo)\b"),
)
_ANSWERING_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-autoreply-from",
    "x-zimbra-autoreply",
)
_CAMPAIGN_HEADERS = (
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "x-campaign-id",
    "x-campaign",
    "x-campaignid",
    "x-mailgun-sid",
    "x-mc-user",
    "x-sg-eid",
    "x-mailer-recptid",
)
_YES = re.compile(r"\s*(?:yes|true|spam)\b", re.IGNORECASE)
_BOUNCE_TEXT = re.compile(
    r"could not be delivered|was not delivered|couldn't be delivered|unable to deliver|undeliverable|delivery (?:has )?failed"
    r"|permanent (?:fatal )?errors?|delivery to the following recipients? failed|this is a permanent error"
    r"|(?:khong the|khong) (?:gui|chuyen|phan phoi) (?:duoc )?(?:thu|email|tin nhan|den)|(?:thu|email|tin nhan) cua (?:ban|quy vi)"
    r" (?:chua|khong)[^.]{0,30}(?:gui|chuyen|phan phoi)|has been delayed|message delayed"
)
_LINK = re.compile(r"https?://|www\.")
_OFFICIAL = re.compile(r"[@.](?:gov|edu|mil)\.vn$")
_TREASURY = re.compile(r"\b(?:kbnn|kho bac|tabmis|dvc|ttsp|ttlkb|dvqhns|ngan sach|chung tu|don vi qhns|qlts)\b")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the kind is judged by, beyond the headers."""

    sender: Address | None
    subject: str
    text: str
    report_type: str = ""
    has_status: bool = False
    calendar_method: str = ""
    typed: str | None = None  # the text without what it quotes or forwards; None: all of it


def kind_of(headers: Headers, signs: Signs, own: Ours) -> tuple[Kind, str]:
    """The kind and the rule that decided it; the order of the questions is the order in which kinds win (READING)."""
    sender = signs.sender.address if signs.sender else ""
    for kind, rule in (
        (Kind.OWN, _own_sign(headers, sender, own)),
        (Kind.BOUNCE, _bounce_sign(headers, signs, sender)),
        (Kind.AUTO_REPLY, _auto_reply_sign(headers, signs, own)),
        (Kind.AUTO_GENERATED, _auto_generated_sign(headers, signs, sender, own)),
        (Kind.BULK, _bulk_sign(headers, signs)),
        (Kind.SPAM, _spam_sign(headers, signs, own)),
    ):
        if rule:
            return kind, rule
    return Kind.PERSON, "no sign of a machine"


def null_return_path(headers: Headers) -> bool:
    """Whether the envelope had no sender."""
    return "return-path" in headers and not headers.first("return-path").strip(" <>\t")


def forbids_answer(headers: Headers, signs: Signs, kind: Kind) -> bool:
    """Whether any automatic sign is there: then no automatic answer is sent, whatever the kind."""
    sender = signs.sender.address if signs.sender else ""
    return (
        kind is not Kind.PERSON
        or null_return_path(headers)
        or _submitted(headers) not in ("", "no")
        or _precedence(headers) in ("bulk", "junk", "auto_reply")
        or bool(_NO_REPLY.match(sender) or _DAEMON.match(sender))
    )


# Each answers with the rule that holds, or "".


def _own_sign(headers: Headers, sender: str, own: Ours) -> str:
    if sender and own.is_our_address(sender):
        return "From is our own address"
    if any(own.is_our_message_id(one) for one in headers.ids("message-id")):
        return "its Message-ID was made with our key"
    return "X-Loop was made with our key" if any(own.is_our_loop_mark(value) for value in headers.all("x-loop")) else ""


def _bounce_sign(headers: Headers, signs: Signs, sender: str) -> str:
    """A delivery report by structure; by sender and subject or wording together only for servers that write none."""
    if signs.report_type == "delivery-status" or signs.has_status:
        return "a delivery report by structure"
    if "x-failed-recipients" in headers:
        return "X-Failed-Recipients"
    if signs.report_type:
        return ""
    daemon = bool(_DAEMON.match(sender)) or (null_return_path(headers) and not sender)
    subject = folded(signs.subject)
    if (daemon or null_return_path(headers)) and _BOUNCE_SUBJECT.match(subject):
        return "sent by a mail server, with the subject of a delivery report"
    if daemon and _BOUNCE_TEXT.search(folded(signs.text[:4000])):
        return "sent by a mail server, in the words of a delivery report"
    return ""


def _auto_reply_sign(headers: Headers, signs: Signs, own: Ours) -> str:
    subject = folded(signs.subject)
    if _submitted(headers) == "auto-replied":
        return "Auto-Submitted: auto-replied"
    if _submitted(headers) not in ("", "no") and _answers(headers, subject, own):
        return f"Auto-Submitted: {_submitted(headers)}, and it answers"
    if signs.report_type == "disposition-notification":
        return "a read receipt by structure"
    if signs.calendar_method in ("reply", "counter", "declinecounter"):
        return f"a calendar {signs.calendar_method}"
    if _precedence(headers) == "auto_reply":
        return "Precedence: auto_reply"
    for name in _ANSWERING_HEADERS:
        if name in headers and headers.first(name).strip().lower() not in ("no", "false"):
            return name
    if "autoresponder" in headers.first("x-post-messageclass").lower():
        return "x-post-messageclass"
    if _RECEIPT_SUBJECT.match(subject) and null_return_path(headers):
        return "the subject of a read receipt and a null Return-Path"
    # A person thanks for an announcement, and quotes it.
    words = folded((signs.text if signs.typed is None else signs.typed)[:4000])
    return absence.announced(subject, words)


def _answers(headers: Headers, subject: str, own: Ours) -> bool:
    """Whether a mail that a program made is an answer, whatever word the program has for it: Exchange's announcements of
    absence say "auto-generated". Only our own letters count, since alarms refer to the alarms before them.
    """
    return absence.is_subject(subject) or any(map(own.is_our_message_id, headers.ids("in-reply-to")))


def _auto_generated_sign(headers: Headers, signs: Signs, sender: str, own: Ours) -> str:
    if _submitted(headers) not in ("", "no"):
        return f"Auto-Submitted: {_submitted(headers)}"
    if signs.report_type:
        return f"a report of type {signs.report_type}"
    if _DMARC_SUBJECT.match(folded(signs.subject)):
        return "the subject of a DMARC report"
    for name in ("x-cron-env", "x-autogenerated", "x-auto-generated"):
        if name in headers:
            return name
    listed = bool(sender) and signs.sender is not None and signs.sender.key in own.monitors
    return "the sender is listed as a monitor" if listed else ""


def _bulk_sign(headers: Headers, signs: Signs) -> str:
    """Mass mail. A person who writes through a list, or whose server stamps a list header, is none."""
    if "list-post" in headers or headers.ids("in-reply-to"):
        return ""
    words = folded(signs.text)
    if _precedence(headers) in ("bulk", "junk") and (sign := _sent_to_many(headers, signs, words)):
        return f"Precedence: {_precedence(headers)} and {sign}"
    if not _UNSUBSCRIBE.search(words) or _TREASURY.search(words):
        return ""
    campaign = next((name for name in _CAMPAIGN_HEADERS if name in headers), "")
    if campaign:
        return f"{campaign} and a way to unsubscribe"
    return "advertising with a way to unsubscribe" if _advertises(words) >= 2 else ""


def _sent_to_many(headers: Headers, signs: Signs, words: str) -> str:
    """What besides its precedence, which a ministry's gateway stamps on letters too, says that a mail went to many."""
    sender = signs.sender.address if signs.sender else ""
    if not sender or _NO_REPLY.match(sender):
        return "a sender who takes no answers"
    if _UNSUBSCRIBE.search(words):
        return "a way to unsubscribe"
    found = [name for name in ("list-id", *_CAMPAIGN_HEADERS) if name in headers]
    if found == ["list-unsubscribe"] and _TREASURY.search(words) and not headers.first(found[0]).count("http"):
        return ""  # the same gateways stamp this one too, on a letter that speaks of our work
    return next(iter(found), "")


def _spam_sign(headers: Headers, signs: Signs, own: Ours) -> str:
    """What our own filter says decides where it is configured; else only strong evidence."""
    verdict = _filter_verdict(headers, own)
    if verdict is not None:
        return verdict
    if any(_YES.match(headers.first(name)) for name in ("x-spam-flag", "x-spam-status")):
        return "a spam filter's flag"
    words = folded(f"{signs.subject}\n{signs.text[:8000]}")
    asks = absence.ASKS.search(words) and not _LINK.search(words)
    offers = _advertises(words) >= 3 and not _TREASURY.search(words) and not asks
    if offers and not headers.ids("in-reply-to") and not _OFFICIAL.search(signs.sender.key if signs.sender else ""):
        return "advertising of several kinds"
    return ""


def _filter_verdict(headers: Headers, own: Ours) -> str | None:
    """What the configured headers say: a rule for spam, "" for none; None when they say nothing."""
    for name in own.spam_headers:
        value = headers.first(name).strip() if name in headers else ""
        if _YES.match(value):
            return f"{name} says so"
        score = re.search(r"(?:score\s*=\s*)?(-?\d+(?:\.\d+)?)", value)
        if score is not None:
            return f"{name}: a score of {score[1]}" if float(score[1]) >= own.spam_score else ""
        if value:
            return ""
    return None


def _advertises(words: str) -> int:
    """How many of the kinds of advertising language occur."""
    return sum(bool(pattern.search(words)) for pattern in _ADVERTISING)


def _submitted(headers: Headers) -> str:
    """The keyword of Auto-Submitted without comments and parameters, lower case; "" when the field is absent."""
    if "auto-submitted" not in headers:
        return ""
    value = re.sub(r"\([^()]*\)", " ", headers.first("auto-submitted")).partition(";")[0]
    return value.strip().strip('"').lower() or "odd"


def _precedence(headers: Headers) -> str:
    return headers.first("precedence").strip().lower().replace("-", "_")
