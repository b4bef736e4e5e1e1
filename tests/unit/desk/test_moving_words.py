"""Hand over, give back, correct, reopen and reject: ARCHITECTURE section 7 and its precisions."""

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.facts import Facts
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from storage.tables import ReplyGoes, TicketState
from tests.unit.desk.builders import (
    ITO_MAN,
    LAN,
    MAI,
    MINH,
    NOW,
    POLICY,
    QUANG,
    TUAN,
    chain,
    event_kinds,
    facts_of,
    kinds,
    mail,
    policy,
    the,
    ticket,
)
from tests.unit.desk.typing_words import refused, state, types

# #chuyen


@pytest.mark.parametrize(
    ("word", "target", "level"),
    [
        ("#chuyen muc 2", "TABMIS", 2),
        ("#chuyển mức 2 anh xem giúp", "TABMIS", 2),
        ("#chuyen 3", "PTUD", 3),
        ("#chuyen nhom THANH_TOAN", "THANH_TOAN", 2),
        ("#chuyen nhóm Thanh toán nhé", "THANH_TOAN", 2),
        ("#chuyen phong Quản trị hệ thống", "QTHT", 3),
        ("#chuyen mức 4", "CHUYEN_GIA", 4),
    ],
)
def test_handing_over_upwards_makes_the_office_a_passer(word: str, target: str, level: int) -> None:
    plan = types(f"{word}\nEm đã thử mọi cách.", LAN, ticket(taken_by=LAN.address))
    assert (plan.changes["holder"], plan.changes["level"]) == (target, level)
    assert plan.changes["taken_by"] is None
    assert plan.chain is not None
    assert [(link.holder, link.level, link.officer) for link in plan.chain] == [("Lâm Đồng", 1, LAN.address)]
    notice = the(plan, LetterKind.NOTICE)
    assert (notice.text, notice.reply_goes) == ("Em đã thử mọi cách.", ReplyGoes.PASSER)
    assert notice.recipient == POLICY.rules.directory.holder(target).address
    done = the(plan, LetterKind.DONE)
    assert any(POLICY.rules.directory.holder(target).name in line for line in done.lines)


def test_handing_over_sideways_makes_no_passer() -> None:
    plan = types("#chuyen Hà Nội", LAN, ticket())
    assert (plan.changes["holder"], plan.chain) == ("Hà Nội", None)
    assert the(plan, LetterKind.NOTICE).reply_goes is ReplyGoes.REQUESTER


@pytest.mark.parametrize(("word", "target"), [("#chuyen nhom TABMIS", "TABMIS"), ("#chuyen muc 1", "Lâm Đồng")])
def test_the_service_desk_sorts_without_becoming_a_passer(word: str, target: str) -> None:
    plan = types(word, MAI, ticket("SERVICE_DESK"))
    assert (plan.changes["holder"], plan.chain) == (target, None)


def test_a_sideways_move_keeps_the_chain() -> None:
    plan = types("#chuyen nhom THANH_TOAN", TUAN, ticket("TABMIS"), chain(LAN))
    assert plan.changes["holder"] == "THANH_TOAN"
    assert plan.chain is None
    assert the(plan, LetterKind.NOTICE).reply_goes is ReplyGoes.PASSER


def test_the_chain_grows_with_each_level() -> None:
    plan = types("#chuyen muc 4", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    assert plan.chain is not None
    assert [(link.position, link.holder) for link in plan.chain] == [(1, "Lâm Đồng"), (2, "TABMIS"), (3, "PTUD")]


@pytest.mark.parametrize("word", ["#chuyen nhom TABMIS", "#chuyen muc 2", "#chuyen muc 9", "#chuyen", "#chuyen ai đó"])
def test_a_hand_over_to_the_same_holder_or_to_nobody_is_refused(word: str) -> None:
    assert refused(types(word, TUAN, ticket("TABMIS")))


@pytest.mark.parametrize("word", ["#chuyen muc 1", "#chuyen Lâm Đồng", "#chuyen Hà Nội"])
def test_a_passed_up_ticket_is_given_back_not_handed_down(word: str) -> None:
    plan = types(word, TUAN, ticket("TABMIS"), chain(LAN))
    assert refused(plan)
    assert "#tra" in plan.letters[0].lines[0]


def test_level_1_of_an_unknown_province_asks_for_the_province_which_may_stand_in_the_same_mail() -> None:
    unknown = ticket("SERVICE_DESK", province=None, province_current=None)
    assert refused(types("#chuyen muc 1", MAI, unknown))
    plan = types("#chuyen muc 1\n#tinh Bình Thuận", MAI, unknown)
    assert (plan.changes["province"], plan.changes["holder"]) == ("Bình Thuận", "Lâm Đồng")


@pytest.mark.parametrize("word", ["#chuyen muc 2", "#chuyen nhom TABMIS", "#chuyen phong QTHT", "#chuyen ai đó"])
def test_the_provider_passes_up_to_one_group_and_sees_no_other_names(word: str) -> None:
    plan = types(word, ITO_MAN, ticket("ITO", application="DVC"))
    assert plan.changes["holder"] == "NOI_BO"
    assert plan.chain is not None
    assert [link.holder for link in plan.chain] == ["ITO"]
    assert "TABMIS" not in " ".join(the(plan, LetterKind.DONE).lines)


def test_a_move_makes_older_notices_stale() -> None:
    assert types("#chuyen muc 2", LAN, ticket(moves=4)).changes["moves"] == 5


# #tra


def test_giving_back_returns_to_the_officer_who_passed_it_up() -> None:
    plan = types("#tra\nThiếu ảnh màn hình.", TUAN, ticket("TABMIS"), chain(LAN))
    assert (plan.changes["holder"], plan.changes["level"], plan.chain) == ("Lâm Đồng", 1, ())
    notice = the(plan, LetterKind.NOTICE)
    assert (notice.recipient, notice.text) == (LAN.address, "Thiếu ảnh màn hình.")
    assert notice.reply_goes is ReplyGoes.REQUESTER


def test_giving_back_goes_down_one_link_at_a_time() -> None:
    plan = types("#tra", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    assert plan.changes["holder"] == "TABMIS"
    assert plan.chain is not None
    assert [link.holder for link in plan.chain] == ["Lâm Đồng"]


def test_giving_back_without_a_chain_goes_to_the_service_desk() -> None:
    assert types("#tra", LAN, ticket()).changes["holder"] == "SERVICE_DESK"


def test_the_service_desk_has_nobody_to_give_back_to() -> None:
    assert refused(types("#tra", MAI, ticket("SERVICE_DESK")))


# #phanloai, #tinh


def corrects(text: str, who: Staff, facts: Facts, phase: int = 3) -> Plan:
    return decide(mail(text, who), facts, policy(phase))


def test_a_correction_routes_again() -> None:
    held = ticket("SERVICE_DESK", application="KHAC", application_accepted=False)
    plan = corrects("#phanloai ttsp", MAI, facts_of(held, MAI))
    assert (plan.changes["application"], plan.changes["application_accepted"]) == ("TTSP", True)
    assert plan.changes["holder"] == "Lâm Đồng"
    assert the(plan, LetterKind.NOTICE).recipient == "tinhoc.lamdong@vst.gov.vn"
    assert "answer_due_at" in plan.changes
    assert plan.chain is None


def test_a_corrected_province_routes_again_by_its_current_name() -> None:
    held = ticket("SERVICE_DESK", province=None, province_current=None)
    plan = corrects("#tinh bình thuận", MAI, facts_of(held, MAI))
    assert (plan.changes["province"], plan.changes["province_current"]) == ("Bình Thuận", "Lâm Đồng")
    assert plan.changes["holder"] == "Lâm Đồng"


def test_the_central_office_is_a_province_that_goes_to_the_group() -> None:
    plan = corrects("#tinh TRUNG_UONG", LAN, facts_of(ticket(application="TTSP"), LAN))
    assert plan.changes["holder"] == "THANH_TOAN"


def test_both_corrections_in_one_mail_move_the_ticket_once() -> None:
    plan = corrects("#phanloai MANG\n#tinh Hà Nội", LAN, facts_of(ticket(), LAN))
    assert plan.changes["holder"] == "Hà Nội"
    assert plan.changes["moves"] == 1
    assert kinds(plan).count(LetterKind.NOTICE) == 1


def test_a_correction_follows_the_phase() -> None:
    assert corrects("#phanloai TTSP", LAN, facts_of(ticket(), LAN), phase=1).changes["holder"] == "THANH_TOAN"


def test_a_correction_of_a_passed_up_ticket_does_not_move_it() -> None:
    plan = corrects("#phanloai TTSP", TUAN, facts_of(ticket("TABMIS"), TUAN, passed_by=chain(LAN)))
    assert plan.changes["application"] == "TTSP"
    assert "holder" not in plan.changes
    assert kinds(plan) == [LetterKind.DONE]


def test_a_correction_that_changes_nothing_of_the_way_keeps_the_holder() -> None:
    plan = corrects("#phanloai TTSP", LAN, facts_of(ticket(), LAN))
    assert "holder" not in plan.changes
    assert kinds(plan) == [LetterKind.DONE]


def test_a_correction_is_remembered_with_what_the_model_had_said() -> None:
    plan = corrects("#phanloai TTSP", LAN, facts_of(ticket(model="mô hình 3"), LAN))
    event = next(event for event in plan.events if event.kind == "category_corrected")
    assert dict(event.details) == {"before": "TABMIS", "after": "TTSP", "model": "mô hình 3"}


def test_a_correction_together_with_reopening_routes_too() -> None:
    closed = ticket("SERVICE_DESK", TicketState.RESOLVED, application="KHAC", application_accepted=False)
    plan = corrects("#mo\n#phanloai TTSP", MAI, facts_of(closed, MAI))
    assert (plan.changes["holder"], state(plan)) == ("Lâm Đồng", TicketState.IN_PROGRESS)


# #mo, #rac


@pytest.mark.parametrize("ended", [TicketState.RESOLVED, TicketState.CLOSED, TicketState.REJECTED])
def test_reopening_is_an_event_and_puts_the_ticket_in_progress(ended: TicketState) -> None:
    plan = types("#mo", LAN, ticket(state=ended, resolved_at=NOW, closed_at=NOW))
    assert state(plan) is TicketState.IN_PROGRESS
    assert (plan.changes["resolved_at"], plan.changes["closed_at"]) == (None, None)
    assert "reopened" in event_kinds(plan)


def test_the_holder_hears_when_the_service_desk_reopens() -> None:
    notice = the(types("#mo", MAI, ticket(state=TicketState.CLOSED)), LetterKind.NOTICE)
    assert notice.recipient == "tinhoc.lamdong@vst.gov.vn"
    assert notice.why == "Ngô Thị Mai, Nhóm Service Desk mở lại yêu cầu."


def test_an_open_ticket_cannot_be_reopened() -> None:
    assert refused(types("#mo", LAN, ticket()))


def test_not_a_request_ends_the_ticket_without_a_letter_to_the_requester() -> None:
    plan = types("#rac\nThư quảng cáo.", LAN, ticket())
    assert state(plan) is TicketState.REJECTED
    assert kinds(plan) == [LetterKind.DONE]


def test_the_passers_hear_that_it_was_not_a_request() -> None:
    assert the(types("#rac", TUAN, ticket("TABMIS"), chain(LAN)), LetterKind.COPY).recipient == LAN.address


def test_the_holder_hears_when_the_service_desk_ends_it_as_no_request() -> None:
    plan = types("#rac", MAI, ticket(taken_by=MINH.address))
    assert the(plan, LetterKind.COPY).recipient == MINH.address
