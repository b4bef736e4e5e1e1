from classifiers.combining import trusted
from classifiers.terms import Hit, lexicon_of
from classifiers.verdict import MailText


def hits(subject: str, text: str) -> list[Hit]:
    return lexicon_of(["TABMIS", "TCS", "DVC", "VDBAS"]).hits(MailText("", "a@vst.gov.vn", subject, text))


def test_names_are_found_without_diacritics_and_the_longest_wins() -> None:
    assert [hit.wording for hit in hits("", "em vao dich vu cong truc tuyen khong duoc nua")] == [
        "dich vu cong truc tuyen"
    ]


def test_an_application_that_is_said_to_work_is_marked() -> None:
    found = {
        hit.wording: hit.works for hit in hits("", "tcs không vào được từ sáng tới giờ, còn tabmis vẫn bình thường")
    }
    assert found == {"tcs": False, "tabmis": True}


def test_a_category_without_an_entry_is_known_by_its_code() -> None:
    assert [hit.wording for hit in hits("Lỗi VDBAS", "")] == ["vdbas"]
    assert hits("Lỗi VDBAS", "")[0].in_subject


def test_mails_change_the_trust_in_a_name() -> None:
    lexicon = lexicon_of(["TABMIS", "TCS"])
    mails = [[Hit("tcs", True, False)]] * 20
    believed = trusted(lexicon, mails, ["TCS"] * 20, range(20)).by_wording["tcs"][0].trust
    doubted = trusted(lexicon, mails, ["TABMIS"] * 20, range(20)).by_wording["tcs"][0].trust
    unseen = trusted(lexicon, mails, ["TCS"] * 20, []).by_wording["tcs"][0].trust
    assert doubted < 0.2 < unseen < believed
