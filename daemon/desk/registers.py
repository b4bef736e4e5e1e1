"""What words put on the support division's records: kind and priority of a request, bugs, mistakes, proposals, changes. Pure."""

from daemon.desk.directory import Holder, HolderKind, Staff
from daemon.desk.draft import OPEN_STATES, Draft
from daemon.desk.facts import Policy
from daemon.desk.plan import NewRecord
from daemon.desk.speaker import Action, Problem, Speaker
from daemon.desk.words import fold
from storage.tables import RecordState, Register

PRIORITIES = {"cao": "cao", "gap": "cao", "khan": "cao", "thuong": "thuong", "binh thuong": "thuong", "thap": "thap"}
SHOWN = {"cao": "cao", "thuong": "bình thường", "thap": "thấp"}
KINDS = {"su_co": "sự cố", "yeu_cau": "yêu cầu", "hoi_dap": "hỏi đáp", "de_xuat": "đề xuất"}
# Who may register a change: those who work on the production environment.
CHANGERS = frozenset({HolderKind.GROUP, HolderKind.DEPARTMENT, HolderKind.EXPERTS})
NOT_A_CHANGER = "#thaydoi chỉ dành cho các nhóm hỗ trợ và các phòng ở trung ương."
NO_CHANGE = "#thaydoi cần có nội dung thay đổi ở bên dưới: thay đổi gì, ở đâu, khi nào."


def set_priority(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    """`#uutien cao`; the due times follow (daemon.desk.dated)."""
    wanted = PRIORITIES.get(fold(argument).strip(" .,;:"))
    if wanted is None:
        return "Sau #uutien cần ghi cao, thuong hoặc thap, ví dụ: #uutien cao."
    if draft.state not in OPEN_STATES:
        return "Yêu cầu đã kết thúc; vui lòng mở lại bằng #mo trước khi đổi ưu tiên."
    before = draft.changes.get("priority", draft.ticket.priority)
    draft.change({"priority": wanted})
    draft.event("priority_changed", speaker.address, before=before, after=wanted)
    draft.done.append(f"Mức ưu tiên được ghi nhận là {SHOWN[wanted]}; thời hạn được tính lại.")
    return None


def _kind(kind: str) -> Action:
    def set_kind(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
        before = draft.changes.get("request_kind", draft.ticket.request_kind)
        draft.change({"request_kind": kind})
        draft.event("kind_corrected", speaker.address, before=before, after=kind, model=draft.ticket.model)
        draft.done.append(f"Yêu cầu được ghi nhận là {KINDS[kind]}.")
        if kind == "de_xuat":
            _register(draft, speaker, Register.PROPOSAL, RecordState.NOTED)
            draft.done.append("Đề xuất đã vào sổ theo dõi.")
        return None

    return set_kind


incident, service, question, proposal = _kind("su_co"), _kind("yeu_cau"), _kind("hoi_dap"), _kind("de_xuat")


def bug(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    """A suspected bug; confirmed when Mức 2 or a level above types it."""
    office = draft.policy.rules.directory.holder(speaker.staff.holder)
    confirmed = office.level >= 2 and office.kind is not HolderKind.OUTSOURCED
    _register(draft, speaker, Register.BUG, RecordState.CONFIRMED if confirmed else RecordState.SUSPECTED)
    draft.done.append("Lỗi đã được ghi nhận là xác nhận." if confirmed else "Lỗi đã được ghi nhận là nghi ngờ.")
    return None


def user_mistake(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    _register(draft, speaker, Register.USER_MISTAKE, RecordState.NOTED)
    draft.done.append("Đã ghi nhận là lỗi thao tác; người gửi không nhận thư báo về việc ghi nhận này.")
    return None


def change(draft: Draft, speaker: Speaker, argument: str) -> Problem | None:
    if draft.policy.rules.directory.holder(speaker.staff.holder).kind not in CHANGERS:
        return NOT_A_CHANGER
    if not speaker.text:
        return NO_CHANGE
    _register(draft, speaker, Register.CHANGE, RecordState.NOTED)
    draft.done.append("Thay đổi đã vào sổ theo dõi.")
    return None


def _register(draft: Draft, speaker: Speaker, kind: Register, state: RecordState) -> None:
    ticket = draft.ticket
    draft.records.append(
        NewRecord(
            kind, state, speaker.staff.holder, speaker.address, speaker.text or ticket.subject, draft.application.code,
            draft.changes.get("province", ticket.province), ticket.organisation, ticket.requester_address,
        )
    )  # fmt: skip
    draft.event("registered", speaker.address, register=kind.value, state=state.value)


def problem_of_change(officer: Staff, text: str, policy: Policy) -> Problem | None:
    """What is wrong with `#thaydoi` in a mail that begins no ticket; None when it may be registered."""
    office: Holder = policy.rules.directory.holder(officer.holder)
    if office.kind not in CHANGERS:
        return NOT_A_CHANGER
    return None if text else NO_CHANGE
