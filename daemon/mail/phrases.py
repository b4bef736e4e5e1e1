"""How single facts are put into Vietnamese words in every letter. Pure."""

from classifiers.verdict import TRUNG_UONG
from daemon.reading.characters import one_line, text
from storage.tables import Ticket
from templates.mail import wording


def shown_subject(ticket: Ticket) -> str:
    """The ticket's subject on one line, at most 300 characters, or the words for none (docs/READING, "subject")."""
    subject = one_line(ticket.subject)
    return subject if len(subject) <= 300 else f"{subject[:299]}…" if subject else wording.NO_SUBJECT


def province_in_words(ticket: Ticket) -> str:
    """`Bình Thuận (nay thuộc Lâm Đồng)`; "" when unknown."""
    former, current = ticket.province or "", ticket.province_current or ""
    if TRUNG_UONG in (former, current):
        return wording.CENTRE
    if former and current and former != current:
        return f"{former} (nay thuộc {current})"
    return former or current


def shortened(words: str, most: int) -> str:
    """Clean text, cut at a line or word end where it is longer than `most`, with a note that it goes on."""
    if len(words) <= most:
        return text(words)
    head = words[:most]
    cut = max(head.rfind("\n", most // 2), head.rfind(" ", most // 2))
    return f"{text(head[: cut if cut > 0 else most]).rstrip()}\n{wording.TEXT_GOES_ON}"


def sentence(words: str) -> str:
    """The words with a capital first letter and a full stop; "" stays empty."""
    words = one_line(words)
    if not words:
        return ""
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?…" else ".")


def percent(share: float) -> str:
    """`97 %` of a share of 0 to 1."""
    return f"{round(100 * share)}\u00a0%"  # never broken over two lines


def kind_and_priority(ticket: Ticket) -> str:
    """`Sự cố, ưu tiên cao`."""
    kind = wording.REQUEST_KINDS.get(ticket.request_kind, ticket.request_kind)
    return f"{kind}, ưu tiên {wording.PRIORITIES.get(ticket.priority, ticket.priority)}"


def who(name: str, address: str) -> str:
    """`Nguyễn Văn A <a@vst.gov.vn>`, one of the two where the other is empty."""
    name, address = one_line(name), one_line(address)
    if not address:
        return name or "chưa rõ người gửi"
    return f"{name} <{address}>" if name else address
