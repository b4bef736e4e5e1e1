"""An organisation that is only guessed: asked together with everything else that decides the way, and never acted on."""

from typing import Any

import pytest

from classifiers.verdict import Verdict
from daemon.desk.asking import buttons_wanted, missing
from daemon.desk.decide import decide
from daemon.desk.guesses import Guesses
from daemon.desk.letters import LetterKind
from daemon.desk.naming import organisation_in
from daemon.desk.plan import Plan
from storage.tables import EntryKind, Ticket, TicketState
from tests.unit.desk.builders import (
    LAN,
    MAI,
    POLICY,
    event_kinds,
    facts_of,
    judged,
    kinds,
    mail,
    policy,
    province,
    the,
    ticket,
)

# In phase 3 `kbnn` goes to the province and `bn` to the group; in phase 1 a school goes to the group as well.
GUESSED: dict[str, Any] = {"organisation": "kbnn", "organisation_guesses": "kbnn bn", "rule": "unsure organisation"}
NOWHERE: dict[str, Any] = {"province": None, "province_current": None}


def at_desk(**more: Any) -> Ticket:
    return ticket("SERVICE_DESK", TicketState.NEW, **more)


def asks(words: str, about: Ticket, guesses: Guesses | None = None) -> Plan:
    return decide(mail(words, MAI), facts_of(about, MAI, guesses=guesses or Guesses()), POLICY)


def replies(text: str, asked: str, **more: Any) -> Plan:
    since = ticket().created_at
    about = ticket("SERVICE_DESK", **{"state": TicketState.WAITING, "waiting_since": since, "asked": asked, **more})
    return decide(mail(text), facts_of(about), POLICY)


@pytest.mark.parametrize(
    ("organisation", "kept"),
    [
        (Verdict("kbnn", 0.5, False, (("bn", 0.3), ("kbnn", 0.2))), "kbnn bn"),
        (Verdict("khac", 0.0, False), "khac"),
        (Verdict("kbnn", 0.99, True, (("bn", 0.01),)), ""),
    ],
)
def test_a_new_ticket_keeps_what_its_requesters_organisation_may_be(organisation: Verdict, kept: str) -> None:
    plan = decide(mail(), facts_of(judgement=judged(organisation=organisation)), POLICY)
    assert plan.new_ticket is not None
    assert plan.new_ticket.organisation_guesses == kept
    assert (plan.new_ticket.holder == "SERVICE_DESK") is bool(kept)


def test_the_centre_is_known_by_its_place() -> None:
    judgement = judged(where=province("TRUNG_UONG"), organisation=Verdict("kbnn", 0.4, False))
    new = decide(mail(), facts_of(judgement=judgement), POLICY).new_ticket
    assert new is not None
    assert (new.organisation_guesses, new.holder) == ("", "TABMIS")


def test_the_service_desk_has_one_button_for_all_that_is_missing() -> None:
    assert buttons_wanted(at_desk(**GUESSED)) == ["don vi"]
    everything = at_desk(**GUESSED, **NOWHERE, application_accepted=False)
    assert missing(everything) == "province application organisation"
    assert buttons_wanted(everything) == ["tinh va ung dung va don vi"]
    assert buttons_wanted(at_desk(**{**GUESSED, "rule": "4 kbnn phase 3"})) == []


def test_the_question_offers_the_guesses_and_a_line_to_write() -> None:
    plan = asks("#hoi don vi", at_desk(**GUESSED))
    letter = the(plan, LetterKind.ASK_DETAILS)
    assert plan.changes["asked"] == "organisation"
    assert [one.body for one in letter.choices] == [
        "Đơn vị: Kho bạc Nhà nước ở địa phương",
        "Đơn vị: Bộ, ngành, cơ quan trung ương",
        "Đơn vị: ",
    ]
    assert letter.text.startswith("Anh/chị thuộc loại đơn vị nào")


def test_a_guess_without_alternatives_offers_every_kind() -> None:
    about = at_desk(**{**GUESSED, "organisation_guesses": "qhns"})
    letter = the(asks("#hoi don vi", about), LetterKind.ASK_DETAILS)
    assert [one.label for one in letter.choices][:2] == ["Đơn vị sử dụng ngân sách", "Kho bạc Nhà nước ở địa phương"]
    assert len(letter.choices) == 7


def test_what_else_decides_the_way_is_asked_in_the_same_letter() -> None:
    plan = asks("#hoi tinh", at_desk(**{**GUESSED, "rule": "5 province unknown"}, **NOWHERE))
    assert plan.changes["asked"] == "province organisation"
    letter = the(plan, LetterKind.ASK_DETAILS)
    assert kinds(plan).count(LetterKind.ASK_DETAILS) == 1
    assert all("Tỉnh: " in one.body and "Đơn vị: " in one.body for one in letter.choices)


@pytest.mark.parametrize(
    ("word", "about", "asked"),
    [
        # All of them go to the province, whatever they are.
        ("tinh", {**GUESSED, "organisation_guesses": "kbnn qhns tc", **NOWHERE}, "province"),
        # A public service of the treasury's own people and of outsiders has different places.
        (
            "tinh",
            {**GUESSED, "organisation_guesses": "kbnn qhns", "application": "DVC", **NOWHERE},
            "province organisation",
        ),
        # The centre and the ministries need no province.
        (
            "ung dung",
            {**GUESSED, "organisation_guesses": "tw bn", "application_accepted": False, **NOWHERE},
            "application",
        ),
    ],
)
def test_nothing_is_asked_that_makes_no_difference(word: str, about: dict[str, Any], asked: str) -> None:
    plan = asks(f"#hoi {word}", at_desk(**about), Guesses(("TTSP", "TCS")))
    assert plan.changes["asked"] == asked


def test_after_the_province_is_told_an_unsure_organisation_stays_with_the_service_desk() -> None:
    plan = replies("Tỉnh: Lâm Đồng", "province organisation", **GUESSED, **NOWHERE)
    assert plan.changes["province"] == "Lâm Đồng"
    assert plan.changes.get("holder", "SERVICE_DESK") == "SERVICE_DESK"
    assert (plan.changes["asked"], plan.changes["rule"]) == ("organisation", "unsure organisation")
    assert the(plan, LetterKind.FOLLOW_UP).recipient == "servicedesk@vst.gov.vn"


def test_where_the_guesses_lead_to_one_place_it_goes_there() -> None:
    guesses = {**GUESSED, "organisation_guesses": "kbnn qhns", "rule": "5 province unknown"}
    plan = replies("Tỉnh: Lâm Đồng", "province", **guesses, **NOWHERE)
    assert plan.changes["holder"] == "Lâm Đồng"


@pytest.mark.parametrize(
    ("text", "code", "holder"),
    [
        ("Đơn vị: Kho bạc Nhà nước ở địa phương", "kbnn", "Lâm Đồng"),
        ("Đơn vị: Bộ, ngành, cơ quan trung ương", "bn", "TABMIS"),
        ("Bộ, ngành, cơ quan trung ương", "bn", "TABMIS"),
        ("Em ở KBNN Đức Trọng ạ", "kbnn", "Lâm Đồng"),
        ("Đơn vị: Trường THCS Lê Lợi", "qhns", "Lâm Đồng"),
    ],
)
def test_the_reply_about_the_unit_is_understood(text: str, code: str, holder: str) -> None:
    plan = replies(text, "organisation", **GUESSED)
    assert (plan.changes["organisation"], plan.changes["organisation_guesses"]) == (code, "")
    assert (plan.changes["holder"], plan.changes["asked"]) == (holder, "")
    assert "organisation_told" in event_kinds(plan)
    assert [lesson.organisation for lesson in plan.learned] == [code]


def test_the_classifiers_understand_a_unit_that_the_names_do_not_tell() -> None:
    about = ticket(
        "SERVICE_DESK", TicketState.WAITING, waiting_since=ticket().created_at, asked="organisation", **GUESSED
    )
    facts = facts_of(about, judgement=judged(organisation="bn"))
    assert decide(mail("Chị làm bên Tổng cục X"), facts, POLICY).changes["holder"] == "TABMIS"


def test_a_text_that_only_mentions_a_unit_is_no_answer() -> None:
    text = "Em gửi hồ sơ lên kho bạc từ hôm qua mà đến giờ vẫn chưa thấy ai trả lời cả."
    plan = replies(text, "organisation", **GUESSED)
    assert "organisation" not in plan.changes


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("KBNN Trung ương", "tw"), ("Phòng Tài chính - Kế hoạch huyện Di Linh", "tc"), ("Ngân hàng Nông nghiệp", "khac"),
        ("UBND xã Đạ Ròn", "qhns"), ("cơ quan tài chính", "tc"), ("Hợp tác xã Sao Mai", None), ("", None),
    ],
)  # fmt: skip
def test_the_name_of_a_unit_tells_its_kind_or_nothing(unit: str, code: str | None) -> None:
    assert organisation_in(unit) == code


def test_after_an_officers_correction_the_best_guess_is_acted_on() -> None:
    about = at_desk(**GUESSED, **NOWHERE)
    plan = decide(mail("#tinh Lâm Đồng", MAI), facts_of(about, MAI), POLICY)
    assert plan.changes["holder"] == "Lâm Đồng"


def test_a_reply_moves_no_ticket_away_from_where_an_officer_put_it() -> None:
    about = ticket(
        "THANH_TOAN", TicketState.WAITING, waiting_since=ticket().created_at, asked="province",
        **{**GUESSED, "rule": "4 kbnn phase 3"}, **NOWHERE,
    )  # fmt: skip
    plan = decide(mail("Tỉnh: Lâm Đồng"), facts_of(about), POLICY)
    assert (plan.changes["province"], plan.changes.get("holder")) == ("Lâm Đồng", None)


def test_a_resolved_ticket_teaches_no_guess() -> None:
    plan = decide(mail("#xong\nĐã xong.", LAN), facts_of(ticket(**GUESSED), LAN), POLICY)
    assert [lesson.organisation for lesson in plan.learned] == [""]


def test_the_standard_question_stands_in_the_ticket_as_it_was_put() -> None:
    plan = asks("#hoi tinh", at_desk(**NOWHERE))
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.ANSWER
    assert plan.entry.text == the(plan, LetterKind.ASK_DETAILS).text


def test_in_phase_1_a_school_and_a_treasury_have_different_places() -> None:
    about = at_desk(**{**GUESSED, "organisation_guesses": "kbnn qhns", "application": "KQKB", **NOWHERE})
    facts = facts_of(about, MAI)
    assert decide(mail("#hoi tinh", MAI), facts, policy(1)).changes["asked"] == "province organisation"
    assert decide(mail("#hoi tinh", MAI), facts, policy(3)).changes["asked"] == "province"
