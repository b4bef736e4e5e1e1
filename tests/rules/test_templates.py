"""Every template speaks for every letter, whatever the data; and none of them decides anything."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

import templates.mail
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.words import AVAILABLE
from storage.tables import Channel, Entry, EntryKind, ReplyGoes, Ticket, TicketState
from templates.mail import wording
from tests.unit.compose.samples import ALTERNATIVES, LETTERS, NOW, ticket, unsure_ticket, write

FOLDER = Path(templates.mail.__file__).parent
KINDS = sorted(LetterKind)
EVIL = '<script>alert(1)</script> "><img src=x> mailto:evil@x.vn?bcc=y {{ 7*7 }} {% raw %}\r\nBcc: evil@x.vn'


def evil_ticket() -> Ticket:
    return ticket(
        subject=EVIL * 12,
        requester_name=EVIL,
        requester_address="a@b\r\nBcc: evil@x.vn",
        reply_address=EVIL,
        application="<b>KHONG_CO</b>",
        province="<i>Tỉnh</i>",
        organisation="<u>khong_co</u>",
        request_kind="khong_co",
        priority="khong_co",
        holder="KHONG_AI",
        taken_by=EVIL,
        may_belong_to=EVIL,
        answer_due_at=None,
        due_at=None,
    )


def empty_ticket() -> Ticket:
    return ticket(
        subject="",
        requester_name="",
        requester_address="",
        reply_address="",
        application="KHAC",
        application_accepted=False,
        province=None,
        province_current=None,
        organisation="",
        request_kind="",
        priority="",
        answer_due_at=None,
        due_at=None,
    )


def seen(page: str) -> str:
    """What a reader sees of an HTML part: its text without tags."""
    return html.unescape(re.sub(r"<[^>]*>", " ", page.partition("<body")[2].partition(">")[2]))


TICKETS = {"ordinary": ticket, "unsure": unsure_ticket, "evil": evil_ticket, "empty": empty_ticket}


def evil_history() -> list[Entry]:
    return [
        Entry(ticket_id=7, kind=kind, at=NOW, author_address=EVIL, author_name="", text=f"{EVIL} {kind}")
        for kind in EntryKind
    ]


def test_every_letter_has_a_text_and_an_html_template_and_there_are_no_others() -> None:
    wanted = {f"{kind.value}.{part}.j2" for kind in LetterKind for part in ("txt", "html")}
    assert {path.name for path in FOLDER.glob("*.j2") if not path.name.startswith("_")} == wanted


def test_templates_hold_no_logic_beyond_if_and_for() -> None:
    layout = {"extends", "block", "endblock", "include", "import", "macro", "endmacro", "set", "endset"}
    allowed = layout | {"if", "elif", "else", "endif", "for", "endfor"}
    for path in FOLDER.glob("*.j2"):
        assert set(re.findall(r"{%-?\s*(\w+)", path.read_text("utf-8"))) <= allowed, path.name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("about", TICKETS)
def test_every_letter_renders_whatever_the_ticket_holds(kind: LetterKind, about: str) -> None:
    row = write(LETTERS[kind], TICKETS[about](), alternatives=ALTERNATIVES)
    assert row.text.strip()
    assert row.html.startswith("<!DOCTYPE html>")
    assert "None" not in row.text + row.html


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_renders_without_a_ticket(kind: LetterKind) -> None:
    row = write(LETTERS[kind], None, files=(), history=())
    assert row.subject
    assert "[" not in row.subject
    assert "#nhan" not in row.text or kind in (LetterKind.HELP, LetterKind.BUNDLE)


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_wrote_never_becomes_html_or_template_code(kind: LetterKind) -> None:
    letter = replace(
        LETTERS[kind], text=EVIL, by=EVIL, why=EVIL, lines=(EVIL,), recipient_name=EVIL, reply_reaches=EVIL
    )
    row = write(letter, evil_ticket(), history=evil_history())
    assert "<script" not in row.html
    assert not re.search(r"<img(?! src=\"cid:)", row.html)
    assert not re.search(r"<(b|i|u)>(KHONG_CO|Tỉnh|khong_co)", row.html)
    assert set(re.findall(r'href="([^"?]*)', row.html)) <= {"mailto:hotrocntt@vst.gov.vn"}
    assert "49" not in re.sub(r"#[0-9a-f]{6}", "", row.text)
    assert "\n" not in row.subject + row.recipient_name


@pytest.mark.parametrize("kind", KINDS)
def test_text_parts_hold_no_html(kind: LetterKind) -> None:
    text = write(LETTERS[kind], ticket()).text
    assert not re.search(r"<(?!\S+@)", text)
    assert html.unescape(text) == text
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


@pytest.mark.parametrize("kind", KINDS)
def test_no_line_of_ours_starts_with_a_word_that_a_reply_could_repeat_by_accident(kind: LetterKind) -> None:
    lines = write(LETTERS[kind], unsure_ticket(), alternatives=ALTERNATIVES).text.splitlines()
    assert not [line for line in lines if line.lstrip().startswith("#")]


FIRST_WORDS = {
    ReplyGoes.REQUESTER: "nội dung sẽ gửi tới Nguyễn Thị Hoa (người gửi yêu cầu).",
    ReplyGoes.PASSER: "nội dung sẽ gửi tới Nguyễn Thị Hoa (nơi đã chuyển yêu cầu).",
    ReplyGoes.HOLDER: "nội dung sẽ gửi tới Nguyễn Thị Hoa (nơi đang xử lý).",
    ReplyGoes.NOTE: "nội dung chỉ lưu làm ghi chú trong hồ sơ yêu cầu, không gửi cho ai.",
}


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - TO_REQUESTER))
@pytest.mark.parametrize("goes", sorted(ReplyGoes))
def test_the_first_line_of_a_letter_to_staff_says_where_a_plain_reply_goes(kind: LetterKind, goes: ReplyGoes) -> None:
    row = write(replace(LETTERS[kind], reply_goes=goes, reply_reaches="Nguyễn Thị Hoa"), ticket())
    wanted = f"Trả lời thư này (không ghi từ lệnh): {FIRST_WORDS[goes]}"
    assert row.text.splitlines()[0] == wanted
    assert re.sub(r"\s+(?=[.,])|\s", "", seen(row.html)).startswith(re.sub(r"\s", "", wanted))
    assert row.reply_goes is goes


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - TO_REQUESTER))
def test_the_first_line_of_a_letter_without_ticket_says_that_a_reply_begins_one(kind: LetterKind) -> None:
    assert write(LETTERS[kind], None).text.startswith("Thư này không thuộc yêu cầu nào; trả lời thư này sẽ thành")


@pytest.mark.parametrize("kind", sorted(TO_REQUESTER))
def test_a_letter_to_the_requester_tells_nothing_internal(kind: LetterKind) -> None:
    letter = replace(LETTERS[kind], why="VÌ SAO", lines=("DÒNG NỘI BỘ",))
    about = ticket(why="LÝ DO", rule="4 kbnn", state=TicketState.RESOLVED, taken_by="tuan.lv@vst.gov.vn")
    history = [
        Entry(ticket_id=7, kind=EntryKind.INTERNAL, at=NOW, author_address="x@vst.gov.vn", text="GHI CHÚ NỘI BỘ")
    ]
    row = write(letter, about, history=history, alternatives=ALTERNATIVES)
    shown = row.text + seen(row.html)
    for secret in ("VÌ SAO", "DÒNG", "LÝ DO", "4 kbnn", "GHI CHÚ", "mức ", "\u00a0%", "TTLKB", "tuan.lv", "(~", " #"):
        assert secret not in shown
    assert "(~" not in row.subject


def test_every_value_of_the_closed_lists_has_a_vietnamese_name() -> None:
    assert set(wording.STATES) == {state.value for state in TicketState}
    assert set(wording.CHANNELS) == {channel.value for channel in Channel}
    assert set(wording.WORDS) == {word.value for word in AVAILABLE}
