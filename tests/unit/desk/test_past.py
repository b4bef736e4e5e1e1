"""What earlier mails did is read from the events: results in hand, chases, texts held back."""

from typing import Any

from daemon.desk.past import Result, past_of
from storage.tables import Entry, EntryKind, Event
from tests.unit.desk.builders import NOW


def event(kind: str, mail: int = 0, **details: Any) -> Event:
    return Event(ticket_id=7, inbound_id=mail or None, at=NOW, kind=kind, actor="x@vst.gov.vn", details=details)


def entry(mail: int, text: str) -> Entry:
    return Entry(
        id=mail * 10, ticket_id=7, inbound_id=mail, kind=EntryKind.INTERNAL, at=NOW, author_address="x", text=text
    )


ENTRIES = [entry(1, "Đã sửa."), entry(2, "Đã sửa lại."), entry(3, "")]


def test_a_result_is_in_the_hand_of_the_office_that_it_came_back_to() -> None:
    past = past_of([event("result_returned", 1, to="TABMIS")], ENTRIES)
    assert past.results == {"TABMIS": Result("Đã sửa.", (10,))}


def test_the_newer_result_replaces_the_older_one_and_a_bare_word_leaves_it() -> None:
    events = [event("result_returned", 1, to="TABMIS"), event("result_returned", 2, to="TABMIS")]
    events.append(event("returned_with_result", 3, before="PTUD", after="TABMIS"))
    assert past_of(events, ENTRIES).results["TABMIS"].text == "Đã sửa lại."


def test_files_of_a_result_stay_with_it_on_its_way_down() -> None:
    past = past_of([event("result_returned", 2, to="Lâm Đồng", entries=[10])], ENTRIES)
    assert past.results["Lâm Đồng"].entries == (20, 10)


def test_passing_up_again_chasing_and_reopening_put_a_result_out_of_hand() -> None:
    came = event("result_returned", 1, to="TABMIS")
    for gone in (event("handed_over", 2, before="TABMIS"), event("chased", 2, office="TABMIS"), event("reopened", 2)):
        assert past_of([came, gone], ENTRIES).results == {}
    assert past_of([came, event("handed_over", 2, before="PTUD")], ENTRIES).results


def test_chases_are_counted_by_office() -> None:
    events = [event("chased", office="Lâm Đồng"), event("chased", office="TABMIS"), event("chased", office="Lâm Đồng")]
    assert past_of(events, []).chases == {"Lâm Đồng": 2, "TABMIS": 1}


def test_marks_of_held_texts_are_known() -> None:
    assert past_of([event("held_back", mark="abc")], []).held == {"abc"}
