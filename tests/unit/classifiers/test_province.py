import pytest

from classifiers.province import ProvinceModel
from classifiers.verdict import TRUNG_UONG, MailText

TREASURY = "anhnt05@vst.gov.vn"


def former_of(
    model: ProvinceModel, text: str, address: str = TREASURY, name: str = "", subject: str = ""
) -> str | None:
    return model.judge(MailText(name, address, subject, text)).former


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("Em không vào được TABMIS.\nNguyễn Thị Hoa\nKBNN Đức Trọng - Lâm Đồng", "Lâm Đồng"),
        ("Em không vào được TABMIS.\nHoa, KBNN Đức Trọng", "Lâm Đồng"),
        ("em khong vao duoc tabmis. kbnn duc trong", "Lâm Đồng"),
        ("EM KHONG VAO DUOC TABMIS. KBNN DUC TRONG", "Lâm Đồng"),
        ("Máy in hỏng.\nTrần An, KBNN tỉnh Lâm Đồng, ĐT 0252.3822.111", "Bình Thuận"),
        ("Máy in hỏng từ sáng.\nLê An\nKBNN Phan Thiết - Lâm Đồng", "Bình Thuận"),
        ("Máy in hỏng từ sáng, không in được phiếu nào.\nLê An\nKBNN Tây Ninh", "Tây Ninh"),
        ("Máy in hỏng từ sáng.\nLê An\nKBNN Bến Lức - Tây Ninh", "Long An"),
        ("Sổ phụ không về.\nKBNN Châu Thành - Bến Tre", "Bến Tre"),
        ("Sổ phụ không về.\nKBNN Quận 2, TP.HCM", "Hồ Chí Minh"),
        ("Sổ phụ không về.\nHoa - KBNN Cư M'gar", "Đắk Lắk"),
        ("Lệnh không đi được.\nBình - KBNN Phù Yên", "Sơn La"),
        ("Lệnh không đi được.\nBình - KBNN Phú Yên", "Phú Yên"),
        ("Toi o kho bac Yen Mo, khong mo duoc so phu", "Ninh Bình"),
    ],
)
def test_the_senders_province_is_found(provinces: ProvinceModel, text: str, former: str) -> None:
    assert former_of(provinces, text) == former


def test_the_mail_domain_tells_the_province(provinces: ProvinceModel) -> None:
    verdict = provinces.judge(MailText("", "hoa@sotaichinh.binhthuan.gov.vn", "", "Không đăng nhập được."))
    assert (verdict.former, verdict.current) == ("Bình Thuận", "Lâm Đồng")
    assert verdict.evidence == ("tên miền sotaichinh.binhthuan.gov.vn",)


def test_of_a_domain_with_two_places_the_one_next_to_the_country_is_the_province(provinces: ProvinceModel) -> None:
    assert former_of(provinces, "Không đăng nhập được.", "xuyen@hoabinh.baclieu.gov.vn") == "Bạc Liêu"


def test_a_transfer_destination_is_not_the_senders_province(provinces: ProvinceModel) -> None:
    text = "Lệnh chuyển đi Khánh Hòa bị treo từ sáng.\nTrần Văn Bình\nKBNN Đức Trọng"
    assert former_of(provinces, text) == "Lâm Đồng"
    assert former_of(provinces, "Lệnh chuyển đi Khánh Hòa bị treo từ sáng, nhờ anh chị xem giúp.") is None


def test_a_persons_name_is_not_a_place(provinces: ProvinceModel) -> None:
    assert former_of(provinces, "Máy in hỏng.\nNguyễn Khánh Hòa", name="Nguyễn Khánh Hòa") is None
    assert former_of(provinces, "Máy in hỏng.\nNguyễn Khánh Hòa\nKBNN Bảo Lộc", name="Nguyễn Khánh Hòa") == "Lâm Đồng"


def test_without_evidence_the_province_is_unknown(provinces: ProvinceModel) -> None:
    verdict = provinces.judge(MailText("Lê An", TREASURY, "Máy in", "Máy in hỏng, nhờ anh chị xem giúp em với."))
    assert (verdict.former, verdict.current, verdict.accepted) == (None, None, False)


def test_ordinary_words_are_not_places(provinces: ProvinceModel) -> None:
    assert former_of(provinces, "van ban den khong mo duoc, cho moi nguoi hoi thong nhat lai giup") is None


def test_a_district_of_several_provinces_alone_stays_unknown(provinces: ProvinceModel) -> None:
    verdict = provinces.judge(MailText("", TREASURY, "", "Sổ phụ không về.\nAn - KBNN Châu Thành"))
    assert verdict.former is None
    assert verdict.evidence[0].startswith("có thể là ")


@pytest.mark.parametrize("unit", ["Sở Giao dịch KBNN", "Cục Công nghệ thông tin, KBNN", "Vụ Tài vụ - Quản trị, KBNN"])
def test_the_central_office_is_not_hanoi(provinces: ProvinceModel, unit: str) -> None:
    verdict = provinces.judge(MailText("", TREASURY, "", f"Không mở được thư.\nLê Minh An\n{unit}"))
    assert (verdict.former, verdict.current) == (TRUNG_UONG, TRUNG_UONG)


def test_an_ambiguous_district_beside_the_new_name_tells_the_office(provinces: ProvinceModel) -> None:
    verdict = provinces.judge(MailText("", TREASURY, "", "Sổ phụ không về từ sáng.\nAn\nKBNN Châu Thành - Vĩnh Long"))
    assert verdict.current == "Vĩnh Long"


def test_a_customer_of_so_giao_dich_does_not_work_there(provinces: ProvinceModel) -> None:
    assert former_of(provinces, "Hồ sơ nộp tại Sở Giao dịch chưa được xử lý.", "an@bqlda.com.vn") is None


def test_a_region_number_alone_is_no_province(provinces: ProvinceModel) -> None:
    assert former_of(provinces, "Không vào được DVC.\nAn\nKBNN Khu vực XVI – PGD số 12") is None


def test_the_evidence_says_where_it_stands(provinces: ProvinceModel) -> None:
    verdict = provinces.judge(
        MailText("", TREASURY, "", "Sổ phụ không về từ hôm qua.\nLê An\nKBNN Đức Trọng - 0263.3840.123")
    )
    assert "chữ ký: KBNN Đức Trọng" in verdict.evidence
    assert "mã vùng 0263" in verdict.evidence


def test_a_signature_that_the_reader_cut_off_counts_as_much(provinces: ProvinceModel) -> None:
    verdict = provinces.judge(MailText("", TREASURY, "", "Sổ phụ không về.", signature="Lê An\nKBNN Đức Trọng"))
    assert verdict.former == "Lâm Đồng"
