"""The words that move a ticket: hand over, give back, and the corrections that run the routing again. Pure."""

import re

from classifiers.verdict import ProvinceVerdict, Verdict
from daemon.desk.catalogue import SECURITY
from daemon.desk.deadlines import deadlines
from daemon.desk.directory import SERVICE_DESK, TECHNICAL_HELP, Holder, HolderKind
from daemon.desk.draft import APPLICATION, OPEN_STATES, PROVINCE, Draft
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.routing import UNSURE_ORGANISATION, Request, route
from daemon.desk.speaker import Problem, Speaker
from daemon.desk.standing import Standing, link_of
from daemon.desk.targets import NoTarget, target_of


def hand_over(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; vui lòng mở lại bằng #mo trước khi chuyển."
    here = draft.holder
    # The outside firm passes up to one place only and is shown nothing of the others, whatever it typed.
    outside = here.kind is HolderKind.OUTSOURCED and here.passes_to is not None
    target = _named_target(draft, here.passes_to or "" if outside else argument)
    if isinstance(target, NoTarget):
        return target.problem
    if target.code == here.code:
        return f"Yêu cầu đang ở {here.name} rồi."
    if draft.chain and (target.level < here.level or link_of(target.code, draft.chain) is not None):
        return f"{target.name} ở phía dưới; dùng #tra để trả yêu cầu về nơi đã chuyển lên."
    up = target.level > here.level or outside
    # Technical help is no change of responsibility: the group that asks stays in the chain and gets the answer.
    helped = target.code == TECHNICAL_HELP and target.level == here.level
    if up or helped:
        draft.push(speaker.address)
    draft.move(target, target.level, speaker.address, "handed_over", speaker.text)
    if up:
        _tell_requester(draft, target)
    draft.done.append(f"Yêu cầu đã chuyển tới {target.name}.")
    if helped:
        draft.done.append(f"{here.name} vẫn chịu trách nhiệm về yêu cầu và nhận kết quả.")
    return None


def _tell_requester(draft: Draft, target: Holder) -> None:
    """Once in a ticket's life, in one sentence: a higher level works on it now."""
    draft.to_requester(
        LetterKind.MOVED_UP, "", target.name, automatic=True, files=False, once=f"moved_up:{draft.ticket.id}"
    )


def tell_security(draft: Draft) -> None:
    """An incident of information security reaches the department for it at once, wherever the ticket goes."""
    if draft.application.code != SECURITY:
        return
    department = draft.policy.rules.directory.holders.get(draft.application.department)
    if department is None or department.code == draft.holder.code:
        return
    draft.letters.append(
        Letter(
            LetterKind.SECURITY_COPY, department.address, department.name, bound_to=department.code,
            why="sự cố an toàn thông tin được báo ngay cho phòng phụ trách", with_attachments=True,
        )
    )  # fmt: skip
    draft.event("security_told", "desk", to=department.code)


def _named_target(draft: Draft, argument: str) -> Holder | NoTarget:
    province = draft.changes.get("province_current", draft.ticket.province_current)
    return target_of(argument, draft.application, province, draft.policy.rules)


def give_back(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; vui lòng mở lại bằng #mo trước khi trả."
    directory = draft.policy.rules.directory
    if draft.chain:
        link = draft.pop()
        target, level, officer = directory.holder(link.holder), link.level, link.officer or None
    else:
        target = directory.holder(SERVICE_DESK)
        level, officer = target.level, None
        if draft.holder.code == target.code:
            return "Yêu cầu đang ở bàn tiếp nhận, không còn nơi nào để trả."
    draft.move(target, level, speaker.address, "given_back", speaker.text)
    draft.change({"taken_by": officer})  # the officer who passed it up has it again
    draft.done.append(f"Yêu cầu đã trả về {target.name}.")
    return None


def correct_category(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    code = re.split(r"[\s,.;:()]", argument.strip().upper())[0]
    catalogue = draft.policy.rules.catalogue
    if not catalogue.knows(code):
        return f"“{argument.strip()}” không phải mã ứng dụng. Các mã: {', '.join(sorted(catalogue.applications))}."
    before = draft.application.code
    draft.change({"application": code, "application_confidence": 1.0, "application_accepted": True})
    draft.no_longer_asked(APPLICATION)
    draft.event("category_corrected", speaker.address, before=before, after=code, model=draft.ticket.model)
    draft.done.append(f"Ứng dụng được ghi nhận là {code} ({catalogue.get(code).name}).")
    if code != before:
        tell_security(draft)
    return None


def correct_province(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    found = draft.policy.resolve_province(argument)
    if found is None:
        return f"“{argument.strip()}” không phải tên một tỉnh, thành phố (cũ hoặc mới)."
    former, current = found
    before = draft.ticket.province
    draft.change({"province": former or current, "province_current": current, "province_confidence": 1.0})
    draft.no_longer_asked(PROVINCE)
    draft.event("province_corrected", speaker.address, before=before, after=former or current, model=draft.ticket.model)
    draft.done.append(f"Tỉnh của người gửi được ghi nhận là {former or current}.")
    return None


def route_again(draft: Draft, speaker: Speaker) -> None:
    """After a correction: a ticket that nobody has passed up goes where it would have gone at once."""
    if draft.chain or draft.state not in OPEN_STATES:
        return
    ticket = draft.ticket
    former = draft.changes.get("province", ticket.province)
    current = draft.changes.get("province_current", ticket.province_current)
    request = Request(
        Verdict(draft.application.code, 1.0, draft.changes.get("application_accepted", ticket.application_accepted)),
        ProvinceVerdict(former, current, 1.0, accepted=current is not None),
        _organisation(draft, by_officer=speaker.standing is not Standing.REQUESTER),
    )
    way = route(request, draft.policy.rules)
    if way.rule == UNSURE_ORGANISATION and draft.holder.code != SERVICE_DESK:
        return  # an officer decided that it is here
    draft.change({"rule": way.rule, "why": way.why})
    target = draft.policy.rules.directory.holder(way.holder)
    if target.code == draft.holder.code:
        return
    draft.move(target, way.level, speaker.address, "routed_again", way.why)
    due = deadlines(ticket.created_at, ticket.priority, target.code, draft.policy)
    draft.change({"answer_due_at": due.answer_due_at, "due_at": due.due_at})
    shown = draft.holder_as_seen_by(speaker.staff.holder)
    where = target.name if shown.code == target.code else "nơi xử lý khác"
    draft.done.append(f"Sau khi sửa, yêu cầu được chuyển tới {where}.")


def _organisation(draft: Draft, *, by_officer: bool) -> Verdict:
    """No word corrects the organisation, so after an officer's correction its best guess is acted on.

    After the requester's own reply it stays as unsure as it was, unless he said it.
    """
    code = draft.changes.get("organisation", draft.ticket.organisation)
    guesses = draft.changes.get("organisation_guesses", draft.ticket.organisation_guesses).split()
    others = tuple((one, 0.0) for one in guesses if one != code)
    return Verdict(code, 1.0, accepted=by_officer or not guesses, alternatives=others)
