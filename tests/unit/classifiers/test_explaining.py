from classifiers.explaining import explain
from classifiers.model import Model
from classifiers.verdict import MailText


def test_an_explanation_names_the_words_that_spoke_for_the_verdict(small_model: Model) -> None:
    found = explain(small_model, MailText("", "a@vst.gov.vn", "Máy in", "Máy in kẹt giấy, tabmis vẫn bình thường"))
    assert found.code == "MAY_TRAM"
    assert found.instead != found.code
    words = dict(found.words_for)
    assert any("may in" in word or word == "giay" for word in words)
    assert all(share > 0 for share in words.values())
    assert all(share < 0 for _, share in found.words_against)
    assert "tabmis (TABMIS; said to work)" in found.named


def test_a_mail_without_words_has_an_empty_explanation(small_model: Model) -> None:
    found = explain(small_model, MailText("", "", "", ""))
    assert (found.words_for, found.words_against, found.named) == ((), (), ())
