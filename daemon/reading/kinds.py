"""The kind of a mail by its headers and structure, and whether anything automatic in it forbids an automatic answer.

RFC 3834 (automatic answers), RFC 3464 (delivery reports), RFC 8098 (receipts), RFC 5546 (calendars). In doubt: a person.
"""

import re
from dataclasses import dataclass

from daemon.reading.characters import folded
from daemon.reading.headers import Headers
from daemon.reading.mail import Address, Kind
from daemon.reading.ours import Ours

_ABSENCE_SUBJECT = re.compile(
    r"^(?:(?:re|tl|fw|fwd)\s*:\s*)*\W{0,2}(?:automatic reply|auto[- ]?(?:matic )?(?:reply|response"
    r"|responder)|out of (?:the )?office|ooo\b|vacation\b|on (?:annual |sick |maternity )?leave"
    r"|(?:thu )?(?:tra loi|phan hoi) (?:thu )?tu dong|(?:thu )?tu dong (?:tra loi|phan hoi)"
    r"|thong bao (?:vang mat|nghi phep|di cong tac)|vang mat|(?:dang )?(?:nghi phep|di cong tac)"
    r"|khong co mat tai (?:co quan|van phong))"
)
_ABSENCE_TEXT = re.compile(
    r"out of (?:the )?office|(?:i am|i'm|i will be|currently) (?:on|away|out|not in)|on (?:annual |sick "
    r"|maternity )?leave|limited access to|(?:will|shall) (?:reply|respond|get back|answer)"
    r"|as soon as i (?:return|am back)|upon my return"
    r"|(?:toi|em|minh|chung toi) (?:hien )?(?:dang|se|da) (?:nghi|di cong tac|vang mat|khong co mat)"
    r"|(?:hien|dang) (?:dang )?(?:nghi phep|nghi le|nghi om|nghi che do|nghi thai san|di cong tac"
    r"|vang mat)|vang mat tu|se (?:tra loi|phan hoi|xu ly|lien he lai)[^.]{0,60}(?:khi|sau khi|ngay khi"
    r"|som nhat)"
    r"|(?:thu|email|tin nhan|mail)[^.]{0,20}(?:tra loi )?tu dong|truong hop (?:khan|gap"
    r"|can)[^.]{0,60}lien he|da nhan duoc (?:thu|email|mail) cua"
)
_BOUNCE_SUBJECT = re.compile(
    r"^\W*(?:undeliver|undelivered mail|delivery (?:status notification|failure|has failed|delayed)"
    r"|mail delivery (?:failed|system|subsystem)|returned mail|failure notice|message (?:delayed"
    r"|not delivered|delivery)|delayed mail|warning: message"
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
_UNSUBSCRIBE = re.compile(
    r"\bunsubscribe\b|(?:de |nhan vao day de |bam vao day de )?(?:huy|ngung|ngừng|tu choi"
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


def kind_of(headers: Headers, signs: Signs, own: Ours) -> Kind:
    """The kind; the order of the questions is the order in which kinds win (READING)."""
    sender = signs.sender.address if signs.sender else ""
    if _is_own(headers, sender, own):
        return Kind.OWN
    if _is_bounce(headers, signs, sender):
        return Kind.BOUNCE
    if _is_auto_reply(headers, signs):
        return Kind.AUTO_REPLY
    if _is_auto_generated(headers, signs, sender, own):
        return Kind.AUTO_GENERATED
    if _is_bulk(headers, signs):
        return Kind.BULK
    return Kind.SPAM if _is_spam(headers, signs) else Kind.PERSON


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


def _is_own(headers: Headers, sender: str, own: Ours) -> bool:
    return (
        (bool(sender) and own.is_our_address(sender))
        or any(own.is_our_message_id(one) for one in headers.ids("message-id"))
        or any(own.is_our_loop_mark(value) for value in headers.all("x-loop"))
    )


def _is_bounce(headers: Headers, signs: Signs, sender: str) -> bool:
    """A delivery report by structure; by sender and subject together only for servers that write none."""
    if signs.report_type == "delivery-status" or signs.has_status or "x-failed-recipients" in headers:
        return True
    if signs.report_type:
        return False
    daemon = bool(_DAEMON.match(sender)) or (null_return_path(headers) and not sender)
    return (daemon or null_return_path(headers)) and bool(_BOUNCE_SUBJECT.match(folded(signs.subject)))


def _is_auto_reply(headers: Headers, signs: Signs) -> bool:
    subject = folded(signs.subject)
    return (
        _submitted(headers) == "auto-replied"
        or signs.report_type == "disposition-notification"
        or signs.calendar_method in ("reply", "counter", "declinecounter")
        or _precedence(headers) == "auto_reply"
        or any(
            name in headers
            for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply")
        )
        or "autoresponder" in headers.first("x-post-messageclass").lower()
        or (bool(_RECEIPT_SUBJECT.match(subject)) and null_return_path(headers))
        or (bool(_ABSENCE_SUBJECT.match(subject)) and bool(_ABSENCE_TEXT.search(folded(signs.text[:4000]))))
    )


def _is_auto_generated(headers: Headers, signs: Signs, sender: str, own: Ours) -> bool:
    return (
        _submitted(headers) not in ("", "no")
        or bool(signs.report_type)
        or any(name in headers for name in ("x-cron-env", "x-autogenerated", "x-auto-generated"))
        or (bool(sender) and signs.sender is not None and signs.sender.key in own.monitors)
    )


def _is_bulk(headers: Headers, signs: Signs) -> bool:
    """Mass mail. A person who writes through a list, or whose server stamps a list header, is none."""
    conversation = "list-post" in headers or bool(headers.ids("in-reply-to"))
    if conversation:
        return False
    if _precedence(headers) in ("bulk", "junk"):
        return True
    words = folded(signs.text)
    offers = bool(_UNSUBSCRIBE.search(words))
    campaign = any(
        name in headers
        for name in (
            "list-unsubscribe",
            "list-unsubscribe-post",
            "feedback-id",
            "x-campaign-id",
            "x-campaign",
            "x-mailgun-sid",
            "x-mc-user",
        )
    )
    return offers and (campaign or _advertises(words) >= 2) and not _TREASURY.search(words)


def _is_spam(headers: Headers, signs: Signs) -> bool:
    """What an upstream filter marked, or advertising beyond doubt that nobody can unsubscribe from."""
    if headers.first("x-spam-flag").strip().lower() == "yes" or headers.first(
        "x-spam-status"
    ).strip().lower().startswith("yes"):
        return True
    words = folded(f"{signs.subject}\n{signs.text[:8000]}")
    return not headers.ids("in-reply-to") and _advertises(words) >= 3 and not _TREASURY.search(words)


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
