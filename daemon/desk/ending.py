"""The end of a ticket: reopening, duplicates, what is no request, and what the requester says with his buttons. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta

from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.facts import Facts, Policy
from daemon.desk.letters import LetterKind
from daemon.desk.speaker import Problem, Speaker, signature
from daemon.desk.standing import Standing, standing_of
from daemon.desk.words import Word, fold, read_words
from daemon.reading.addresses import comparable
from daemon.reading.mail import Mail
from storage.tables import Ticket, TicketState

# A reply of at most this many words that thanks and asks nothing does not reopen a ticket (FIELD row 12).
THANKS_WORDS = 12
# What sounds like "still wrong" or asks for more. Typed with diacritics, only the marked forms count: "chị Vân" is not "vẫn".
MORE_TO_SAY = re.compile(
    r"\b(chưa|không|ko|k|vẫn|lỗi|nhưng|sao|lại|bị|còn|nữa|nhờ|hỏi|đề nghị|vui lòng|not|still|but|again|please)\b|\?"
)
MORE_TO_SAY_PLAIN = re.compile(fold(MORE_TO_SAY.pattern))
ALL_WELL = re.compile(r"\b(hết|khong con|không còn|het) (bị )?(lỗi|loi)( nữa| nua)?\b|\b(không|khong|ko) sao\b")
THANKS = re.compile(r"\b(cam on|thanks?|thank you|tks|thks|thx|ok|oke|okay)\b")
# What the buttons of a resolved answer write (see daemon.mail.buttons); folded.
DONE = "Đã xong, cảm ơn."
RATING = "Đánh giá: {score}/5"
_DONE = re.compile(r"da xong,? cam on\W*$")
_RATING = re.compile(r"(?:danh gia|muc do hai long)?\s*[:-]?\s*([1-5])\s*/\s*5\b.*$")
# A comment below a rating reopens only when it says so.
_STILL_WRONG = re.compile(r"\b(van (chua|khong|bi|loi|con)|chua (duoc|xong|xu ly)|still|again|mo lai)\b")
LOW = 2  # a rating up to here is told to whoever answered


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a requester's mail says about the end: buttons pressed, and his text without them."""

    reopen: bool = False
    done: bool = False
    score: int | None = None
    text: str = ""  # without the lines of buttons
    shown: str = ""  # without `#mo` only


def reaction_of(typed: str) -> Reaction:
    """The buttons in a requester's text, on any line; his other # lines are plain text."""
    reopen, done, score = False, False, None
    kept: list[str] = []
    shown: list[str] = []
    for line in typed.split("\n"):
        words = read_words(line)
        plain = fold(line).strip()
        if any(command.word is Word.REOPEN for command in words.commands):
            reopen, line = True, words.text
        elif _DONE.match(plain):
            done = True
            shown.append(line)
            continue
        elif rated := _RATING.match(plain):
            score = int(rated[1])
            shown.append(line)
            continue
        kept.append(line)
        shown.append(line)
    return Reaction(reopen, done, score, "\n".join(kept).strip(), "\n".join(shown).strip() if reopen else typed)


def is_thanks(text: str) -> bool:
    """A short thank-you that says nothing else; anything that sounds like "still wrong" is not one."""
    lower = text.lower()
    plain = fold(lower)
    if len(lower.split()) > THANKS_WORDS or THANKS.search(plain) is None:
        return False
    more = MORE_TO_SAY_PLAIN if plain == lower else MORE_TO_SAY
    return more.search(ALL_WELL.sub("", lower)) is None


def wants_more(reaction: Reaction, mail: Mail) -> bool:
    """Whether this mail asks that work on an ended ticket goes on: never a thank-you, a rating or an empty mail."""
    if reaction.reopen:
        return True
    if not reaction.text:
        return False
    if reaction.done or reaction.score is not None:
        return _STILL_WRONG.search(fold(reaction.text)) is not None
    return bool(mail.attachments) or not is_thanks(reaction.text)


def goes_on_from(mail: Mail, facts: Facts, policy: Policy) -> Ticket | None:
    """The ended ticket that this mail takes up again too late to reopen it: a linked one begins."""
    ticket = facts.ticket
    if ticket is None or facts.proof.staff is not None or ticket.state in OPEN_STATES:
        return None
    ended = ticket.closed_at or ticket.resolved_at
    if ended is None or facts.now - ended <= timedelta(days=policy.reopen_days):
        return None
    address = mail.sender.address if mail.sender else ""
    standing = standing_of(address, None, ticket, facts.chain, facts.participants)
    if standing not in (Standing.REQUESTER, Standing.PARTICIPANT):
        return None
    return ticket if wants_more(reaction_of(mail.text), mail) else None


# The words of staff.


def reopen(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state in OPEN_STATES:
        return "Yêu cầu đang mở, không cần mở lại."
    reopen_ticket(draft, speaker.address)
    draft.notices_owed = speaker.staff.holder != draft.holder.code
    draft.done.append("Yêu cầu đã được mở lại.")
    return None


def reopen_ticket(draft: Draft, actor: str, reason: str = "") -> None:
    """Work begins anew; the new time to be done by follows (daemon.desk.dated)."""
    if draft.ticket.duplicate_of is not None:
        draft.change({"duplicate_of": None})
    draft.enter("reopened", actor, reason)


def reject(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc."
    draft.enter("rejected", speaker.address, speaker.text)
    _tell_the_others(draft, speaker, "Để biết: thư này được ghi nhận không phải là yêu cầu hỗ trợ.")
    draft.done.append("Thư được ghi nhận không phải là yêu cầu hỗ trợ; người gửi không nhận thư báo.")
    return None


def mark_duplicate(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    """`#trung HT-…`: this ticket is handled together with that one, and the requester is told."""
    code = argument.split()[0].upper().rstrip(".,;") if argument.split() else ""
    if not code:
        return "Sau #trung cần ghi mã của yêu cầu kia, ví dụ: #trung HT-2026-000123."
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc."
    other = draft.facts.named.get(code)
    if other is None:
        return f"Không có yêu cầu nào mang mã {code}."
    if other.code == draft.ticket.code:
        return "Một yêu cầu không thể trùng với chính nó."
    if other.state in (TicketState.DUPLICATE, TicketState.REJECTED):
        where = f"; hãy ghi mã {other.duplicate_of}" if other.duplicate_of else ""
        return f"{code} không còn được xử lý riêng{where}."
    draft.change({"duplicate_of": other.code})
    draft.enter("marked_duplicate", speaker.address, speaker.text, of=other.code)
    _tell_the_others(draft, speaker, f"Để biết: yêu cầu này trùng với {other.code} và được xử lý chung.")
    draft.to_requester(LetterKind.MERGED, other.code, signature(draft, speaker), files=False)
    draft.done.append(f"Yêu cầu được ghi nhận là trùng với {other.code} ({other.subject}); đã báo cho người gửi.")
    if comparable(other.requester_address) != comparable(draft.ticket.requester_address):
        draft.done.append(
            f"Người gửi của {other.code} là người khác: khi {other.code} xong, người gửi này cũng được báo."
        )
    return None


def _tell_the_others(draft: Draft, speaker: Speaker, why: str) -> None:
    """Passers, and the holder where somebody else typed the word, hear that the work is over."""
    for link in draft.chain:
        if link.holder != speaker.staff.holder:
            draft.to_passer(LetterKind.COPY, link, by=signature(draft, speaker), why=why, files=False)
    if speaker.staff.holder != draft.holder.code:
        draft.to_holder(LetterKind.COPY, by=signature(draft, speaker), why=why, files=False)
