"""Answers on their way to the requester: down the chain of passers one step at a time, and the end of the work. Pure."""

from dataclasses import replace

from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.speaker import Problem, Speaker, signature
from daemon.desk.standing import Standing, below, link_of
from daemon.reading.addresses import comparable
from storage.tables import Passing, ReplyGoes, TicketState

NO_ADDRESS = "Yêu cầu này không có địa chỉ thư của người gửi nên không gửi được cho ai."
NO_RESULT = "Chưa có kết quả nào từ nơi xử lý phía trên để duyệt; dùng #traloi để tự trả lời, #donduc để đôn đốc."


def answer(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if not speaker.text:
        return "#traloi cần có nội dung trả lời ở bên dưới."
    return pass_down(draft, speaker)


def pass_down(draft: Draft, speaker: Speaker) -> Problem | None:
    """The officer's text goes one step towards the requester: to the next passer while there is one."""
    link = link_of(speaker.staff.holder, draft.chain) if speaker.standing is Standing.PASSER else None
    passer = below(link, draft.chain)
    if passer is not None:
        give_result(draft, passer, speaker)
        return None
    if not draft.can_reach_requester:
        return NO_ADDRESS
    if draft.ticket.answered_at is None:
        draft.change({"answered_at": draft.facts.now})
    draft.to_requester(LetterKind.ANSWER, speaker.text, signature(draft, speaker), files_of=speaker.files_of)
    draft.enter("answered", speaker.address)
    draft.done.append(f"Nội dung trả lời đã gửi tới {draft.reached_name(ReplyGoes.REQUESTER, None)}.")
    return None


def give_result(draft: Draft, passer: Passing, speaker: Speaker) -> None:
    """The text reaches the passer below as a result; the ticket stays where it is."""
    draft.result_came_back(passer)
    by = signature(draft, speaker)
    draft.to_passer(LetterKind.RESULT, passer, speaker.text, by, files_of=speaker.files_of)
    draft.event("result_returned", speaker.address, to=passer.holder, entries=list(speaker.files_of))
    office = draft.policy.rules.directory.holder(passer.holder)
    draft.done.append(f"Kết quả đã gửi về {office.name}, nơi đã chuyển yêu cầu lên; {office.name} trả lời người gửi.")


def let_through(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    """`#duyet`: the result in hand goes on as it came, or as edited below the word.

    A passer sends it one step down. An office that has the ticket back ends its part with it, as `#xong` would.
    """
    result = draft.facts.past.results.get(speaker.staff.holder)
    link = link_of(speaker.staff.holder, draft.chain) if speaker.standing is Standing.PASSER else None
    if result is None or (link is not None and link.result_at is None):
        return NO_RESULT
    approved = replace(speaker, text=speaker.text or result.text, files_of=result.entries)
    draft.said = approved.text
    if speaker.standing is Standing.HOLDER and draft.state in OPEN_STATES:
        return resolve(draft, approved, argument)
    return pass_down(draft, approved)


def resolve(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; dùng #traloi để viết thêm cho người gửi, hoặc #mo để mở lại."
    if draft.chain:
        return _result_from_above(draft, speaker)
    if not speaker.text and draft.ticket.answered_at is None and "answered_at" not in draft.changes:
        return "Người yêu cầu chưa nhận được câu trả lời nào: vui lòng ghi nội dung trả lời dưới #xong."
    draft.to_requester(LetterKind.ANSWER, speaker.text, signature(draft, speaker), files_of=speaker.files_of)
    draft.enter("resolved", speaker.address)
    if draft.ticket.answered_at is None and draft.can_reach_requester:
        draft.change({"answered_at": draft.facts.now})
    _tell_duplicates(draft, speaker)
    told = "đã gửi thư báo cho người gửi" if draft.can_reach_requester else "không có địa chỉ thư để báo cho người gửi"
    draft.done.append(f"Yêu cầu đã ghi nhận là xử lý xong; {told}.")
    return None


def _tell_duplicates(draft: Draft, speaker: Speaker) -> None:
    """The requesters whose own tickets were merged into this one hear that it is done; never the answer to somebody else."""
    for other in draft.facts.duplicates:
        address = other.reply_address or other.requester_address
        same = comparable(other.requester_address) == comparable(draft.ticket.requester_address)
        if not address or draft.policy.is_own(address) or same:
            continue
        draft.letters.append(
            Letter(
                LetterKind.MERGED_DONE, address, other.requester_name, reply_goes=ReplyGoes.HOLDER,
                text=draft.ticket.code, by=signature(draft, speaker), of_ticket=other,
                once=f"merged_done:{other.code}@{draft.facts.now.timestamp():.0f}",
            )
        )  # fmt: skip
        draft.done.append(f"Đã báo cho người gửi của {other.code}, yêu cầu được xử lý chung.")


def _result_from_above(draft: Draft, speaker: Speaker) -> Problem | None:
    """`#xong` from a level above ends that level's work: the passer has the ticket and the result again."""
    passer = draft.chain[-1]
    if not speaker.text and passer.result_at is None:
        return "Nơi chuyển yêu cầu lên chưa nhận được kết quả nào: vui lòng ghi kết quả dưới #xong."
    office = draft.policy.rules.directory.holder(passer.holder)
    if draft.state is TicketState.WAITING:
        draft.resume(speaker.address)
    draft.pop()
    draft.move(office, passer.level, speaker.address, "returned_with_result", entries=list(speaker.files_of))
    draft.notices_owed = False  # the result letter below is the notice
    draft.change({"taken_by": passer.officer or None})
    draft.to_holder(
        LetterKind.RESULT, speaker.text, signature(draft, speaker),
        f"{speaker.staff.name} đã xử lý xong phần việc được chuyển lên.", files_of=speaker.files_of,
    )  # fmt: skip
    draft.done.append(f"Kết quả và yêu cầu đã trở về {office.name}, nơi đã chuyển lên.")
    return None
