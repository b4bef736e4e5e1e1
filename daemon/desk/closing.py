"""The end that comes by itself: the requester is warned of the date first, then the ticket is closed. Pure.

A ticket that waits for its requester and one that is resolved end in the same way; only the letters differ.
"""

from dataclasses import replace
from datetime import datetime

from daemon.desk.draft import Draft
from daemon.desk.letters import LetterKind
from storage.tables import TicketState

NO_ANSWER = "người gửi không trả lời"
NOTHING_MORE = "không có ý kiến gì thêm sau khi xử lý xong"


def warn(draft: Draft, closes: datetime, question: str) -> None:
    """Tell the requester when the ticket closes; without an address of his, the warning is on record only."""
    waiting = draft.state is TicketState.WAITING
    kind = LetterKind.WAITING_REMINDER if waiting else LetterKind.CLOSING_WARNING
    since = (draft.ticket.waiting_since if waiting else draft.ticket.resolved_at) or draft.facts.now
    asked = question if waiting else ""
    letters = draft.written_by(lambda: draft.to_requester(kind, asked, "", automatic=True, files=False))
    once = f"slot:{kind.value}:{draft.ticket.code}@{since.timestamp():.0f}"
    draft.letters += [replace(letter, when=closes, once=once) for letter in letters]
    draft.change({"warned_at": draft.facts.now})
    draft.event("closing_warned", "desk", closes=closes.isoformat(), recipients=len(letters))


def close(draft: Draft) -> None:
    """Close the ticket; whoever worked on one that was never answered is told."""
    waiting = draft.state is TicketState.WAITING
    draft.enter("closed", "desk", NO_ANSWER if waiting else NOTHING_MORE)
    if waiting:
        for link in draft.chain:
            draft.to_passer(LetterKind.CLOSED_UNANSWERED, link, files=False)
        draft.to_holder(LetterKind.CLOSED_UNANSWERED, files=False)
