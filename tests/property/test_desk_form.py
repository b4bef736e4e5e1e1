"""Whatever people type into a form, reading it never raises, and a filled blank form gives back what was filled in."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.form import FIELDS, Form, blank, fields_of, read_form
from daemon.desk.naming import application_in, province_in
from tests.unit.desk.builders import CATALOGUE, POLICY

LABELS = [label for label, _ in FIELDS.values()]
PIECES = st.lists(
    st.one_of(st.sampled_from([*LABELS, ":", "\n", "\t", "|", "> ", " - ", "....", "phiếu yêu cầu"]), st.text())
)
WORDS = st.lists(st.sampled_from(["báo lỗi", "kỳ 11", "máy in", "0263", "Đà Lạt", "TTSP-1042"]), min_size=1, max_size=4)


@given(PIECES.map("".join))
def test_reading_a_form_and_its_names_is_total(text: str) -> None:
    fields_of(text)
    form = read_form(text)
    if form is not None:
        form.as_text()
    application_in(text, CATALOGUE)
    province_in(text, POLICY.resolve_province)


@given(st.fixed_dictionaries({field: WORDS.map(" ".join) for field in FIELDS}), st.randoms(use_true_random=False))
def test_a_filled_form_gives_back_what_was_filled_in_whatever_its_order(values: dict[str, str], chance: object) -> None:
    title, *lines = blank(Form(**values)).split("\n")
    chance.shuffle(lines)  # type: ignore[attr-defined]
    assert read_form("\n".join([title, *lines])) == Form(**values)
