"""Buttons write exactly the word they promise, and only words that their reader may use."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from daemon.desk.directory import ITO, SERVICE_DESK
from daemon.desk.letters import LetterKind
from daemon.desk.words import AVAILABLE, read_words
from daemon.mail.buttons import mailto
from daemon.reading.proof import subject_token, token_is_valid
from storage.tables import Outbox, ReplyGoes, TicketState
from tests.unit.compose.samples import ADDRESS, ALTERNATIVES, LETTERS, OFFICE, RING, ticket, unsure_ticket, write

NOTICE = LETTERS[LetterKind.NOTICE]


def links(row: Outbox) -> list[tuple[str, str]]:
    """Subject and body that each button's link means, decoded as a mail client does it."""
    found = [unescape(href) for href in re.findall(r'href="(mailto:[^"]*\?[^"]*)"', row.html)]
    assert all("+" not in href and " " not in href and href.isascii() for href in found)
    fields = [parse_qs(urlsplit(href).query, strict_parsing=True, keep_blank_values=True) for href in found]
    assert all(urlsplit(href).path == ADDRESS for href in found)
    return [(field["subject"][0], field["body"][0]) for field in fields]


def bodies(row: Outbox) -> list[str]:
    return [body for _, body in links(row)]


def test_buttons_of_a_holder_write_the_words_he_may_use_now() -> None:
    assert bodies(write(NOTICE, ticket())) == [
        "#nhan",
        "#xong\r\n",
        "#hoi\r\n",
        "#chuyen muc 2\r\n",
        "#tra\r\n",
        "#phanloai ",
    ]


def test_every_button_is_read_back_as_one_available_word() -> None:
    for row in (write(NOTICE, ticket()), write(NOTICE, unsure_ticket(), alternatives=ALTERNATIVES)):
        for body in bodies(row):
            reading = read_words(body)
            assert len(reading.commands) == 1
            assert reading.commands[0].word in AVAILABLE
            assert not reading.unknown


def test_a_buttons_subject_carries_code_and_token() -> None:
    subject, _ = links(write(NOTICE, ticket()))[0]
    assert subject.startswith("[HT-2026-000123] (~")
    assert token_is_valid(RING, "HT-2026-000123", subject_token(subject) or "", [OFFICE])


def test_the_service_desk_gets_likely_applications_province_and_not_a_request() -> None:
    letter = replace(NOTICE, bound_to=SERVICE_DESK)
    assert bodies(write(letter, unsure_ticket(), alternatives=ALTERNATIVES)) == [
        "#nhan",
        "#xong\r\n",
        "#hoi\r\n",
        "#hoi tinh va ung dung\r\n",
        "#phanloai TTSP",
        "#phanloai TTLKB",
        "#phanloai TABMIS",
        "#phanloai ",
        "#tinh ",
        "#rac",
    ]


def test_a_taken_ticket_offers_no_taking_and_an_ended_one_only_reopening() -> None:
    assert "#nhan" not in bodies(write(NOTICE, ticket(taken_by="tuan.lv@vst.gov.vn")))
    assert bodies(write(NOTICE, ticket(state=TicketState.RESOLVED))) == ["#mo\r\n"]


@pytest.mark.parametrize(("level", "holder", "target"), [(2, "THANH_TOAN", "muc 3"), (3, "PTUD", "muc 4")])
def test_handing_over_goes_one_level_up(level: int, holder: str, target: str) -> None:
    row = write(replace(NOTICE, bound_to=holder), ticket(level=level, holder=holder))
    assert f"#chuyen {target}\r\n" in bodies(row)


def test_the_experts_have_nobody_above_them() -> None:
    row = write(replace(NOTICE, bound_to="CHUYEN_GIA"), ticket(level=4, holder="CHUYEN_GIA"))
    assert not [body for body in bodies(row) if body.startswith("#chuyen")]


def test_the_outside_provider_passes_up_to_its_own_group() -> None:
    row = write(replace(NOTICE, bound_to=ITO), ticket(level=2, holder=ITO, application="DVC"))
    assert "#chuyen nhom NOI_BO\r\n" in bodies(row)
    assert "#tinh " not in bodies(row)


def test_a_passer_who_got_a_result_may_not_end_what_another_office_holds() -> None:
    letter = replace(LETTERS[LetterKind.RESULT], bound_to=OFFICE)
    assert bodies(write(letter, ticket(level=2, holder="THANH_TOAN"))) == ["#duyet", "#hoi\r\n"]


def test_giving_back_names_the_office_that_handed_over() -> None:
    letter = replace(
        NOTICE, bound_to="THANH_TOAN", reply_goes=ReplyGoes.PASSER, reply_reaches="Phòng Tin học KBNN Lâm Đồng"
    )
    assert "- Trả lại Phòng Tin học KBNN Lâm Đồng: #tra" in write(letter, ticket(level=2, holder="THANH_TOAN")).text


def test_words_stand_in_the_text_part_with_what_is_to_be_typed_behind_them() -> None:
    text = write(replace(NOTICE, bound_to=SERVICE_DESK), unsure_ticket()).text
    assert "- Ghi tên tỉnh: #tinh TÊN TỈNH" in text
    assert "- Đây là TTSP: #phanloai TTSP" in text


def test_the_requester_confirms_contests_and_rates_a_resolved_answer_and_has_no_other_button() -> None:
    answer = LETTERS[LetterKind.ANSWER]
    assert bodies(write(answer, ticket(state=TicketState.RESOLVED))) == [
        "Đã xong, cảm ơn.",
        "#mo\r\n",
        *(f"Đánh giá: {score}/5" for score in (5, 4, 3, 2, 1)),
    ]
    assert bodies(write(LETTERS[LetterKind.MERGED_DONE], ticket(state=TicketState.DUPLICATE))) == ["#mo\r\n"]
    assert bodies(write(answer, ticket(state=TicketState.IN_PROGRESS))) == []
    assert bodies(write(LETTERS[LetterKind.ACKNOWLEDGEMENT], ticket())) == []


def test_nobody_without_a_part_in_the_ticket_gets_buttons() -> None:
    assert bodies(write(replace(NOTICE, bound_to="PTUD"), ticket())) == []
    assert bodies(write(LETTERS[LetterKind.BRAKE], ticket())) == []


def test_mailto_links_survive_signs_that_mean_something_in_links() -> None:
    link = mailto("a&b?#%@x.vn", "Cộng +/& = ? # %\u00a0đ", "một\nhai\r\nba")
    assert re.fullmatch(r"mailto:[A-Za-z0-9@._%-]+\?subject=[A-Za-z0-9._%~-]*&body=[A-Za-z0-9._%~-]*", link)
    fields = parse_qs(urlsplit(link).query)
    assert fields == {"subject": ["Cộng +/& = ? # %\u00a0đ"], "body": ["một\r\nhai\r\nba"]}
