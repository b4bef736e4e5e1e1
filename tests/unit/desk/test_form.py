"""The request form: copied, reordered, without diacritics, in a table, inside a quote; read field by field."""

from typing import Any

import pytest

from classifiers.verdict import Verdict
from daemon.desk.decide import decide
from daemon.desk.form import blank, read_form
from daemon.desk.formread import form_of
from daemon.desk.letters import LetterKind
from daemon.desk.naming import application_in, province_in
from daemon.desk.plan import Plan
from storage.tables import Channel, LearnedFrom
from tests.unit.desk.builders import (
    CATALOGUE,
    POLICY,
    event_kinds,
    facts_of,
    judged,
    kinds,
    mail,
    province,
    unsure,
)

FILLED = """PHIẾU YÊU CẦU HỖ TRỢ
Đơn vị: KBNN Đức Trọng
Họ và tên: Nguyễn Thị Hoa
Tỉnh, thành phố: Lâm Đồng
Ứng dụng: TTSP
Hiện tượng: Không đi được lệnh sang Vietcombank.
Màn hình báo lỗi TTSP-1042.
Từ khi nào: sáng nay
Điện thoại: 0263 3812345
"""
VALUES = ("KBNN Đức Trọng", "Nguyễn Thị Hoa", "Lâm Đồng", "TTSP", "sáng nay", "0263 3812345")


def values(text: str) -> tuple[str, ...]:
    form = read_form(text)
    assert form is not None
    assert "TTSP-1042" in form.happens
    return (form.unit, form.name, form.province, form.application, form.since, form.phone)


def reordered() -> str:
    title, *fields = FILLED.replace(".\nMàn hình", ". Màn hình").strip().split("\n")
    return "\n".join([title, *reversed(fields)])


SHAPES = {
    "as it is": FILLED,
    "reordered": reordered(),
    "bullets": "\n".join(f"- {line}" if ":" in line else line for line in FILLED.split("\n")),
    "numbered": "\n".join(f"{n}. {line}" for n, line in enumerate(FILLED.split("\n"))),
    "quoted": "\n".join(f"> {line}" for line in FILLED.split("\n")),
    "a table": FILLED.replace(": ", "\t"),
    "a table with bars": FILLED.replace(": ", " | "),
    "without a title": FILLED.split("\n", 1)[1],
    "with a greeting": f"Kính gửi anh chị,\n\nEm gửi phiếu ạ.\n\n{FILLED}\nTrân trọng.",
    "blank lines between": FILLED.replace("\n", "\n\n"),
    "other labels": FILLED.replace("Hiện tượng", "Nội dung").replace("Tỉnh, thành phố", "Tỉnh").replace("Điện thoại", "SĐT"),
    "no-break blanks": FILLED.replace(" ", "\xa0"),
    "decomposed letters": __import__("unicodedata").normalize("NFD", FILLED),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_filled_form_is_read_in_every_shape_that_people_give_it(shape: str) -> None:
    assert values(SHAPES[shape]) == VALUES


def test_a_form_without_diacritics_is_read_field_by_field() -> None:
    form = read_form(
        "phieu yeu cau ho tro\ndon vi: kbnn duc trong\ntinh: lam dong\nung dung: ttsp\nhien tuong: khong di duoc lenh"
    )
    assert form is not None
    assert (form.unit, form.province, form.application) == ("kbnn duc trong", "lam dong", "ttsp")
    assert form.happens == "khong di duoc lenh"


@pytest.mark.parametrize(
    "text",
    [
        "Em không vào được TABMIS.",
        "Trân trọng,\nĐơn vị: KBNN Đức Trọng\nHọ tên: Hoa\nĐiện thoại: 0263",
        "Ứng dụng: TABMIS\nLỗi GL",
        "",
    ],
)
def test_an_ordinary_mail_with_a_few_labels_is_no_form(text: str) -> None:
    assert read_form(text) is None


def test_the_blank_form_is_a_form_that_says_nothing() -> None:
    form = read_form(blank())
    assert form is not None
    assert form.is_blank
    assert form.as_text() == ""


def test_dots_and_lines_left_blank_are_no_values() -> None:
    form = read_form(FILLED.replace("sáng nay", "............").replace("0263 3812345", "____"))
    assert form is not None
    assert (form.since, form.phone) == ("", "")


def test_answers_inside_the_quoted_form_are_found() -> None:
    quoted = "\n".join(f"> {line}" for line in FILLED.split("\n"))
    written = mail("Em gửi lại phiếu.", full_text=f"Em gửi lại phiếu.\n\nVào lúc 09:12 Hỗ trợ đã viết:\n{quoted}")
    form = form_of(written)
    assert form is not None
    assert form.application == "TTSP"


def test_the_end_of_a_form_that_was_taken_for_a_signature_still_counts() -> None:
    head, _, tail = FILLED.partition("Từ khi nào")
    form = form_of(mail(head, signature=f"Từ khi nào{tail}"))
    assert form is not None
    assert (form.since, form.phone) == ("sáng nay", "0263 3812345")


# What it means for the ticket.


def plan_of(text: str, **more: Any) -> Plan:
    guess = judged(unsure("TCS", "TTLKB"), province("Hà Nội"), unsure("qhns", "kbnn"))
    return decide(mail(text, subject="Phieu yeu cau ho tro", **more), facts_of(judgement=guess), POLICY)


def test_a_form_outweighs_the_classifiers_and_names_the_ticket() -> None:
    plan = plan_of(FILLED)
    ticket = plan.new_ticket
    assert ticket is not None
    assert (ticket.channel, ticket.application, ticket.application_accepted) == (Channel.FORM, "TTSP", True)
    assert (ticket.province, ticket.organisation, ticket.holder) == ("Lâm Đồng", "kbnn", "Lâm Đồng")
    assert ticket.subject == "Không đi được lệnh sang Vietcombank."
    assert {"form_read", "province_told", "category_told"} <= set(event_kinds(plan))
    assert LetterKind.ACKNOWLEDGEMENT in kinds(plan)
    assert plan.entry is not None
    assert "Điện thoại: 0263 3812345" in plan.entry.text


def test_a_form_teaches_where_its_sender_works() -> None:
    (lesson,) = plan_of(FILLED).learned
    assert (lesson.province, lesson.learned_from) == ("Lâm Đồng", LearnedFrom.PERSON)


def test_what_a_form_does_not_say_is_left_to_the_classifiers() -> None:
    plan = plan_of(FILLED.replace("Ứng dụng: TTSP", "Ứng dụng: chương trình kế toán"))
    assert plan.new_ticket is not None
    assert (plan.new_ticket.application, plan.new_ticket.application_accepted) == ("TCS", False)


@pytest.mark.parametrize(
    ("unit", "organisation"),
    [
        ("Kho bạc Nhà nước Trung ương", "tw"),
        ("Kho bạc Đức Trọng", "kbnn"),
        ("Phòng Tài chính - Kế hoạch Đức Trọng", "tc"),
        ("Trường THCS Lê Lợi", "qhns"),
        ("Tổ 3", "qhns"),  # says nothing: the classifiers' guess stays
    ],
)
def test_the_unit_of_a_form_tells_the_kind_of_organisation_as_everywhere(unit: str, organisation: str) -> None:
    plan = plan_of(FILLED.replace("KBNN Đức Trọng", unit))
    assert plan.new_ticket is not None
    assert plan.new_ticket.organisation == organisation
    assert (plan.new_ticket.organisation_guesses == "") is (unit != "Tổ 3")


# Names typed by people.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lâm Đồng", "Lâm Đồng"),
        ("em ở KBNN Đức Trọng, lam dong ạ", "Lâm Đồng"),
        ("Bình Thuận cũ, nay thuộc Lâm Đồng", "Bình Thuận"),
        ("Tỉnh nào cũng được, Hà Nội hay Lâm Đồng", None),
        ("để em hỏi lại", None),
        ("", None),
    ],
)
def test_a_province_is_understood_wherever_it_stands_unless_there_are_two(text: str, found: str | None) -> None:
    place = province_in(text, POLICY.resolve_province)
    assert (place[0] if place else None) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TTSP", "TTSP"),
        ("ttsp ạ", "TTSP"),
        ("kho dữ liệu: KDL_TABMIS", "KDL_TABMIS"),
        ("em dùng kdl tabmis", "KDL_TABMIS"),
        ("Ứng dụng TTLKB", "TTLKB"),
        ("TTSP hoặc TCS", None),
        ("không biết", None),
        ("", None),
    ],
)
def test_an_application_is_understood_by_its_code_or_name(text: str, code: str | None) -> None:
    assert application_in(text, CATALOGUE) == code


def test_a_confirmed_form_counts_as_sure_but_not_as_an_officers_word() -> None:
    plan = plan_of(FILLED)
    assert plan.new_ticket is not None
    assert 0.9 < plan.new_ticket.application_confidence < 1.0
    assert plan.alternatives
    assert all(code != "TTSP" for code, _ in plan.alternatives)
    assert isinstance(judged().application, Verdict)
