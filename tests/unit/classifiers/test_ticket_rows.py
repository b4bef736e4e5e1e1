from dataclasses import replace
from datetime import timedelta

from classifiers.tickets import Saying, rows_of, weight_of

from .conftest import NOW

SAID = Saying(
    7, "category", True, "TCS", "TABMIS", "cuong@vst.gov.vn", NOW, "Lê An", "an@vst.gov.vn", "Nhờ", "In sai ngày."
)


def test_the_last_word_about_a_ticket_counts() -> None:
    rows = rows_of([SAID, replace(SAID, said="PHT", at=NOW + timedelta(days=1))], ["TCS", "PHT"], NOW)
    assert [(row.application, row.writer, row.teaches) for row in rows] == [("PHT", SAID.who, ("application",))]


def test_category_and_province_of_a_ticket_are_one_row() -> None:
    rows = rows_of([SAID, replace(SAID, question="province", said="Huế")], ["TCS"], NOW)
    assert [(row.application, row.province, row.teaches) for row in rows] == [
        ("TCS", "Thừa Thiên Huế", ("application", "province"))
    ]


def test_a_category_that_is_no_longer_configured_teaches_nothing() -> None:
    assert rows_of([SAID], ["TABMIS"], NOW) == []


def test_newer_and_corrected_rows_weigh_more() -> None:
    old = replace(SAID, at=NOW - timedelta(days=360))
    assert weight_of(SAID, NOW) > weight_of(old, NOW) > weight_of(replace(old, corrected=False), NOW) > 0
