"""Reading words never fails, loses no line, and does not depend on case, diacritics or blanks."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.words import Word, fold, read_words

lines = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["#xong", "#trả lời", "#chuyen muc 2", "#abc", "#REF!", "", "Em chào anh", "#tinh Lâm Đồng"]),
)
texts = st.lists(lines, max_size=8).map("\n".join)


@given(texts)
def test_reading_words_never_raises_and_repeats_exactly(text: str) -> None:
    assert read_words(text) == read_words(text)


@given(texts)
def test_every_line_without_a_word_is_kept_in_its_order(text: str) -> None:
    plain = [line for line in text.split("\n") if line.strip() and not line.strip().startswith("#")]
    kept = iter(read_words(text).text.split("\n"))
    assert all(any(line.strip() == other.strip() for other in kept) for line in plain)


@given(st.sampled_from(list(Word)), st.data())
def test_a_word_is_read_however_it_is_spaced_and_capitalised(word: Word, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from([letter, letter.upper()])) for letter in word.value]
    typed = "#" + "".join(letter + data.draw(st.sampled_from(["", "", " "])) for letter in letters)
    found = read_words(typed).commands
    assert [command.word for command in found] == [word]


@given(st.text())
def test_folding_leaves_no_marks_and_no_capitals(text: str) -> None:
    folded = fold(text)
    assert not any(unicodedata.combining(letter) for letter in folded)
    assert folded == fold(folded)
