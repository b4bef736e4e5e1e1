"""More from the requester or somebody else in the conversation: what it changes, and who hears of it. Pure."""

import re

from daemon.desk.asking import understand
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.ending import LOW, Reaction, reaction_of, reopen_ticket, wants_more
from daemon.desk.facts import Match
from daemon.desk.letters import LetterKind
from daemon.desk.plan import NewParticipant, Plan, entry_of
from daemon.desk.sealed import NOT_READ, ask_for_plain_text
from daemon.desk.standing import Standing
from daemon.desk.words import fold
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Mail
from storage.tables import EntryKind, Role, TicketState

# "em tiếp tục thay chị Hoa", "tôi nhận bàn giao việc này"; folded.
IN_PLACE = re.compile(r"\b(?:lam|xu ly|theo doi|phu trach|tiep tuc|tra loi) thay\b|\bthay cho\b|\bnhan ban giao\b")

NOT_PROVEN = (
    "Chưa chứng thực được thư này là của người gửi; trạng thái yêu cầu giữ nguyên, xin hỏi lại trước khi xử lý."
)


def follow_up(mail: Mail, draft: Draft, standing: Standing) -> Plan:
    """More from the requester or another participant: it reaches whoever holds the ticket."""
    sender = mail.sender or Address("", "")
    takes_over = standing is Standing.PARTICIPANT and _takes_over(mail, draft)
    proven = draft.facts.proof.speaks_for_himself
    may_decide = (standing is Standing.REQUESTER and proven) or takes_over
    reaction = reaction_of(mail.text) if may_decide else Reaction(text=mail.text, shown=mail.text)
    draft.event("followed_up", sender.address)
    if proven:
        _learn_new_people(mail, draft)
    why = _continue(sender, draft) if takes_over else ""
    if not proven:
        why = NOT_PROVEN
    if draft.state is TicketState.WAITING and may_decide and (mail.text or reaction.reopen):
        draft.resume(sender.address)  # an empty reply adds its attachments and changes nothing else
        understand(mail, reaction.shown, draft)
    elif draft.state not in OPEN_STATES and proven and wants_more(reaction, mail):
        why = _ended_goes_on(draft, sender, reaction) or why
    elif draft.state is TicketState.RESOLVED and reaction.done:
        draft.enter("closed", sender.address, "the requester says that it is done")
        why = "Người gửi xác nhận đã xong, yêu cầu được đóng lại."
    if reaction.score is not None:
        draft.change({"satisfaction": reaction.score})
        draft.event("rated", sender.address, score=reaction.score)
        why = why or f"Người gửi đánh giá {reaction.score}/5."
    if ask_for_plain_text(mail, standing, draft):
        why = why or NOT_READ
    if draft.notices_owed:  # what he was asked has moved the ticket
        draft.to_holder(LetterKind.NOTICE, why=draft.changes.get("why", why))
    elif _worth_telling(mail, reaction):
        name = sender.name or (draft.ticket.requester_name if standing is Standing.REQUESTER else "")
        draft.to_holder(LetterKind.FOLLOW_UP, reaction.shown or mail.full_text, name or sender.address, why)
    return draft.plan(entry_of(mail, EntryKind.FOLLOW_UP, reaction.shown))


def _ended_goes_on(draft: Draft, sender: Address, reaction: Reaction) -> str:
    """Reopened; only a duplicate stays what it is until the requester says the word, since the other ticket goes on."""
    if draft.state is TicketState.DUPLICATE and not reaction.reopen:
        return f"Yêu cầu này đang được xử lý chung với {draft.ticket.duplicate_of}."
    reopen_ticket(draft, sender.address)
    return "Yêu cầu được mở lại vì người gửi viết tiếp."


def _worth_telling(mail: Mail, reaction: Reaction) -> bool:
    """A good mark alone is only counted; everything else is for people to read."""
    if reaction.score is not None and reaction.score > LOW and not (reaction.text or reaction.done or reaction.reopen):
        return bool(mail.attachments)
    return bool(reaction.shown or mail.attachments or reaction.reopen or mail.full_text.strip())


def _takes_over(mail: Mail, draft: Draft) -> bool:
    """A colleague in the conversation who speaks in the requester's place.

    He answers the requester's own letter, or says that he goes on for him; keyed and vouched for, like every proof.
    """
    letter, proof = draft.facts.answers_letter, draft.facts.proof
    own = {comparable(draft.ticket.requester_address), comparable(draft.ticket.reply_address)}
    to_requester = letter is not None and comparable(letter.recipient) in own and letter.message_id == mail.in_reply_to
    keyed = proof.keyed or draft.facts.match is Match.KEYED  # the letter that he goes on from was not his
    return proof.authentic and keyed and (to_requester or IN_PLACE.search(fold(mail.text)) is not None)


def _continue(sender: Address, draft: Draft) -> str:
    draft.participants.append(NewParticipant(sender.address, sender.name, Role.COLLEAGUE))
    draft.event("taken_over", sender.address, requester=draft.ticket.requester_address)
    return f"{sender.name or sender.address} tiếp tục thay người gửi; từ nay thư trả lời tới cả hai người."


def _learn_new_people(mail: Mail, draft: Draft) -> None:
    policy = draft.policy
    known = {comparable(p.address) for p in draft.facts.participants}
    for person in (*mail.to, *mail.cc):
        if not person.address or policy.is_own(person.address) or policy.rules.directory.member(person.address):
            continue
        if person.key not in known:
            known.add(person.key)
            draft.participants.append(NewParticipant(person.address, person.name, Role.CC))
