"""A mail that belongs to a ticket: a follow-up, a staff reply with or without words, or a text that reaches nobody. Pure."""

import re

from daemon.desk import actions
from daemon.desk.actions import carry_out
from daemon.desk.answers import give_result, pass_down
from daemon.desk.asking import understand
from daemon.desk.brakes import beside_a_full_ticket, ticket_is_full
from daemon.desk.directory import Staff
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.ending import LOW, Reaction, goes_on_from, reaction_of, reopen_ticket, wants_more
from daemon.desk.facts import Facts, Match, Policy
from daemon.desk.letters import TO_REQUESTER, Letter, LetterKind
from daemon.desk.plan import NewEntry, NewParticipant, Plan
from daemon.desk.secrets import mark_of, secrets_in
from daemon.desk.speaker import Speaker, signature
from daemon.desk.standing import Destination, Standing, below, destination, has_no_address, link_of, standing_of
from daemon.desk.words import Reading, fold, no_such_word, read_words
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Mail
from storage.tables import EntryKind, ReplyGoes, Role, Ticket, TicketState

# An officer's words on their way out of his office: looked through for passwords.
ANSWERS = frozenset({LetterKind.ANSWER, LetterKind.QUESTION, LetterKind.RESULT})
# Letters by which the requester reads what the officer wrote, or the standard question that he asked for.
TOLD = frozenset({LetterKind.ANSWER, LetterKind.QUESTION, LetterKind.ASK_DETAILS})
# "em tiếp tục thay chị Hoa", "tôi nhận bàn giao việc này"; folded.
IN_PLACE = re.compile(r"\b(?:lam|xu ly|theo doi|phu trach|tiep tuc|tra loi) thay\b|\bthay cho\b|\bnhan ban giao\b")

NOT_PROVEN = (
    "Chưa chứng thực được thư này là của người gửi; trạng thái yêu cầu giữ nguyên, xin hỏi lại trước khi xử lý."
)


def proven_staff(facts: Facts) -> Staff | None:
    return facts.proof.staff if facts.proof.full else None


def belongs(mail: Mail, facts: Facts, policy: Policy) -> bool:
    """True when the mail may join the matched ticket; otherwise it begins a new one with "may belong to", or a linked one.

    ARCHITECTURE, "Finding the ticket": steps 2 and 3 only for participants and staff; a keyed id joins for everybody,
    if only as a stranger's text.
    """
    if facts.ticket is None or goes_on_from(mail, facts, policy) is not None:
        return False
    if facts.match is Match.KEYED or facts.proof.staff is not None:
        return True
    return _standing(mail, facts, facts.ticket) is not Standing.STRANGER


def _standing(mail: Mail, facts: Facts, ticket: Ticket) -> Standing:
    address = mail.sender.address if mail.sender else ""
    return standing_of(address, proven_staff(facts), ticket, facts.chain, facts.participants)


def join(mail: Mail, ticket: Ticket, facts: Facts, policy: Policy) -> Plan:
    """The plan for a mail of a person that belongs to this ticket."""
    draft = Draft(ticket, facts.chain, facts, policy)
    standing = _standing(mail, facts, ticket)
    if ticket_is_full(facts, policy) and not _commands(mail, facts):
        return beside_a_full_ticket(mail, facts, policy)
    # An address of the directory that only stands in Cc must prove itself like any officer. A requester outside the directory
    # needs no proof to add something, and one of the directory none but his server's word.
    asks = standing is Standing.REQUESTER and (facts.proof.staff is None or facts.proof.authentic)
    if asks or (standing is Standing.PARTICIPANT and facts.proof.staff is None):
        return _follow_up(mail, draft, standing)
    staff = proven_staff(facts)
    if staff is None:
        return _unproven(mail, draft)
    words = read_words(mail.text)
    if words.has_words:
        return _words(mail, draft, staff, standing, words)
    if _tells_for_caller(draft, staff, standing):
        return _follow_up(mail, draft, Standing.REQUESTER)
    return _plain_reply(mail, draft, staff, standing)


def _tells_for_caller(draft: Draft, staff: Staff, standing: Standing) -> bool:
    """The Service Desk says what a caller without address answered: a reply to his letter, or a mail from its own address."""
    ticket, letter = draft.ticket, draft.facts.answers_letter
    desk = draft.policy.rules.directory.member(ticket.reply_address)
    if not has_no_address(ticket) or desk is None or desk.holder != staff.holder:
        return False
    if letter is not None:
        return LetterKind(letter.letter) in TO_REQUESTER
    return standing is Standing.SERVICE_DESK and comparable(staff.address) == comparable(ticket.reply_address)


def _commands(mail: Mail, facts: Facts) -> bool:
    """A proven officer's words act however many mails a ticket gets: no machine types them."""
    return proven_staff(facts) is not None and read_words(mail.text).has_words


def _entry(mail: Mail, kind: EntryKind, text: str | None = None) -> NewEntry:
    sender = mail.sender or Address("", "")
    return NewEntry(kind, sender.address, sender.name, mail.text if text is None else text, mail.full_text)


def _follow_up(mail: Mail, draft: Draft, standing: Standing) -> Plan:
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
    if draft.notices_owed:  # what he was asked has moved the ticket
        draft.to_holder(LetterKind.NOTICE, why=draft.changes.get("why", why))
    elif _worth_telling(mail, reaction):
        name = sender.name or (draft.ticket.requester_name if standing is Standing.REQUESTER else "")
        draft.to_holder(LetterKind.FOLLOW_UP, reaction.shown or mail.full_text, name or sender.address, why)
    return draft.plan(_entry(mail, EntryKind.FOLLOW_UP, reaction.shown))


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


def _unproven(mail: Mail, draft: Draft) -> Plan:
    """A text whose sender could not be proved: filed, passed to nobody; an officer whose name was used is told."""
    sender = mail.sender.address if mail.sender else ""
    named = draft.facts.proof.staff
    draft.event(
        "proof_failed" if named else "stranger_filed",
        sender,
        keyed=draft.facts.proof.keyed,
        authentic=draft.facts.proof.authentic,
    )
    if named is not None:
        draft.to_staff_member(LetterKind.FAILED_PROOF, named, text=mail.text)
    return draft.plan(_entry(mail, EntryKind.STRANGER), "sender not proved")


def _words(mail: Mail, draft: Draft, staff: Staff, standing: Standing, words: Reading) -> Plan:
    """All or nothing: with any problem the ticket stays as it is, the text is kept as a note, and help goes out."""
    problems = list(map(no_such_word, words.unknown))
    problems += [
        f"{word} phải đứng ở những dòng đầu tiên của thư; nội dung chưa được gửi cho ai." for word in words.late
    ]
    speaker = Speaker(staff, standing, words.text)
    attempt = Draft(draft.ticket, draft.facts.chain, draft.facts, draft.policy)
    problems += carry_out(attempt, speaker, words.commands) if not problems else []
    if problems:
        draft.event("words_refused", staff.address, "; ".join(problems))
        draft.to_staff_member(LetterKind.HELP, staff, problems, mail.text)
        return draft.plan(_entry(mail, EntryKind.INTERNAL), "words refused")
    held = _held_back(mail, attempt, staff, standing)
    if held is not None:
        return held
    for command in words.commands:
        attempt.event("word_used", staff.address, word=command.word.value, argument=command.argument)
    if attempt.notices_owed:
        does = "chuyển tới" if attempt.holder.code != draft.holder.code else "mở lại yêu cầu"
        why = attempt.changes.get("why") or f"{signature(attempt, speaker)} {does}."
        attempt.to_holder(LetterKind.NOTICE, words.text, signature(attempt, speaker), why)
    if words.text and not any(command.word in actions.USE_THE_TEXT for command in words.commands):
        registered = any(command.word in actions.REGISTER_THE_TEXT for command in words.commands)
        kept = "ghi vào sổ và lưu làm ghi chú nội bộ" if registered else "lưu làm ghi chú nội bộ"
        attempt.done.append(f"Phần nội dung bên dưới được {kept}, chưa gửi cho ai.")
    attempt.to_staff_member(LetterKind.DONE, staff, attempt.done)
    said = words.text if attempt.said is None else attempt.said
    return attempt.plan(_entry(mail, _kind_of_answer(attempt), said))


def _held_back(mail: Mail, attempt: Draft, staff: Staff, standing: Standing) -> Plan | None:
    """Instead of an answer that seems to give a password away: a warning, once; sent again, the same words go out."""
    texts = [letter.text for letter in attempt.letters if letter.kind in ANSWERS]
    found = list(dict.fromkeys(one for text in texts for one in secrets_in(text)))
    answered, mark = attempt.facts.answers_letter, mark_of("".join(texts[:1]))
    insists = answered is not None and answered.letter == LetterKind.HELD_BACK.value
    if not found or insists or mark in attempt.facts.past.held:
        return None
    draft = Draft(attempt.ticket, attempt.facts.chain, attempt.facts, attempt.policy)
    draft.event("held_back", staff.address, ", ".join(found), mark=mark)
    goes = destination(standing, staff, draft.chain)
    draft.letters.append(
        Letter(
            LetterKind.HELD_BACK, staff.address, staff.name, bound_to=staff.holder, reply_goes=goes.goes,
            reply_reaches=draft.reached_name(goes.goes, goes.passer, staff.holder),
            lines=(f"Trong thư có vẻ có {', '.join(found)}.",), text=mail.text,
        )
    )  # fmt: skip
    return draft.plan(_entry(mail, EntryKind.INTERNAL), "held back: it seems to give a secret away")


def _kind_of_answer(draft: Draft) -> EntryKind:
    """What staff wrote is an answer only if its words go to the requester.

    A result for a passer stays internal, and so does what stands below a word of which the requester is only told the fact.
    """
    answers = any(letter.kind in TOLD for letter in draft.letters)
    return EntryKind.ANSWER if answers else EntryKind.INTERNAL


def _plain_reply(mail: Mail, draft: Draft, staff: Staff, standing: Standing) -> Plan:
    """Words-free text goes where the notice it answers said; a notice from before the last move is only a note."""
    letter = draft.facts.answers_letter
    where = destination(standing, staff, draft.chain)
    if letter is not None and letter.ticket_moves != draft.ticket.moves:
        return _kept_as_note(mail, draft, staff, "moved")
    if letter is not None and ReplyGoes(letter.reply_goes) is not where.goes:
        where = _as_promised(ReplyGoes(letter.reply_goes), standing, staff, draft)
    if not mail.text:
        draft.event("noted", staff.address)
        line = "Thư không có nội dung mới nên chưa gửi cho ai; tệp đính kèm (nếu có) đã lưu vào hồ sơ yêu cầu."
        draft.to_staff_member(LetterKind.HELP, staff, [line])
        return draft.plan(_entry(mail, EntryKind.INTERNAL), "empty reply")
    speaker = Speaker(staff, standing, mail.text)
    if where.goes is ReplyGoes.NOTE:
        draft.event("noted", staff.address)
        return draft.plan(_entry(mail, EntryKind.INTERNAL))
    if where.goes is ReplyGoes.HOLDER:
        return _to_the_holder(mail, draft, speaker)
    problem = None
    if where.goes is ReplyGoes.PASSER and where.passer is not None:
        give_result(draft, where.passer, speaker)
    else:
        problem = pass_down(draft, speaker)
    held = _held_back(mail, draft, staff, standing)
    if held is not None:
        return held
    if problem is not None:
        draft.event("noted", staff.address, problem)
        draft.to_staff_member(LetterKind.HELP, staff, [problem], mail.text)
    return draft.plan(_entry(mail, _kind_of_answer(draft)))


def _to_the_holder(mail: Mail, draft: Draft, speaker: Speaker) -> Plan:
    """A passer's plain reply: while he waits for the result it is a chase."""
    draft.to_holder(LetterKind.MESSAGE, mail.text, signature(draft, speaker))
    link = link_of(speaker.staff.holder, draft.chain)
    waits = speaker.standing is Standing.PASSER and link is not None and link.result_at is None
    if waits and draft.state in OPEN_STATES:
        draft.event("chased", speaker.address, office=speaker.staff.holder, by_word=False)
    else:
        draft.event("wrote_to_holder", speaker.address)
    return draft.plan(_entry(mail, EntryKind.INTERNAL))


def _as_promised(goes: ReplyGoes, standing: Standing, staff: Staff, draft: Draft) -> Destination:
    """The destination that the answered notice named, where the sender still has the part that it assumed."""
    if standing not in (Standing.HOLDER, Standing.PASSER):
        return Destination(ReplyGoes.NOTE)
    if goes is ReplyGoes.PASSER:
        link = link_of(staff.holder, draft.chain) if standing is Standing.PASSER else None
        passer = below(link, draft.chain)
        return Destination(goes, passer) if passer is not None else Destination(ReplyGoes.NOTE)
    if goes is ReplyGoes.HOLDER and standing is Standing.HOLDER:
        return Destination(ReplyGoes.NOTE)  # a letter that was meant for somebody else: not to himself
    return Destination(goes)


def _kept_as_note(mail: Mail, draft: Draft, staff: Staff, reason: str) -> Plan:
    draft.event("kept_as_note", staff.address, reason)
    lines = [f"Yêu cầu hiện do {draft.holder_as_seen_by(staff.holder).name} xử lý."]
    draft.to_staff_member(LetterKind.MOVED_ON, staff, lines, mail.text)
    return draft.plan(_entry(mail, EntryKind.INTERNAL), "the ticket has moved since")
