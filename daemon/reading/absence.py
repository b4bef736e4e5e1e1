"""Announcements of absence that no header marks: by subject and wording together, or by a text that says nothing else.

Everything is compared folded. A person who writes about his absence, or about automatic answers, is a person: in doubt so.
"""

import re

from daemon.reading.closings import GREETING
from daemon.reading.speech import COURTEOUS, ends_with_particle

# The whole subject, or what programs and people put before the original one or before the days of absence. Words that go
# on in another way ("Automatic reply của hệ thống bị sai") are a person's.
_ABSENCE_SUBJECT = re.compile(
    r"^(?:(?:re|tl|fw|fwd)\s*:\s*)*\W{0,2}(?:automatic reply|auto[- ]?(?:matic )?(?:reply|response"
    r"|responder)|out of (?:the )?office(?: (?:auto\W?reply|message|notification|reply))?|ooo\b"
    r"|(?:on )?vacation\b(?: (?:message|reply|notice))?"
    r"|on (?:annual |sick |maternity )?leave"
    r"|(?:thu )?(?:tra loi|phan hoi) (?:thu )?tu dong|(?:thu )?tu dong (?:tra loi|phan hoi)"
    r"|(?:thong bao )?(?:vang mat|(?:dang )?(?:nghi phep|nghi om|nghi che do|nghi thai san|di cong tac|di vang)))"
    r"(?: (?:tai|khoi) (?:co quan|van phong))?\W*"
    r"(?:$|[:\]()|–—,-]|(?:re|tl|fw|fwd|tra loi)\s*:|(?:tu|den|het|trong|ngay|hom nay|from|until|till|to|between|\d)\b)"
    r"|^\W{0,2}(?:toi |em )?(?:hien )?khong co mat tai (?:co quan|van phong)"
)
_ABSENCE_TEXT = re.compile(
    r"out of (?:the )?office|(?:i am|i'm|i will be|currently) (?:on|away|out|not in)|on (?:annual |sick "
    r"|maternity )?leave|limited access to|(?:will|shall) (?:reply|respond|get back|answer)"
    r"|as soon as i (?:return|am back)|upon my return"
    r"|(?:toi|em|minh|chung toi) (?:hien )?(?:(?:dang|se|da) )?(?:nghi\b|di cong tac|vang mat|khong co mat)"
    r"|(?:hien|dang) (?:dang )?(?:nghi phep|nghi le|nghi om|nghi che do|nghi thai san|di cong tac"
    r"|vang mat)|vang mat tu|se (?:tra loi|phan hoi|xu ly|lien he lai)[^.]{0,60}(?:khi|sau khi|ngay khi"
    r"|som nhat)"
    r"|(?:thu|email|tin nhan|mail)[^.]{0,20}(?:tra loi )?tu dong|truong hop (?:khan|gap"
    r"|can)[^.]{0,60}lien he|da nhan duoc (?:thu|email|mail) cua"
)
_REPLY_SUBJECT = re.compile(r"^(?:re|tl|tra loi|auto)\b[^:]{0,20}:")
_ABSENCE_WHOLE = re.compile(
    rf"^\W*(?:{GREETING}\b[^.:,!\n]{{0,60}}[.:,!\n]\s*"
    r"|(?:cam on|xin cam on)[^.\n]{0,60}da gui (?:thu|email|mail)[^.\n]{0,30}[.\n]\s*"
    r"|thank you for your (?:e-?mail|message)[^.\n]{0,30}[.\n]\s*)*"
    r"(?:(?:hien (?:tai|nay)?,? ?)?(?:toi|em|minh) (?:hien )?(?:(?:dang|se) )?(?:nghi\b|di cong tac|vang mat|khong co mat)"
    r"[^.\n]{0,80}(?:den|tu|trong) (?:het )?(?:ngay )?\d"
    r"|(?:i am|i'm|i will be) (?:currently )?(?:out of (?:the )?office|on (?:annual |sick )?leave|away)"
    r"|day la (?:thu|email|tin nhan) (?:tra loi |phan hoi )?tu dong)"
)
# What an announcement to everybody says besides, and a person who answers hardly ever does.
_TO_EVERYBODY = re.compile(
    r"khong (?:the )?(?:thuong xuyen )?(?:kiem tra|doc|xem|tra loi|truy cap)(?: duoc)? (?:email|e-mail|thu|mail|hop thu)"
    r"|(?:email|thu|mail)[^.\n]{0,30}(?:thuong xuyen|tu dong|cham tre)|limited access|out of (?:the )?office"
    r"|upon my return|as soon as i (?:return|am back)"
    r"|se (?:tra loi|phan hoi|hoi am|lien he lai)[^.\n]{0,60}(?:khi|sau)\b"
    r"|(?:truong hop|neu|viec|can|cong viec)[^.\n]{0,40}(?:khan|gap|can)"
    r"[^.\n]{0,40}lien he|(?:xin|vui long|please) (?:lien he|contact)|for urgent|in urgent cases"
    r"|day la (?:thu|email|tin nhan)[^.\n]{0,20}tu dong"
)
ASKS = re.compile(
    r"\b(?:nho|de nghi|vui long (?:kiem tra|sua|xem)|(?:sua|giup|xem|tat|doi|cai|cap|mo|huy|cho|kiem tra|huong dan)"
    r" (?:giup|ho|dum|gium)|giup (?:em|toi|don vi|minh|chi|anh)|ho tro (?:em|toi|don vi)|bi (?:loi|sai|treo|nham|trung)"
    r"|bao loi|tai sao|vi sao"
    r"|khong (?:dat|tat|bat|cai|vao|mo|gui|in|luu|tao|sua|dang nhap|su dung|thuc hien) duoc|lam the nao|lam sao|ghi sai"
    r"|nhan duoc (?:mot )?(?:thu|email|mail)[^.\n]{0,40}tu dong)\b|\?"
)
_LONGEST = 900  # characters of an announcement without such a subject


def is_subject(subject: str) -> bool:
    """Whether a subject, folded, is that of an automatic announcement; by itself it may still be a person's."""
    return bool(_ABSENCE_SUBJECT.match(subject))


def announced(subject: str, words: str) -> str:
    """The rule by which this is an automatic announcement, or "" for none; `subject` and `words` folded."""
    if _ABSENCE_SUBJECT.match(subject) and _ABSENCE_TEXT.search(words) and not _is_a_request(words):
        return "subject and wording of an absence"
    # Without such a subject only a short text that says nothing else, as an automatic answer to ours, is believed.
    if (
        _REPLY_SUBJECT.match(subject)
        and len(words) < _LONGEST
        and _ABSENCE_WHOLE.search(words)
        and _TO_EVERYBODY.search(words)
        and not ASKS.search(words)
        and not any(ends_with_particle(line, COURTEOUS) for line in words.split("\n"))
    ):
        return "the whole text is an announcement of absence"
    return ""


def _is_a_request(words: str) -> bool:
    """Whether a text with the words of an absence asks us for something, other than to turn to somebody else."""
    return bool(ASKS.search(words)) and not (_ABSENCE_WHOLE.search(words) and _TO_EVERYBODY.search(words))
