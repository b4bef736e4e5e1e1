"""A ticket's story as people read it."""

from datetime import timedelta

from daemon.commands.timeline import NEXT, next_in_words, story
from daemon.desk.clocks import What
from storage.tables import Entry, EntryKind, Event, Outbox, OutboxState, ReplyGoes
from tests.unit.desk.builders import NOW, letter_of


def event(kind: str, minutes: int = 0, actor: str = "desk", reason: str = "", **details: object) -> Event:
    return Event(
        ticket_id=7, at=NOW + timedelta(minutes=minutes), kind=kind, actor=actor, reason=reason, details=details
    )


def entry(kind: EntryKind, text: str, minutes: int = 0) -> Entry:
    at = NOW + timedelta(minutes=minutes)
    return Entry(ticket_id=7, kind=kind, at=at, author_address="hoa@vst.gov.vn", author_name="Hoa", text=text)


def letter(state: OutboxState, reply: str = "") -> Outbox:
    row = letter_of(ReplyGoes.NOTE, kind="acknowledgement", recipient="hoa@vst.gov.vn")
    row.state, row.last_reply = state, reply
    return row


def test_what_was_said_comes_before_what_was_done_and_sent_at_the_same_moment() -> None:
    moments = story(
        [entry(EntryKind.REQUEST, "Lỗi GL"), entry(EntryKind.FOLLOW_UP, "Thêm ảnh", 5)],
        [event("ticket_created", actor="hoa@vst.gov.vn", channel="mail"), event("followed_up", 5)],
        [letter(OutboxState.ACCEPTED)],
    )
    assert [one.mark for one in moments] == ["«", "·", "»", "«"]
    assert moments[0].body == "Lỗi GL"
    assert moments[0].head == "Hoa <hoa@vst.gov.vn> asked:"


def test_events_are_sentences() -> None:
    judged = event("judged", application=["TTSP", 0.974, True], province=["Lâm Đồng", 0.4, False], evidence=["x"])
    moved = event("handed_over", actor="lan@vst.gov.vn", reason="Nhờ xem", before="Lâm Đồng", after="TABMIS", level=2)
    heads = [one.head for one in story([], [judged, moved, event("brake_reached", actor="a@x.vn")], [])]
    assert heads == [
        "the program judged TTSP 97%, Lâm Đồng 40% (not sure)",
        "lan@vst.gov.vn: handed over to TABMIS, level 2, before Lâm Đồng (Nhờ xem)",
        "a@x.vn: brake reached",
    ]


def test_a_letter_shows_its_fate_and_what_the_relay_said() -> None:
    refused = story([], [], [letter(OutboxState.REFUSED, "550 no such user")])[0]
    assert refused.head == "acknowledgement to hoa@vst.gov.vn – refused: 550 no such user"


def test_every_next_action_has_a_name_that_people_read() -> None:
    assert set(NEXT) == set(What)
    assert next_in_words("due_soon") == "the resolution will soon be due; the holder is reminded"
    assert (next_in_words("of_a_later_version"), next_in_words(None)) == ("of_a_later_version", "the clocks look at it")
