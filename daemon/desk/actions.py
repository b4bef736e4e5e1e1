"""What each word does to a ticket, and who may type it. Every action works on a draft or gives a problem in one sentence.

All or nothing: one problem in a reply, and the draft is thrown away.
"""

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.letters import LetterKind
from daemon.desk.moves import correct_category, correct_province, give_back, hand_over, route_again
from daemon.desk.speaker import Action, Problem, Speaker, signature
from daemon.desk.standing import Standing, below, link_of
from daemon.desk.words import Command, Word
from storage.tables import Passing, ReplyGoes, TicketState

HOLDER = frozenset({Standing.HOLDER})
HOLDER_OR_PASSER = frozenset({Standing.HOLDER, Standing.PASSER})
HOLDER_OR_DESK = frozenset({Standing.HOLDER, Standing.SERVICE_DESK})

ALLOWED: dict[Word, frozenset[Standing]] = {
    Word.TAKE: HOLDER,
    Word.ANSWER: HOLDER_OR_PASSER,
    Word.NOTE: HOLDER_OR_PASSER,
    Word.ASK: HOLDER_OR_PASSER,
    Word.RESOLVE: HOLDER,
    Word.HAND_OVER: HOLDER,
    Word.GIVE_BACK: HOLDER,
    Word.CATEGORY: HOLDER_OR_DESK,
    Word.PROVINCE: HOLDER_OR_DESK,
    Word.REOPEN: HOLDER_OR_DESK,
    Word.NOT_A_REQUEST: HOLDER_OR_DESK,
}

TAKE_THE_TEXT = frozenset({Word.ANSWER, Word.NOTE, Word.ASK, Word.RESOLVE})
USE_THE_TEXT = TAKE_THE_TEXT | {Word.HAND_OVER, Word.GIVE_BACK}


def take(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    draft.change({"taken_by": speaker.address})
    if draft.state is TicketState.NEW:
        draft.change({"state": TicketState.IN_PROGRESS})
    draft.event("taken", speaker.address)
    draft.done.append(f"{speaker.staff.name} đã nhận xử lý yêu cầu này.")
    return None


def answer(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if not speaker.text:
        return "#traloi cần có nội dung trả lời ở bên dưới."
    return pass_down(draft, speaker)


NO_ADDRESS = "Yêu cầu này không có địa chỉ thư của người gửi nên không gửi được cho ai."


def pass_down(draft: Draft, speaker: Speaker) -> Problem | None:
    """The officer's text goes one step towards the requester: to the next passer while there is one."""
    link = link_of(speaker.staff.holder, draft.chain) if speaker.standing is Standing.PASSER else None
    passer = below(link, draft.chain)
    if passer is not None:
        give_result(draft, passer, speaker)
        return None
    if not draft.can_reach_requester:
        return NO_ADDRESS
    if draft.state is TicketState.NEW:
        draft.change({"state": TicketState.IN_PROGRESS})
    if draft.ticket.answered_at is None:
        draft.change({"answered_at": draft.facts.now})
    draft.to_requester(LetterKind.ANSWER, speaker.text, signature(draft, speaker))
    draft.event("answered", speaker.address)
    draft.done.append(f"Nội dung trả lời đã gửi tới {draft.reached_name(ReplyGoes.REQUESTER, None)}.")
    return None


def give_result(draft: Draft, passer: Passing, speaker: Speaker) -> None:
    draft.result_came_back(passer)
    draft.to_passer(LetterKind.RESULT, passer, speaker.text, signature(draft, speaker))
    draft.event("result_returned", speaker.address, to=passer.holder)
    office = draft.policy.rules.directory.holder(passer.holder)
    draft.done.append(f"Kết quả đã gửi về {office.name}, nơi đã chuyển yêu cầu lên; {office.name} trả lời người gửi.")


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
    draft.change({"state": TicketState.WAITING, "waiting_since": draft.ticket.waiting_since or draft.facts.now})
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
    draft.event("asked", speaker.address)
    draft.done.append("Câu hỏi đã gửi tới người yêu cầu; thời hạn tạm dừng cho đến khi có trả lời.")
    return None


def resolve(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; dùng #traloi để viết thêm cho người gửi, hoặc #mo để mở lại."
    if draft.chain:
        return _result_from_above(draft, speaker)
    if not speaker.text and draft.ticket.answered_at is None and "answered_at" not in draft.changes:
        return "Người yêu cầu chưa nhận được câu trả lời nào: vui lòng ghi nội dung trả lời dưới #xong."
    draft.to_requester(LetterKind.ANSWER, speaker.text, signature(draft, speaker))
    draft.change({"state": TicketState.RESOLVED, "resolved_at": draft.facts.now, "waiting_since": None})
    if draft.ticket.answered_at is None and draft.can_reach_requester:
        draft.change({"answered_at": draft.facts.now})
    draft.event("resolved", speaker.address)
    told = "đã gửi thư báo cho người gửi" if draft.can_reach_requester else "không có địa chỉ thư để báo cho người gửi"
    draft.done.append(f"Yêu cầu đã ghi nhận là xử lý xong; {told}.")
    return None


def _result_from_above(draft: Draft, speaker: Speaker) -> Problem | None:
    """`#xong` from a level above ends that level's work: the passer has the ticket and the result again."""
    passer = draft.chain[-1]
    if not speaker.text and passer.result_at is None:
        return "Nơi chuyển yêu cầu lên chưa nhận được kết quả nào: vui lòng ghi kết quả dưới #xong."
    office = draft.policy.rules.directory.holder(passer.holder)
    if draft.state is TicketState.WAITING:
        draft.resume(speaker.address)
    draft.pop()
    draft.move(office, passer.level, speaker.address, "returned_with_result")
    draft.notices_owed = False  # the result letter below is the notice
    draft.change({"taken_by": passer.officer or None})
    draft.to_holder(
        LetterKind.RESULT,
        speaker.text,
        signature(draft, speaker),
        f"{speaker.staff.name} đã xử lý xong phần việc được chuyển lên.",
    )
    draft.done.append(f"Kết quả và yêu cầu đã trở về {office.name}, nơi đã chuyển lên.")
    return None


def reopen(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state in OPEN_STATES:
        return "Yêu cầu đang mở, không cần mở lại."
    reopen_ticket(draft, speaker.address)
    draft.notices_owed = speaker.staff.holder != draft.holder.code
    draft.done.append("Yêu cầu đã được mở lại.")
    return None


def reopen_ticket(draft: Draft, actor: str) -> None:
    draft.change({"state": TicketState.IN_PROGRESS, "resolved_at": None, "closed_at": None, "waiting_since": None})
    draft.event("reopened", actor)


def reject(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc."
    draft.change({"state": TicketState.REJECTED, "closed_at": draft.facts.now, "waiting_since": None})
    draft.event("rejected", speaker.address, speaker.text)
    why = "Để biết: thư này được ghi nhận không phải là yêu cầu hỗ trợ."
    for link in draft.chain:
        draft.to_passer(LetterKind.COPY, link, by=signature(draft, speaker), why=why, files=False)
    if speaker.staff.holder != draft.holder.code:
        draft.to_holder(LetterKind.COPY, by=signature(draft, speaker), why=why, files=False)
    draft.done.append("Thư được ghi nhận không phải là yêu cầu hỗ trợ; người gửi không nhận thư báo.")
    return None


ACTIONS: dict[Word, Action] = {
    Word.TAKE: take,
    Word.ANSWER: answer,
    Word.NOTE: note,
    Word.ASK: ask,
    Word.RESOLVE: resolve,
    Word.HAND_OVER: hand_over,
    Word.GIVE_BACK: give_back,
    Word.CATEGORY: correct_category,
    Word.PROVINCE: correct_province,
    Word.REOPEN: reopen,
    Word.NOT_A_REQUEST: reject,
}
CORRECTIONS = frozenset({Word.CATEGORY, Word.PROVINCE})
LEAVING = frozenset({Word.RESOLVE, Word.HAND_OVER, Word.GIVE_BACK, Word.NOT_A_REQUEST})


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
    if sum(command.word in TAKE_THE_TEXT for command in commands) > 1:
        problems.append("Mỗi thư chỉ dùng được một trong các từ #traloi, #noibo, #hoi, #xong.")
    if sum(command.word in LEAVING for command in commands) > 1:
        problems.append("Mỗi thư chỉ dùng được một trong các từ #xong, #chuyen, #tra, #rac.")
    if problems:
        return problems
    for command in sorted(commands, key=_order):
        problem = ACTIONS[command.word](draft, speaker, command.argument)
        if problem is not None:
            return [problem]
    words = {command.word for command in commands}
    if words & CORRECTIONS and not words & LEAVING:
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
