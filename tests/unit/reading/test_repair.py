"""Old encodings are put right where syllables are clear, and nothing else is touched."""

import time
import unicodedata

import pytest

from daemon.reading.charsets import decode
from daemon.reading.markup import in_unicode
from daemon.reading.repair import repaired
from daemon.reading.syllables import is_syllable
from daemon.reading.vietnamese import LEGACY

TEXT = (
    "Kính gửi Kho bạc Nhà nước, đơn vị em không đăng nhập được chương trình, nhờ anh chị kiểm tra giúp ạ.\n"
    "Trân trọng cảm ơn, Nguyễn Thị Hường"
)
TCVN3 = "KÝnh göi Kho b¹c Nhµ n­íc, ®¬n vÞ em kh«ng ®¨ng nhËp ®­îc ch­¬ng tr×nh, nhê anh chÞ kiÓm tra gióp ¹."
VNI = "Kính göûi Kho baïc Nhaø nöôùc, ñôn vò em khoâng ñaêng nhaäp ñöôïc chöông trình, nhôø anh chò kieåm tra giuùp aï."
FIRST = TEXT.split("\n", maxsplit=1)[0]


@pytest.mark.parametrize("word", ["nghiêng", "Khuỷu", "giường", "quyển", "oẳn", "ĐƯỢC", "ý", "giếng", "thuở", "xoong"])
def test_a_vietnamese_syllable_is_one(word: str) -> None:
    assert is_syllable(word) and is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", ["göi", "nhê​́", "straße", "über", "caféx", "b¹c", "été", "ngrr", "đđ", "aạá", ""])
def test_another_word_is_none(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(("old", "code"), [(TCVN3, "tcvn3_repaired"), (VNI, "vni_repaired")])
def test_text_of_the_time_before_unicode_is_put_right(old: str, code: str) -> None:
    found = repaired(old)
    assert found is not None and (found.text, found.defect) == (FIRST, code)


def test_utf8_read_as_another_table_is_put_right_however_often() -> None:
    once = TEXT.encode().decode("latin-1")
    for broken in (once, once.encode().decode("latin-1")):
        found = repaired(broken)
        assert found is not None and (found.text, found.defect) == (TEXT, "mojibake_repaired")


def test_blanks_that_a_client_made_of_hard_blanks_are_understood() -> None:
    found = repaired("Kho báº¡c NhÃ nÆ°á»›c vÃ Bá»™ TÃ i chÃ­nh")
    assert found is not None and found.text == "Kho bạc Nhà nước và Bộ Tài chính"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Em cã file",  # too short to tell
        "L'été dernier, les élèves étaient très fatigués après l'école; déjà vu, ça va très bien là-bas, à bientôt.",
        "Können Sie bitte prüfen, ob die Übermittlung für Köln möglich wäre? Grüße, Jürgen Müller aus Düsseldorf",
        "El niño pequeño comió piña en la montaña; mañana será otro día más difícil según José Martínez",
        "Señor Nguyễn, café ở Đà Lạt",
        "BÁO CÁO ANH, ĐÃ SAO LƯU XONG LÚC 22H. DUNG LƯỢNG 18,6 GB, ĐÃ CHÉP RA Ổ CỨNG. XÃ em cũng ĐÃ xong, MÃ 1052.",
        "©®™ §1 ¶2 ±5 µm ×3 ÷2 «abc» ¿qué? £10 ¥20 °C ½ ¼",
    ],
)
def test_text_that_is_right_stays(text: str) -> None:
    assert repaired(text) is None


def test_only_the_old_lines_of_a_mixed_text_are_changed() -> None:
    found = repaired(f"Em gửi lỗi:\n{TCVN3}\nCảm ơn, café")
    assert found is not None and found.text == f"Em gửi lỗi:\n{FIRST}\nCảm ơn, café"


def test_old_bytes_under_any_label_are_read() -> None:
    raw = TCVN3.encode("latin-1")
    for label in (None, "utf-8", "windows-1258", "us-ascii", "viet-nonsense"):
        assert decode(raw, label).text == FIRST
        assert "tcvn3_repaired" in decode(raw, label).defects


def test_a_font_decides_where_words_are_too_few() -> None:
    markup, defects = in_unicode(
        "<p><font face='.VnTimeH'>kho b¹c</font> <b style='font-family:VNI-Times'>baïc</b></p>"
    )
    assert ("KHO BẠC" in markup and ">bạc<" in markup) and defects == ("tcvn3_repaired", "vni_repaired")
    assert in_unicode("<font face='.VnTime'>bạc</font>") == ("<font face='.VnTime'>bạc</font>", ())


@pytest.mark.parametrize("name", LEGACY)
def test_every_table_leaves_ascii_alone(name: str) -> None:
    assert LEGACY[name]("TABMIS 10.2 (APP-GL-123)") == "TABMIS 10.2 (APP-GL-123)"


@pytest.mark.parametrize(
    "flood", ["A" * 20_000 + "ý", "ý" * 20_000, "aý" * 10_000, "Ã " * 10_000, "á»" * 10_000, "Aã " * 7000]
)
def test_a_flood_of_letters_is_weighed_in_a_moment(flood: str) -> None:
    started = time.thread_time()  # the processor's: what others do on the machine does not count
    repaired(flood)
    assert time.thread_time() - started < 2
