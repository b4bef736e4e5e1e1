"""What each word does to a ticket, and who may type it. Every action works on a draft or gives a problem in one sentence.

All or nothing: one problem in a reply, and the draft is thrown away.
"""

from daemon.desk import asking, registers
from daemon.desk.answers import NO_ADDRESS, answer, let_through, resolve
from daemon.desk.directory import SERVICE_DESK
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.ending import mark_duplicate, reject, reopen
from daemon.desk.letters import LetterKind
from daemon.desk.moves import correct_category, correct_province, give_back, hand_over, route_again
from daemon.desk.speaker import Action, Problem, Speaker, signature
from daemon.desk.standing import Standing, link_of
from daemon.desk.words import Command, Word

HOLDER = frozenset({Standing.HOLDER})
HOLDER_OR_PASSER = frozenset({Standing.HOLDER, Standing.PASSER})
HOLDER_OR_DESK = frozenset({Standing.HOLDER, Standing.SERVICE_DESK})
PASSER_OR_DESK = frozenset({Standing.PASSER, Standing.SERVICE_DESK})
ANY_STAFF = frozenset({Standing.HOLDER, Standing.PASSER, Standing.SERVICE_DESK, Standing.STAFF})

ALLOWED: dict[Word, frozenset[Standing]] = {
    Word.TAKE: HOLDER,
    Word.ANSWER: HOLDER_OR_PASSER,
    Word.NOTE: HOLDER_OR_PASSER,
    Word.ASK: HOLDER_OR_PASSER,
    Word.RESOLVE: HOLDER,
    Word.LET_THROUGH: HOLDER_OR_PASSER,  # a passer that has the whole ticket back is its holder again
    Word.HAND_OVER: HOLDER,
    Word.GIVE_BACK: HOLDER,
    Word.CHASE: PASSER_OR_DESK,
    Word.CATEGORY: HOLDER_OR_DESK,
    Word.PROVINCE: HOLDER_OR_DESK,
    Word.PRIORITY: HOLDER_OR_DESK,
    Word.INCIDENT: HOLDER,
    Word.SERVICE: HOLDER,
    Word.QUESTION: HOLDER,
    Word.PROPOSAL: HOLDER,
    Word.BUG: HOLDER,
    Word.USER_MISTAKE: HOLDER,
    Word.CHANGE: ANY_STAFF,  # of groups and departments, as the action itself checks
    Word.DUPLICATE: HOLDER_OR_DESK,
    Word.REOPEN: HOLDER_OR_DESK,
    Word.NOT_A_REQUEST: HOLDER_OR_DESK,
}

TAKE_THE_TEXT = frozenset({Word.ANSWER, Word.NOTE, Word.ASK, Word.RESOLVE, Word.LET_THROUGH, Word.CHASE})
REGISTER_THE_TEXT = frozenset({Word.PROPOSAL, Word.BUG, Word.USER_MISTAKE, Word.CHANGE})
USE_THE_TEXT = TAKE_THE_TEXT | {Word.HAND_OVER, Word.GIVE_BACK}


def take(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; vui lòng mở lại bằng #mo trước khi nhận."
    draft.change({"taken_by": speaker.address})
    draft.enter("taken", speaker.address)
    draft.done.append(f"{speaker.staff.name} đã nhận xử lý yêu cầu này.")
    return None


def note(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if not speaker.text:
        return "#noibo cần có nội dung ghi chú ở bên dưới."
    draft.event("noted", speaker.address)
    draft.done.append("Ghi chú nội bộ đã lưu vào hồ sơ yêu cầu, không gửi cho ai.")
    return None


def ask(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if not speaker.text:
        return "#hoi cần có câu hỏi ở bên dưới."
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; vui lòng mở lại bằng #mo trước khi hỏi."
    if not draft.can_reach_requester:
        return NO_ADDRESS
    draft.enter("asked", speaker.address)
    question = asking.standard_question(speaker.text)
    if question:
        asking.put(draft, signature(draft, speaker), question)
    else:
        draft.to_requester(LetterKind.QUESTION, speaker.text, signature(draft, speaker))
    for link in draft.chain:
        if link.holder != speaker.staff.holder:
            draft.to_passer(
                LetterKind.COPY, link, speaker.text, signature(draft, speaker), "Để biết: đã hỏi thêm người gửi."
            )
    if speaker.standing is Standing.PASSER:
        draft.to_holder(
            LetterKind.COPY, speaker.text, signature(draft, speaker), "Để biết: nơi chuyển lên đã hỏi thêm người gửi."
        )
    draft.done.append("Câu hỏi đã gửi tới người yêu cầu; thời hạn tạm dừng cho đến khi có trả lời.")
    return None


def chase(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    """`#donduc`: the holder is asked to hurry; a passer to whom the result was not enough waits for a new one."""
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc, không còn ai để đôn đốc."
    if speaker.staff.holder == draft.holder.code:
        return "Yêu cầu đang ở chính đơn vị anh/chị."
    count = draft.facts.past.chases.get(speaker.staff.holder, 0) + 1
    link = link_of(speaker.staff.holder, draft.chain)
    if link is not None and link.result_at is not None:
        draft.waits_again(link)
    office = draft.policy.rules.directory.holder(speaker.staff.holder).name
    draft.to_holder(LetterKind.CHASE, speaker.text, signature(draft, speaker), f"{office} đôn đốc lần thứ {count}.")
    draft.event("chased", speaker.address, speaker.text, office=speaker.staff.holder, by_word=True, count=count)
    reached = draft.holder_as_seen_by(speaker.staff.holder).name
    draft.done.append(f"Đã đôn đốc {reached} (lần thứ {count} của {office}).")
    return None


ACTIONS: dict[Word, Action] = {
    Word.TAKE: take,
    Word.ANSWER: answer,
    Word.NOTE: note,
    Word.ASK: ask,
    Word.RESOLVE: resolve,
    Word.LET_THROUGH: let_through,
    Word.HAND_OVER: hand_over,
    Word.GIVE_BACK: give_back,
    Word.CHASE: chase,
    Word.CATEGORY: correct_category,
    Word.PROVINCE: correct_province,
    Word.PRIORITY: registers.set_priority,
    Word.INCIDENT: registers.incident,
    Word.SERVICE: registers.service,
    Word.QUESTION: registers.question,
    Word.PROPOSAL: registers.proposal,
    Word.BUG: registers.bug,
    Word.USER_MISTAKE: registers.user_mistake,
    Word.CHANGE: registers.change,
    Word.DUPLICATE: mark_duplicate,
    Word.REOPEN: reopen,
    Word.NOT_A_REQUEST: reject,
}
CORRECTIONS = frozenset({Word.CATEGORY, Word.PROVINCE})
KINDS = frozenset({Word.INCIDENT, Word.SERVICE, Word.QUESTION, Word.PROPOSAL})
LEAVING = frozenset(
    {Word.RESOLVE, Word.LET_THROUGH, Word.HAND_OVER, Word.GIVE_BACK, Word.DUPLICATE, Word.NOT_A_REQUEST}
)
ONE_OF: tuple[tuple[frozenset[Word], str], ...] = (
    (TAKE_THE_TEXT, "#traloi, #noibo, #hoi, #xong, #duyet, #donduc"),
    (LEAVING, "#xong, #duyet, #chuyen, #tra, #trung, #rac"),
    (KINDS, "#suco, #yeucau, #hoidap, #dexuat"),
    (frozenset({Word.ASK, Word.DUPLICATE, Word.NOT_A_REQUEST}), "#hoi, #trung, #rac"),
)


def _order(command: Command) -> int:
    """Words act in this order, however they were typed: a corrected ticket is handed over, never the other way round."""
    if command.word is Word.REOPEN:
        return 0
    if command.word in CORRECTIONS:
        return 1
    return 3 if command.word in LEAVING else 2


def carry_out(draft: Draft, speaker: Speaker, commands: tuple[Command, ...]) -> list[Problem]:
    """Carry out the words on the draft; the problems, if any, mean that the draft must not be used."""
    problems = [problem for command in commands if (problem := _forbidden(command, speaker)) is not None]
    for words, names in ONE_OF:
        if sum(command.word in words for command in commands) > 1:
            problems.append(f"Mỗi thư chỉ dùng được một trong các từ {names}.")
    if problems:
        return problems
    for command in sorted(commands, key=_order):
        problem = ACTIONS[command.word](draft, speaker, command.argument)
        if problem is not None:
            return [problem]
    typed = {command.word for command in commands}
    if typed & CORRECTIONS and not typed & LEAVING:
        route_again(draft, speaker)
    return []


def _forbidden(command: Command, speaker: Speaker) -> Problem | None:
    if command.word is Word.ON_BEHALF:
        return "#thay chỉ dùng trong thư mới gửi tới hộp thư hỗ trợ, không dùng trong thư trả lời."
    if command.word not in ACTIONS:
        return f"#{command.word.value} chưa dùng được trong phiên bản này."
    allowed = ALLOWED[command.word]
    if speaker.standing in allowed:
        return None
    if Standing.SERVICE_DESK in allowed and speaker.staff.holder == SERVICE_DESK:
        return None  # the Service Desk keeps its words where it is also a passer
    return f"#{command.word.value} chỉ dành cho {_who(allowed)}."


def _who(allowed: frozenset[Standing]) -> str:
    names = {
        Standing.HOLDER: "đơn vị đang xử lý yêu cầu",
        Standing.PASSER: "đơn vị đã chuyển yêu cầu lên",
        Standing.SERVICE_DESK: "bàn tiếp nhận (Service Desk)",
    }
    return " hoặc ".join(text for standing, text in names.items() if standing in allowed)
