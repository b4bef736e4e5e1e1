"""Who gets the notices, and what is learned about requesters outside the directory."""

from dataclasses import replace
from typing import Any

import pytest

from daemon.desk.assignment import officer_for
from daemon.desk.decide import decide
from daemon.desk.directory import Directory, Holder, Staff
from daemon.desk.letters import LetterKind
from daemon.desk.people import with_known
from storage.tables import LearnedFrom, Requester, TicketState
from tests.unit.desk.builders import (
    HOLDERS,
    LAN,
    NOW,
    POLICY,
    STAFF,
    TUAN,
    USER,
    facts_of,
    judged,
    mail,
    province,
    the,
    ticket,
    unsure,
)

ANH = Staff("anh@vst.gov.vn", "Anh", "TABMIS", applications=frozenset({"TABMIS"}))
BAO = Staff("bao@vst.gov.vn", "Bảo", "TABMIS", applications=frozenset({"TABMIS", "KDL_TABMIS"}))
CHI = Staff("chi@vst.gov.vn", "Chi", "TABMIS")


def group() -> Holder:
    return next(one for one in HOLDERS if one.code == "TABMIS")


def chosen(*people: Staff, application: str = "TABMIS", **more: Any) -> str | None:
    officer = officer_for(group(), application, Directory.of(HOLDERS, people), **more)
    return officer.address if officer else None


def test_the_competent_member_with_the_fewest_open_tickets_gets_the_notice() -> None:
    assert chosen(ANH, BAO, CHI) == ANH.address
    assert chosen(ANH, BAO, CHI, load={ANH.address: 3, BAO.address: 2}) == BAO.address
    assert chosen(ANH, BAO, CHI, load={"ANH@VST.GOV.VN": 1}) == BAO.address


def test_nobody_competent_means_the_shared_address() -> None:
    assert chosen(ANH, BAO, CHI, application="TCS") is None
    assert chosen(CHI) is None


def test_later_letters_go_to_whom_the_first_one_went() -> None:
    assert chosen(ANH, BAO, assigned_to=BAO.address, load={BAO.address: 9}) == BAO.address


def test_whoever_took_the_ticket_comes_before_whom_it_was_assigned_to() -> None:
    assert chosen(ANH, BAO, CHI, taken_by=CHI.address, assigned_to=BAO.address) == CHI.address


def test_an_officer_of_another_holder_is_not_written_to() -> None:
    assert chosen(ANH, BAO, LAN, taken_by=LAN.address, assigned_to="nobody@vst.gov.vn") == ANH.address


def test_a_substitute_stands_in_for_somebody_absent() -> None:
    away = replace(ANH, absent=True, substitute=CHI.address)
    assert chosen(away, CHI) == CHI.address
    assert chosen(away, BAO, CHI, load={CHI.address: 1}) == BAO.address
    assert chosen(away, CHI, taken_by=away.address) == CHI.address


def test_nobody_stands_in_from_another_holder_or_while_away_himself() -> None:
    assert chosen(replace(ANH, absent=True, substitute=LAN.address), LAN) is None
    assert chosen(replace(ANH, absent=True, substitute=CHI.address), replace(CHI, absent=True)) is None
    assert chosen(replace(ANH, absent=True)) is None


def test_groups_may_keep_their_shared_address() -> None:
    assert chosen(ANH, groups=False) is None


def test_the_ticket_stays_with_the_group_and_remembers_whom_it_wrote_to() -> None:
    rules = replace(POLICY.rules, directory=Directory.of(HOLDERS, [*STAFF, ANH]), phase=1)
    plan = decide(mail("Lỗi GL"), facts_of(judgement=judged()), replace(POLICY, rules=rules))
    assert plan.new_ticket is not None
    assert (plan.new_ticket.holder, plan.new_ticket.assigned_to, plan.new_ticket.taken_by) == (
        "TABMIS",
        ANH.address,
        None,
    )
    notice = the(plan, LetterKind.NOTICE)
    assert (notice.recipient, notice.bound_to) == (ANH.address, "TABMIS")


# Learned requesters.


def known(learned_from: LearnedFrom = LearnedFrom.PERSON, **more: Any) -> Requester:
    values: dict[str, Any] = {
        "key": USER.address, "address": USER.address, "province": "Bình Thuận", "province_current": "Lâm Đồng",
        "organisation": "kbnn", "learned_from": learned_from, "ticket_code": "HT-2026-000001", "updated_at": NOW,
    }  # fmt: skip
    return Requester(**(values | more))


def test_what_a_person_said_outweighs_the_classifiers() -> None:
    found = with_known(judged(where=province("Hà Nội")), known())
    assert (found.province.former, found.province.current) == ("Bình Thuận", "Lâm Đồng")
    assert "HT-2026-000001" in found.province.evidence[0]


def test_what_tickets_only_confirmed_fills_in_where_the_mail_says_nothing() -> None:
    silent = known(LearnedFrom.TICKET)
    assert with_known(judged(where=province("Hà Nội")), silent).province.former == "Hà Nội"
    assert with_known(judged(where=province(None)), silent).province.former == "Bình Thuận"
    assert with_known(judged(organisation=unsure("qhns")), silent).organisation.code == "kbnn"


def test_a_known_requester_without_any_other_evidence_reaches_his_office() -> None:
    plan = decide(mail("Lỗi GL"), facts_of(judgement=judged(where=province(None)), known=known()), POLICY)
    assert plan.new_ticket is not None
    assert (plan.new_ticket.holder, plan.new_ticket.province) == ("Lâm Đồng", "Bình Thuận")


@pytest.mark.parametrize(
    ("words", "how"), [("#tinh Bình Thuận", LearnedFrom.PERSON), ("#xong\nOk", LearnedFrom.TICKET)]
)
def test_a_correction_and_a_resolved_ticket_teach(words: str, how: LearnedFrom) -> None:
    plan = decide(mail(words, LAN), facts_of(ticket(), LAN), POLICY)
    (lesson,) = plan.learned
    assert (lesson.key, lesson.learned_from, lesson.province_current) == (USER.address, how, "Lâm Đồng")
    assert lesson.ticket_code == "HT-2026-000007"


def test_members_of_the_directory_and_tickets_without_province_teach_nothing() -> None:
    of_staff = ticket(requester_address=TUAN.address, reply_address=TUAN.address)
    assert decide(mail("#xong\nOk", LAN), facts_of(of_staff, LAN), POLICY).learned == ()
    unknown = ticket(province=None, province_current=None)
    assert decide(mail("#xong\nOk", LAN), facts_of(unknown, LAN), POLICY).learned == ()


def test_an_answer_alone_teaches_nothing() -> None:
    plan = decide(mail("#traloi\nOk", LAN), facts_of(ticket(state=TicketState.NEW), LAN), POLICY)
    assert plan.learned == ()
