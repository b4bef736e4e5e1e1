"""A reply of proven staff: its words are carried out, all or none; without words its text goes where its notice said. Pure."""

from daemon.desk import actions
from daemon.desk.actions import carry_out
from daemon.desk.answers import give_result, pass_down
from daemon.desk.directory import Staff
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan, entry_of
from daemon.desk.secrets import mark_of, secrets_in
from daemon.desk.speaker import Speaker, signature
from daemon.desk.standing import Destination, Standing, below, destination, link_of
from daemon.desk.words import Reading, no_such_word
from daemon.reading.mail import Mail
from storage.tables import EntryKind, ReplyGoes

# An officer's words on their way out of his office: looked through for passwords.
ANSWERS = frozenset({LetterKind.ANSWER, LetterKind.QUESTION, LetterKind.RESULT})
# Letters by which the requester reads what the officer wrote, or the standard question that he asked for.
TOLD = frozenset({LetterKind.ANSWER, LetterKind.QUESTION, LetterKind.ASK_DETAILS})


def carry_out_words(mail: Mail, draft: Draft, staff: Staff, standing: Standing, words: Reading) -> Plan:
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
        return draft.plan(entry_of(mail, EntryKind.INTERNAL), "words refused")
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
    return attempt.plan(entry_of(mail, _kind_of_answer(attempt), said))


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
    return draft.plan(entry_of(mail, EntryKind.INTERNAL), "held back: it seems to give a secret away")


def _kind_of_answer(draft: Draft) -> EntryKind:
    """What staff wrote is an answer only if its words go to the requester.

    A result for a passer stays internal, and so does what stands below a word of which the requester is only told the fact.
    """
    answers = any(letter.kind in TOLD for letter in draft.letters)
    return EntryKind.ANSWER if answers else EntryKind.INTERNAL


def plain_reply(mail: Mail, draft: Draft, staff: Staff, standing: Standing) -> Plan:
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
        return draft.plan(entry_of(mail, EntryKind.INTERNAL), "empty reply")
    speaker = Speaker(staff, standing, mail.text)
    if where.goes is ReplyGoes.NOTE:
        draft.event("noted", staff.address)
        return draft.plan(entry_of(mail, EntryKind.INTERNAL))
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
    return draft.plan(entry_of(mail, _kind_of_answer(draft)))


def _to_the_holder(mail: Mail, draft: Draft, speaker: Speaker) -> Plan:
    """A passer's plain reply: while he waits for the result it is a chase."""
    draft.to_holder(LetterKind.MESSAGE, mail.text, signature(draft, speaker))
    link = link_of(speaker.staff.holder, draft.chain)
    waits = speaker.standing is Standing.PASSER and link is not None and link.result_at is None
    if waits and draft.state in OPEN_STATES:
        draft.event("chased", speaker.address, office=speaker.staff.holder, by_word=False)
    else:
        draft.event("wrote_to_holder", speaker.address)
    return draft.plan(entry_of(mail, EntryKind.INTERNAL))


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
    return draft.plan(entry_of(mail, EntryKind.INTERNAL), "the ticket has moved since")
