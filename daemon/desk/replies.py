"""A mail that belongs to a ticket: a follow-up, a staff reply with or without words, or a text that reaches nobody. Pure."""

import re

from daemon.desk import actions
from daemon.desk.actions import carry_out, give_result, reopen_ticket
from daemon.desk.directory import Staff
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.facts import Facts, Match, Policy
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.plan import NewEntry, NewParticipant, Plan
from daemon.desk.speaker import Speaker, signature
from daemon.desk.standing import Destination, Standing, below, destination, link_of, standing_of
from daemon.desk.words import Reading, Word, fold, read_words
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Mail
from storage.tables import EntryKind, ReplyGoes, Role, Ticket, TicketState

# A reply of at most this many words that thanks and asks nothing does not reopen a ticket (FIELD row 12).
THANKS_WORDS = 12
# What sounds like "still wrong" or asks for more. Typed with diacritics, only the marked forms count: "chị Vân" is not "vẫn".
MORE_TO_SAY = re.compile(
    r"\b(chưa|không|ko|k|vẫn|lỗi|nhưng|sao|lại|bị|còn|nữa|nhờ|hỏi|đề nghị|vui lòng|not|still|but|again|please)\b|\?"
)
MORE_TO_SAY_PLAIN = re.compile(fold(MORE_TO_SAY.pattern))
ALL_WELL = re.compile(r"\b(hết|khong con|không còn|het) (bị )?(lỗi|loi)( nữa| nua)?\b|\b(không|khong|ko) sao\b")
THANKS = re.compile(r"\b(cam on|thanks?|thank you|tks|thks|thx|ok|oke|okay)\b")


def proven_staff(facts: Facts) -> Staff | None:
    return facts.proof.staff if facts.proof.full else None


def belongs(mail: Mail, facts: Facts) -> bool:
    """True when the mail may join the matched ticket; otherwise it begins a new one with "may belong to".

    ARCHITECTURE, "Finding the ticket": steps 2 and 3 only for participants and staff; a keyed id joins for everybody,
    if only as a stranger's text.
    """
    if facts.ticket is None:
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
    if facts.recent.entries_of_ticket >= policy.brakes.entries_per_ticket_hour:
        return _braked(mail, draft)
    # An address of the directory that only stands in Cc must prove itself like any officer; the requester needs no proof.
    if standing is Standing.REQUESTER or (standing is Standing.PARTICIPANT and facts.proof.staff is None):
        return _follow_up(mail, draft, standing)
    staff = proven_staff(facts)
    if staff is None:
        return _unproven(mail, draft)
    words = read_words(mail.text)
    if words.has_words:
        return _words(mail, draft, staff, standing, words)
    return _plain_reply(mail, draft, staff, standing)


def _entry(mail: Mail, kind: EntryKind, text: str | None = None) -> NewEntry:
    sender = mail.sender or Address("", "")
    return NewEntry(kind, sender.address, sender.name, mail.text if text is None else text, mail.full_text)


def _braked(mail: Mail, draft: Draft) -> Plan:
    limit = draft.policy.brakes.entries_per_ticket_hour
    if not draft.facts.recent.braked_already:
        draft.service_desk(
            LetterKind.BRAKE,
            [
                f"Yêu cầu đã nhận quá {limit} thư trong một giờ; các thư tiếp theo được lưu vào hồ sơ nhưng chưa báo cho ai."
            ],
        )
        draft.event("brake_reached", mail.sender.address if mail.sender else "", "entries of this ticket")
    return draft.plan(_entry(mail, EntryKind.AUTOMATIC), "brake: too many entries of this ticket within an hour")


def _follow_up(mail: Mail, draft: Draft, standing: Standing) -> Plan:
    """More from the requester or another participant: it reaches whoever holds the ticket."""
    sender = mail.sender or Address("", "")
    asks_to_reopen, text = _without_reopen(mail.text) if standing is Standing.REQUESTER else (False, mail.text)
    draft.event("followed_up", sender.address)
    _learn_new_people(mail, draft)
    says_something = bool(text) or asks_to_reopen  # an empty reply adds its attachments and changes nothing else
    if draft.state is TicketState.WAITING and standing is Standing.REQUESTER and says_something:
        draft.resume(sender.address)
    elif draft.state not in OPEN_STATES and (asks_to_reopen or (text and not _is_thanks(mail))):
        reopen_ticket(draft, sender.address)
    if text or mail.attachments or asks_to_reopen or mail.full_text.strip():
        reopened = draft.ticket.state not in OPEN_STATES and draft.state in OPEN_STATES
        why = "Yêu cầu được mở lại vì người gửi viết tiếp." if reopened else ""
        draft.to_holder(LetterKind.FOLLOW_UP, text or mail.full_text, sender.name or sender.address, why)
    return draft.plan(_entry(mail, EntryKind.FOLLOW_UP, text))


def _without_reopen(text: str) -> tuple[bool, str]:
    """Whether the requester typed `#mo`, on any line, and his text without that word; his other # lines are plain text."""
    kept: list[str] = []
    asked = False
    for line in text.split("\n"):
        words = read_words(line)
        if any(command.word is Word.REOPEN for command in words.commands):
            asked = True
            kept.append(words.text)
        else:
            kept.append(line)
    return asked, "\n".join(kept).strip() if asked else text


def _is_thanks(mail: Mail) -> bool:
    """A short thank-you that says nothing else; anything that sounds like "still wrong" is not one."""
    text = mail.text.lower()
    plain = fold(text)
    if mail.attachments or len(text.split()) > THANKS_WORDS or THANKS.search(plain) is None:
        return False
    more = MORE_TO_SAY_PLAIN if plain == text else MORE_TO_SAY
    return more.search(ALL_WELL.sub("", text)) is None


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
    problems = [f"Không có từ lệnh nào là {word}." for word in words.unknown]
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
    for command in words.commands:
        attempt.event("word_used", staff.address, word=command.word.value, argument=command.argument)
    if attempt.notices_owed:
        does = "chuyển tới" if attempt.holder.code != draft.holder.code else "mở lại yêu cầu"
        why = attempt.changes.get("why") or f"{signature(attempt, speaker)} {does}."
        attempt.to_holder(LetterKind.NOTICE, words.text, signature(attempt, speaker), why)
    if words.text and not any(command.word in actions.USE_THE_TEXT for command in words.commands):
        attempt.done.append("Phần nội dung bên dưới được lưu làm ghi chú nội bộ, chưa gửi cho ai.")
    attempt.to_staff_member(LetterKind.DONE, staff, attempt.done)
    return attempt.plan(_entry(mail, _kind_of_answer(attempt), words.text))


def _kind_of_answer(draft: Draft) -> EntryKind:
    """What staff wrote is an answer only if it goes to the requester; a result for a passer stays internal."""
    answers = any(letter.kind in TO_REQUESTER for letter in draft.letters)
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
        draft.to_holder(LetterKind.MESSAGE, mail.text, signature(draft, speaker))
        draft.event("wrote_to_holder", staff.address)
        return draft.plan(_entry(mail, EntryKind.INTERNAL))
    if where.goes is ReplyGoes.PASSER and where.passer is not None:
        give_result(draft, where.passer, speaker)
        return draft.plan(_entry(mail, EntryKind.INTERNAL))
    problem = actions.pass_down(draft, speaker)
    if problem is not None:
        draft.event("noted", staff.address, problem)
        draft.to_staff_member(LetterKind.HELP, staff, [problem], mail.text)
    return draft.plan(_entry(mail, _kind_of_answer(draft)))


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
    lines = [f"Yêu cầu hiện do {draft.holder.name} xử lý."]
    draft.to_staff_member(LetterKind.MOVED_ON, staff, lines, mail.text)
    return draft.plan(_entry(mail, EntryKind.INTERNAL), "the ticket has moved since")
