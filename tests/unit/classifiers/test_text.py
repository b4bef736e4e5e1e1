import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from classifiers.features import text_features
from classifiers.noise import hurried, telex, without_diacritics
from classifiers.text import folded, spelling, split_signature, tokens
from classifiers.verdict import MailText


def test_folding_drops_every_diacritic() -> None:
    assert folded("Đắk R'Lấp – KHO BẠC Nhà nước Ủy") == "dak r'lap – kho bac nha nuoc uy"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_the_place_of_the_tone_mark_does_not_make_another_name() -> None:
    assert spelling("Khánh Hoà") == spelling("Khánh Hòa")
    assert spelling("Thạnh Hóa") != spelling("Thanh Hóa")
    assert spelling(unicodedata.normalize("NFD", "Quảng Ngãi")) == spelling("quảng ngãi")


def test_apostrophes_stay_inside_highland_names() -> None:
    assert [token.plain for token in tokens("KBNN M'Đrắk, Ia H’Drai")] == ["kbnn", "mdrak", "ia", "hdrai"]


def test_the_signature_is_the_short_last_lines() -> None:
    message, signature = split_signature(
        "Kính gửi anh chị,\nMáy in không in được phiếu chi.\nTrân trọng.\nNguyễn Văn An\nKBNN Đức Trọng - 0263.3840.123"
    )
    assert message == "Kính gửi anh chị,\nMáy in không in được phiếu chi."
    assert signature.startswith("Trân trọng.")


def test_a_mail_of_one_line_is_a_message() -> None:
    assert split_signature("KBNN Di Linh") == ("KBNN Di Linh", "")


def test_a_question_at_the_end_is_not_a_signature() -> None:
    assert split_signature("Chào anh.\nKBNN Di Linh xử lý sao?")[1] == ""


@given(st.text())
def test_splitting_loses_no_line_that_has_text(text: str) -> None:
    message, signature = split_signature(text)
    kept = [line.strip() for line in f"{message}\n{signature}".split("\n") if line.strip()]
    assert kept == [line.strip() for line in text.split("\n") if line.strip()]


def test_features_do_not_depend_on_case_or_on_how_letters_are_composed() -> None:
    typed = MailText("", "", "Lỗi TABMIS", "Không vào được màn hình bút toán.")
    loud = MailText("", "", unicodedata.normalize("NFD", "LỖI tabmis"), "KHÔNG VÀO ĐƯỢC MÀN HÌNH BÚT TOÁN.")
    assert text_features(typed) == text_features(loud)


def test_text_without_diacritics_shares_its_unaccented_features() -> None:
    mail = MailText("", "", "Lỗi báo cáo", "Không đăng nhập được")
    plain = without_diacritics(mail)
    assert text_features(mail)["f"] == text_features(plain)["f"]
    assert text_features(mail)["a"] != text_features(plain)["a"]


def test_the_signature_says_nothing_about_the_application() -> None:
    body = "Máy in kẹt giấy liên tục từ sáng.\nMong anh chị xem giúp, giấy vào là nhăn hết cả."
    mail, signed = MailText("", "", "Máy in", body), MailText("", "", "Máy in", body + "\nLê Thị Hoa\nKBNN Bảo Lộc")
    assert text_features(mail) == text_features(signed)


def test_a_forward_without_words_of_its_own_speaks_by_what_it_forwards() -> None:
    features = text_features(MailText("", "", "Fwd", "", forwarded="Bút toán bị treo"))
    assert "f:but toan" in features["f"]


def test_noise_is_the_same_for_the_same_seed() -> None:
    mail = MailText("", "", "Không đăng nhập được hệ thống", "Báo cáo không chạy, tài khoản bị khóa rồi anh chị ơi")
    assert hurried(mail, "x") == hurried(mail, "x")
    assert hurried(mail, "x") != mail


def test_telex_writes_the_keys() -> None:
    assert telex("không") == "khoong"
    assert telex("lỗi") == "looix"
    assert telex("được") == "dduowcj"
