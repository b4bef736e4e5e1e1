"""What the letters say, and what the outbox row of a letter holds."""

import re
from dataclasses import replace

import pytest

from daemon.desk.directory import ITO, SERVICE_DESK
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.mail.attaching import choose, size_in_words
from daemon.mail.compose import references
from daemon.mail.page_maker import MOST_LETTERS_SHOWN
from daemon.reading.proof import is_our_message_id, subject_code, subject_token, ticket_of_message_id, token_is_valid
from storage.tables import Entry, EntryKind, OutboxState, TicketState
from tests.unit.compose.samples import (
    ALTERNATIVES,
    ANSWER,
    FILES,
    HISTORY,
    LETTERS,
    NOW,
    OFFICE,
    RING,
    ticket,
    unsure_ticket,
    write,
)

ACKNOWLEDGEMENT = LETTERS[LetterKind.ACKNOWLEDGEMENT]
NOTICE = LETTERS[LetterKind.NOTICE]


def test_an_acknowledgement_tells_code_application_province_office_and_due_time() -> None:
    text = write(ACKNOWLEDGEMENT, ticket()).text
    for words in (
        "HT-2026-000123",
        "Thanh toán song phương điện tử",
        "Bình Thuận (nay thuộc Lâm Đồng)",
        "Nơi xử lý: Phòng Tin học KBNN Lâm Đồng",
        "trước 15:30 thứ Hai, 23/11/2026",
        "trả lời thư này",
        "024 6276 4300",
    ):
        assert words in text


def test_an_acknowledgement_does_not_guess_the_application_and_promises_no_time_that_is_not_set() -> None:
    text = write(ACKNOWLEDGEMENT, unsure_ticket(answer_due_at=None)).text
    assert "Ứng dụng:" not in text
    assert "sẽ xem nội dung và phân loại" in text
    assert "Dự kiến" not in text


def test_an_acknowledgement_says_which_office_serves_the_user_only_when_it_is_not_the_centre() -> None:
    assert "trực tiếp hỗ trợ anh/chị" in write(ACKNOWLEDGEMENT, ticket()).text
    assert "trực tiếp hỗ trợ" not in write(ACKNOWLEDGEMENT, ticket(holder="THANH_TOAN", level=2)).text


def test_an_answer_begins_with_the_officers_words_and_says_who_wrote_them() -> None:
    text = write(LETTERS[LetterKind.ANSWER], ticket()).text
    assert text.startswith(ANSWER)
    assert "Lê Văn Tuấn, Phòng Tin học KBNN Lâm Đồng" in text


def test_a_resolved_answer_without_text_still_says_what_happened() -> None:
    letter = replace(LETTERS[LetterKind.ANSWER], text="")
    assert "đã được ghi nhận là xử lý xong" in write(letter, ticket(state=TicketState.RESOLVED)).text


def test_a_notice_shows_request_facts_files_and_why_it_came() -> None:
    text = write(NOTICE, ticket()).text
    for words in (
        "| Từ sáng nay đơn vị tôi",
        "Người gửi: Nguyễn Thị Hoa <hoa.nt@vst.gov.vn>",
        "(mức 1)",
        "Tệp lớn không gửi kèm: video.mp4 (12 MB)",
        "không gửi kèm: capnhat.exe (88 kB)",
        "Vì sao thư đến với anh/chị: Giai đoạn 3: yêu cầu về TTSP",
    ):
        assert words in text


def test_a_notice_warns_of_a_sender_whose_domain_imitates_ours() -> None:
    warning = "Cảnh báo: địa chỉ người gửi trông giống vst.gov.vn nhưng không phải của cơ quan"
    assert warning in write(NOTICE, ticket(requester_address="hoa.nt@vst-gov.vn")).text
    assert warning in write(NOTICE, ticket(reply_address="hoa.nt@vst.gov.vn.example.com")).text
    assert "Cảnh báo" not in write(NOTICE, ticket()).text


def test_a_notice_about_an_unsure_application_gives_the_alternatives() -> None:
    text = write(NOTICE, unsure_ticket(), alternatives=ALTERNATIVES).text
    assert "chưa chắc (46\u00a0%); cũng có thể: Thanh toán điện tử liên kho bạc (TTLKB) 31\u00a0%" in text
    assert "Tỉnh: chưa rõ" in text


def test_a_notice_tells_a_new_holder_what_happened_since_but_not_what_strangers_and_machines_wrote() -> None:
    kinds = (EntryKind.FOLLOW_UP, EntryKind.INTERNAL, EntryKind.STRANGER, EntryKind.AUTOMATIC)
    later = [Entry(ticket_id=7, kind=kind, at=NOW, author_address="x@y.vn", text=f"mục {kind}") for kind in kinds]
    text = write(NOTICE, ticket(), history=[*HISTORY, *later]).text
    assert "| mục follow_up" in text
    assert "| mục internal" in text
    assert "mục stranger" not in text
    assert "mục automatic" not in text


def test_the_outside_provider_sees_nothing_internal() -> None:
    note = Entry(ticket_id=7, kind=EntryKind.INTERNAL, at=NOW, author_address="x@vst.gov.vn", text="GHI CHÚ NỘI BỘ")
    letter = replace(NOTICE, recipient="hotro@ito.example.vn", bound_to=ITO)
    about = unsure_ticket(holder=ITO, application="DVC", why="LÝ DO", may_belong_to="HT-2026-000001")
    row = write(letter, about, history=[*HISTORY, note], alternatives=ALTERNATIVES)
    for secret in ("GHI CHÚ", "LÝ DO", "Vì sao", "mức ", "TTLKB", "\u00a0%", "HT-2026-000001", "Giai đoạn"):
        assert secret not in row.text
        assert secret not in re.sub(r"<[^>]*>", "", row.html.partition("<body")[2])
    assert "Từ sáng nay đơn vị tôi" in row.text


def test_very_long_words_are_cut_for_staff_and_passed_on_whole_to_the_requester() -> None:
    long = "một hai ba bốn\n" * 4_000
    seen = write(replace(LETTERS[LetterKind.FOLLOW_UP], text=long), ticket()).text
    assert "(còn nữa" in seen
    assert len(seen) < 1.5 * MOST_LETTERS_SHOWN + 3_000
    assert long.strip() in write(replace(LETTERS[LetterKind.ANSWER], text=long), ticket()).text


def test_line_breaks_and_indents_of_the_request_survive_in_html() -> None:
    html = write(NOTICE, ticket()).html
    assert "không được.<br>\n&nbsp;&nbsp;&nbsp;&nbsp;Số lệnh: 0012345<br>" in html


# The row


def test_a_row_is_ready_to_send_and_carries_the_promise_of_its_first_line() -> None:
    row = write(NOTICE, ticket())
    assert (row.ticket_id, row.cause, row.letter, row.recipient) == (7, "mail:17", "notice", NOTICE.recipient)
    assert (row.created_at, row.next_attempt_at, row.state) == (NOW, NOW, OutboxState.PENDING)
    assert (row.reply_goes, row.ticket_moves, row.automatic) == (NOTICE.reply_goes, 2, True)
    assert row.in_reply_to == "<second@vst.gov.vn>"
    assert row.references == ["<first@vst.gov.vn>", "<second@vst.gov.vn>"]
    assert row.attachments == [1, 2]
    assert not write(LETTERS[LetterKind.ANSWER], ticket()).automatic


def test_the_message_id_is_keyed_and_the_same_for_the_same_letter_only() -> None:
    row = write(NOTICE, ticket())
    assert is_our_message_id(RING, row.message_id)
    assert ticket_of_message_id(RING, row.message_id) == "HT-2026-000123"
    assert write(NOTICE, ticket()).message_id == row.message_id
    others = [
        write(NOTICE, ticket(), cause="mail:18"),
        write(replace(NOTICE, recipient="b@vst.gov.vn"), ticket()),
        write(LETTERS[LetterKind.FOLLOW_UP], ticket()),
        write(NOTICE, ticket(code="HT-2026-000124")),
    ]
    assert row.message_id not in {other.message_id for other in others}


def test_subjects_are_the_same_within_one_conversation_and_recipient() -> None:
    requester = {write(LETTERS[kind], ticket()).subject for kind in TO_REQUESTER}
    staff = {write(LETTERS[kind], ticket()).subject for kind in (LetterKind.NOTICE, LetterKind.FOLLOW_UP)}
    assert requester == {"[HT-2026-000123] Không gửi được lệnh thanh toán song phương sang Vietcombank"}
    assert len(staff) == 1


def test_the_subject_to_staff_proves_whom_it_was_sent_to() -> None:
    subject = write(NOTICE, ticket()).subject
    assert subject_code(subject, "HT") == "HT-2026-000123"
    assert token_is_valid(RING, "HT-2026-000123", subject_token(subject) or "", [OFFICE])
    alone = write(replace(NOTICE, bound_to="", recipient="Tuan.LV@vst.gov.vn"), ticket()).subject
    assert token_is_valid(RING, "HT-2026-000123", subject_token(alone) or "", ["tuan.lv@vst.gov.vn"])


def test_codes_and_tokens_that_a_sender_typed_do_not_stand_in_our_subject() -> None:
    subject = write(NOTICE, ticket(subject="Re: [HT-2026-000001] (~aaaaaaaaaaaa) Hỏi lại")).subject
    assert subject.startswith("[HT-2026-000123] (~")
    assert subject.endswith(") Re: Hỏi lại")
    assert write(ACKNOWLEDGEMENT, ticket(subject="")).subject == "[HT-2026-000123] (không có tiêu đề)"


def test_long_subjects_are_cut() -> None:
    assert len(write(ACKNOWLEDGEMENT, ticket(subject="Lỗi " * 250)).subject) < 330


def test_references_keep_the_first_and_the_last_ids_and_nothing_invalid() -> None:
    thread = [f"<{number}@x.vn>" for number in range(60)]
    kept = references([*thread, "no id", "<a b@c>", "<>", thread[3], "<x@y>\r\nBcc: <evil@x.vn>"])
    assert len(kept) == 20
    assert (kept[0], kept[-1]) == ("<0@x.vn>", "<59@x.vn>")
    assert references([]) == []


# Files


def test_files_that_do_not_fit_are_named_and_do_not_stop_the_next_ones() -> None:
    large, small = FILES[2], FILES[1]
    chosen = choose([large, small], 100_000)
    assert chosen.attached == (small,)
    assert chosen.too_large == (large,)


def test_dangerous_files_never_go_along_and_doubles_go_once() -> None:
    chosen = choose([*FILES, FILES[1]], 50 * 1024 * 1024)
    assert [file.id for file in chosen.attached] == [1, 2, 3]
    assert [file.id for file in chosen.withheld] == [4]


def test_a_large_file_goes_to_one_recipient_once_and_is_named_afterwards() -> None:
    large, small = FILES[2], FILES[1]
    chosen = choose([large, small], 50 * 1024 * 1024, sent_before={large.digest, small.digest})
    assert (chosen.attached, chosen.sent_before) == ((small,), (large,))
    row = write(NOTICE, ticket(), files=(large,), sent_before={large.digest})
    assert row.attachments == []
    assert "đã gửi anh/chị trong thư trước: video.mp4" in row.text
    assert "đã gửi anh/chị trong thư trước: video.mp4" in row.html


def test_a_letter_that_passes_no_files_on_has_none() -> None:
    row = write(replace(NOTICE, with_attachments=False), ticket())
    assert row.attachments == []
    assert "Tệp" not in row.text
    assert "cid:" not in row.html


@pytest.mark.parametrize(
    ("octets", "words"), [(0, "0 byte"), (2048, "2 kB"), (1_500_000, "1,4 MB"), (12 * 1024 * 1024, "12 MB")]
)
def test_sizes_are_written_as_people_read_them(octets: int, words: str) -> None:
    assert size_in_words(octets) == words


def test_the_service_desk_has_its_own_token() -> None:
    subject = write(replace(NOTICE, bound_to=SERVICE_DESK), ticket()).subject
    assert subject != write(NOTICE, ticket()).subject
