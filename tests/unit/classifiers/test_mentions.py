"""What is found in a mail, before any weighing: independent of corpus and training."""

import pytest

from classifiers.mentions import mentions_of
from classifiers.province import candidates_of
from classifiers.verdict import TRUNG_UONG, MailText


def mail(text: str, name: str = "", address: str = "an@vst.gov.vn", subject: str = "") -> MailText:
    return MailText(name, address, subject, text)


def formers(found: MailText) -> set[str]:
    return {mention.former for mention in mentions_of(found)}


@pytest.mark.parametrize("name", ["Nguyễn Khánh Hòa", "Cao Thế Vinh", "Trần Thị Thanh Bình", "nguyen thi hue"])
def test_a_persons_name_mentions_no_place(name: str) -> None:
    assert formers(mail(f"Máy in của tôi hỏng rồi.\n{name}", name=name)) == set()


def test_a_place_behind_a_persons_name_counts() -> None:
    assert formers(mail("Máy in hỏng.\nNguyễn Khánh Hòa - Di Linh", name="Nguyễn Khánh Hòa")) == {"Lâm Đồng"}


@pytest.mark.parametrize(
    ("name", "signature", "expected"),
    [
        ("Phan Hoài Ân", "Hoài Ân - KBNN Di Linh", {"Lâm Đồng"}),
        ("Vũ Quang Huy", "Vũ Quang Huy\nBan Quản lý ngân quỹ", {TRUNG_UONG}),
        ("Ngô Thanh Hà (Khối Vận hành)", "Em Thanh Hà", set()),
        ("Bùi Xuân Trường", "Trường - KBNN Xuân Trường", {"Nam Định"}),
        ("Trường THCS Kim Bảng", "Kế toán", {"Hà Nam"}),
    ],
)
def test_a_sender_who_is_called_like_a_place_names_himself(name: str, signature: str, expected: set[str]) -> None:
    assert formers(mail(f"Máy in của tôi hỏng rồi.\n{signature}", name=name)) == expected


def test_a_signature_that_is_only_such_a_name_leaves_the_last_line_to_say_where_one_is() -> None:
    found = mentions_of(mail("Máy in của tôi hỏng rồi, Di Linh\nHoài Ân", name="Phan Hoài Ân"))
    assert [(mention.former, mention.zone) for mention in found] == [("Lâm Đồng", "tail")]


def test_a_surname_that_ends_a_place_makes_no_person_of_the_next_one() -> None:
    found = candidates_of(mail("Máy in hỏng.\nKho bạc Bắc Giang Lục Ngạn"))
    assert {one.former for one in found} == {"Bắc Giang"}
    assert {mention.role for one in found for mention in one.mentions} == {"treasury", "plain"}


def test_a_place_with_which_a_longer_name_begins_is_marked() -> None:
    def marked(text: str) -> bool:
        return any("longer" in mention.marks for mention in mentions_of(mail(text)))

    assert marked("Tôi ở xã Long Điền Đông.") and marked("Đón đoàn ở Tân Sơn Nhất")
    assert not marked("Tôi ở Long Điền, đông khách.") and not marked("Kho bạc Long Điền Vũng Tàu")
    assert not marked("Kho bạc Long Điền Nguyễn Văn An") and not marked("Kho bạc Long Điền ĐT 0254")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mau cua kho bac cap cho don vi", set()),
        ("ghi muc luc ngan sach", set()),
        ("kb cho don hoi", {"Bắc Kạn"}),
        ("em o luc ngan", {"Bắc Giang"}),
        ("chợ đồn bk", {"Bắc Kạn"}),
        ("Đơn vị Thanh Hóa bị lỗi", {"Thanh Hóa"}),
    ],
)
def test_words_that_only_look_like_a_name_without_their_accents_are_none(text: str, expected: set[str]) -> None:
    assert formers(mail(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KBNN Châu Thành - Bến Tre", {"Bến Tre"}),
        ("KBNN Châu Thành - Vĩnh Long", {"Bến Tre", "Trà Vinh", "Vĩnh Long"}),
        ("KBNN Phước Long BL", {"Bạc Liêu"}),
        ("KBNN Phong Điền, TT Huế", {"Thừa Thiên Huế"}),
        ("KBNN Tân Phú - Đồng Nai", {"Đồng Nai"}),
        ("KBNN Tân Phú", {"Đồng Nai", "Hồ Chí Minh"}),
    ],
)
def test_an_ambiguous_district_keeps_the_readings_that_its_context_supports(text: str, expected: set[str]) -> None:
    assert {one.former for one in candidates_of(mail(f"Sổ phụ không về từ sáng nay.\nAn\n{text}"))} == expected


def test_accents_that_differ_make_another_name() -> None:
    assert formers(mail("Lỗi từ sáng.\nKBNN Thạnh Hóa")) == {"Long An"}
    assert formers(mail("Lỗi từ sáng.\nKBNN Thanh Hoá")) == {"Thanh Hóa"}
    assert formers(mail("loi tu sang.\nkbnn thanh hoa")) == {"Long An", "Thanh Hóa"}


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("ĐT 0263.3840.123", "Lâm Đồng"),
        ("ĐT (0263) 3 840 123", "Lâm Đồng"),
        ("ĐT 02633840123", "Lâm Đồng"),
        ("ĐT +84 263 3840123", "Lâm Đồng"),
        ("ĐT 024.62764300", "Hà Nội"),
        ("ĐT 028 3841 xxxx", "Hồ Chí Minh"),
    ],
)
def test_a_landline_names_its_province(text: str, former: str) -> None:
    assert formers(mail(f"Máy in hỏng.\n{text}")) == {former}


@pytest.mark.parametrize("text", ["0912 345 678", "số lệnh 000263", "mã 10263384", "số tiền 0.263"])
def test_other_numbers_are_no_landlines(text: str) -> None:
    assert formers(mail(f"Máy in hỏng.\n{text}")) == set()


@pytest.mark.parametrize("text", ["van ban den", "anh chu tai khoan", "bong den nhap nhay", "kho bac yen tinh"])
def test_ordinary_words_mention_nothing(text: str) -> None:
    assert formers(mail(text)) == set()


def test_kho_bac_does_not_begin_a_name() -> None:
    assert formers(mail("toi o kho bac Yen Mo")) == {"Ninh Bình"}


def test_a_comma_ends_a_name() -> None:
    assert formers(mail("Em xin phép hỏi về Tân, Châu và Thành")) == set()


def test_the_sign_of_a_provincial_office_is_not_the_centre() -> None:
    assert formers(mail("Lỗi.\nAn - VP KBNN Thanh Hóa")) == {"Thanh Hóa"}
    assert formers(mail("Lỗi.\nAn - Sở Giao dịch KBNN")) == {TRUNG_UONG}


def test_the_seat_of_the_central_office_does_not_make_it_a_provinces() -> None:
    assert formers(mail("Lỗi.\nAn - Văn phòng KBNN, Hà Nội")) == {TRUNG_UONG, "Hà Nội"}


def test_the_desk_that_is_written_to_is_evidence_only_where_it_signs() -> None:
    assert formers(mail("Kính gửi Phòng Hỗ trợ CNTT,\nMáy in của tôi hỏng rồi.")) == set()
    assert formers(mail("Máy in của tôi hỏng rồi.\nAn\nPhòng Hỗ trợ CNTT")) == {TRUNG_UONG}


def test_half_a_word_is_no_cue() -> None:
    found = candidates_of(mail("Máy in hỏng.\nPhòng Kiểm soát chi đầu tư cơ quan KBNN"))
    assert [(one.former, one.mentions[0].role) for one in found] == [(TRUNG_UONG, "plain")]


def test_a_private_mailbox_may_name_a_place() -> None:
    assert formers(mail("Lỗi rồi.", address="mnhoaban.mucangchai@gmail.com")) == {"Yên Bái"}
    assert formers(mail("Lỗi rồi.", address="hoabinh@vst.gov.vn")) == set()
