"""The ledger: every UID once, second deliveries found, each mail settled exactly once."""

from datetime import timedelta

import pytest

from storage import blobs, intake
from storage.database import Database
from storage.faults import Stale
from storage.tables import InboundState
from tests.storage.rows import NOW, inbound, stored_inbound, stored_ticket


def test_the_same_uid_of_the_same_mailbox_is_added_once(database: Database) -> None:
    with database.write() as session:
        assert intake.add(session, inbound(5)) == 1
    with database.write() as session:
        assert intake.add(session, inbound(5)) is None
        assert intake.add(session, inbound(5, uidvalidity=8)) is not None
        assert intake.add(session, inbound(5, mailbox="khac")) is not None


def test_the_cursor_is_unknown_at_first_and_then_the_last_one_set(database: Database) -> None:
    with database.write() as session:
        assert intake.cursor(session, "hotro") is None
        intake.set_cursor(session, "hotro", 7, 10, NOW)
    with database.write() as session:
        intake.set_cursor(session, "hotro", 7, 12, NOW)
    with database.read() as session:
        cursor = intake.cursor(session, "hotro")
        assert cursor is not None
        assert (cursor.uidvalidity, cursor.last_uid, cursor.updated_at) == (7, 12, NOW)
        assert intake.cursor(session, "khac") is None


def test_known_uids_are_those_above_the_given_one(database: Database) -> None:
    with database.write() as session:
        for uid in (3, 4, 9):
            stored_inbound(session, uid)
        stored_inbound(session, 20, uidvalidity=8)
        assert intake.known_uids(session, "hotro", 7, above=3) == {4, 9}


def test_pending_mail_comes_oldest_first_and_not_after_it_is_settled(database: Database) -> None:
    with database.write() as session:
        for uid in (9, 3, 4):
            stored_inbound(session, uid)
        assert [row.uid for row in intake.pending(session)] == [9, 3, 4]
        assert [row.uid for row in intake.pending(session, limit=1)] == [9]
        intake.settle(session, 1, InboundState.IGNORED, NOW, kind="auto_reply", reason="out of office")
        assert [row.uid for row in intake.pending(session)] == [3, 4]


def test_attempts_are_counted_one_by_one(database: Database) -> None:
    with database.write() as session:
        row = stored_inbound(session, 1)
        assert row.id is not None
        assert [intake.count_attempt(session, row.id) for _ in range(3)] == [1, 2, 3]
        for _ in range(2):
            intake.uncount_attempts(session, row.id, 2)
    with database.write() as session:
        assert intake.count_attempt(session, row.id) == 3


def test_a_mail_is_settled_once_and_keeps_why(database: Database) -> None:
    with database.write() as session:
        stored_inbound(session, 1)
        ticket_id = stored_ticket(session)
        intake.settle(session, 1, InboundState.ENTRY, NOW, kind="person", ticket_id=ticket_id)
    with pytest.raises(Stale, match="mail 1 is no longer pending"), database.write() as session:
        intake.settle(session, 1, InboundState.IGNORED, NOW)
    with database.read() as session:
        row = intake.get(session, 1)
        assert row is not None
        assert (row.state, row.kind, row.ticket_id, row.settled_at) == (InboundState.ENTRY, "person", ticket_id, NOW)


def test_what_a_settlement_does_not_say_keeps_its_value(database: Database) -> None:
    with database.write() as session:
        row = stored_inbound(session, 1, sender="an@x", subject="Xin chào", message_id="<a@x>")
        intake.settle(session, 1, InboundState.QUARANTINED, NOW, subject="Xin chào lại")
    assert (row.sender, row.subject, row.message_id, row.ticket_id) == ("an@x", "Xin chào lại", "<a@x>", None)


def test_a_quarantined_mail_is_listed_and_can_be_put_back(database: Database) -> None:
    with database.write() as session:
        blobs.remember(session, "a" * 64, 10, NOW)
        row = stored_inbound(session, 1, digest="a" * 64)
        stored_inbound(session, 2)
        intake.count_attempt(session, 1)
        intake.settle(session, 1, InboundState.QUARANTINED, NOW, reason="too many parts")
        assert intake.listing(session, InboundState.QUARANTINED) == [row]
        assert intake.counts(session) == {InboundState.QUARANTINED: 1, InboundState.PENDING: 1}
    with database.write() as session:
        assert intake.put_back(session, 1)
        assert not intake.put_back(session, 2)
        assert [(row.uid, row.attempts, row.reason) for row in intake.pending(session)] == [(1, 0, ""), (2, 0, "")]


def test_an_ignored_mail_comes_back_only_as_a_ticket(database: Database) -> None:
    with database.write() as session:
        blobs.remember(session, "a" * 64, 10, NOW)
        row = stored_inbound(session, 1, digest="a" * 64)
        intake.settle(session, 1, InboundState.IGNORED, NOW, reason="bulk")
        assert not intake.put_back(session, 1)
        assert intake.put_back(session, 1, as_ticket=True)
        session.refresh(row)
        assert (row.state, row.as_ticket) == (InboundState.PENDING, True)


def test_a_mail_whose_bytes_were_never_read_cannot_be_put_back(database: Database) -> None:
    with database.write() as session:
        stored_inbound(session, 1)
        intake.settle(session, 1, InboundState.QUARANTINED, NOW, reason="withheld")
        assert not intake.put_back(session, 1)


def test_a_mail_that_was_in_hand_at_two_deaths_waits_behind_the_others(database: Database) -> None:
    with database.write() as session:
        for uid in (1, 2, 3):
            stored_inbound(session, uid)
        intake.count_attempt(session, 1)
        assert [row.uid for row in intake.pending(session)] == [1, 2, 3]
        intake.count_attempt(session, 1)
        assert [row.uid for row in intake.pending(session)] == [2, 3, 1]


def test_a_second_delivery_is_found_by_its_bytes_whatever_the_mailbox(database: Database) -> None:
    with database.write() as session:
        blobs.remember(session, "a" * 64, 10, NOW)
        blobs.remember(session, "a" * 64, 10, NOW)
        first = stored_inbound(session, 1, digest="a" * 64)
        second = stored_inbound(session, 1, digest="a" * 64, mailbox="khac")
        left_on_server = stored_inbound(session, 2)
        assert intake.same_bytes_before(session, first) is None
        assert intake.same_bytes_before(session, second) == first
        assert intake.same_bytes_before(session, left_on_server) is None
        assert blobs.known_digests(session) == {"a" * 64}


def test_a_copy_through_an_alias_is_found_by_its_content_before_it_is_read(database: Database) -> None:
    with database.write() as session:
        first = stored_inbound(session, 1, content_digest="c1")
        intake.settle(session, 1, InboundState.IGNORED, NOW, message_id="<a@x>")
        copy = stored_inbound(session, 2, content_digest="c1")
        other = stored_inbound(session, 3, content_digest="c2")
        too_large_to_read = stored_inbound(session, 4)
        assert intake.same_mail_before(session, copy) == first
        assert intake.same_mail_before(session, first) is None
        assert intake.same_mail_before(session, other) is None
        assert intake.same_mail_before(session, too_large_to_read) is None


def test_another_mail_under_a_known_message_id_is_told_from_a_second_delivery(database: Database) -> None:
    with database.write() as session:
        first = stored_inbound(session, 1, message_id="<a@x>", content_digest="c1")
        copy = stored_inbound(session, 2, content_digest="c1")
        other = stored_inbound(session, 3, content_digest="c2")
        assert intake.same_id_before(session, other, "<a@x>") == first
        assert intake.same_id_before(session, copy, "<a@x>") is None
        assert intake.same_id_before(session, other, "<b@x>") is None
        assert intake.same_id_before(session, other) is None


def test_mail_not_yet_moved_on_the_server_is_known(database: Database) -> None:
    with database.write() as session:
        for uid in (1, 2, 3):
            stored_inbound(session, uid)
        stored_inbound(session, 4, uidvalidity=8)
        intake.mark_moved(session, [2], NOW)
        assert [row.uid for row in intake.unmoved(session, "hotro", 7)] == [1, 3]


def test_who_writes_in_the_middle_of_a_flood_waits_for_few_of_its_mails(database: Database) -> None:
    with database.write() as session:
        for uid in range(1, 51):
            stored_inbound(session, uid, sender="bom@x")
        stored_inbound(session, 60, sender="hoa@x")
        for uid in range(61, 111):
            stored_inbound(session, uid, sender="bom@x")
        stored_inbound(session, 120, sender="nam@x")
        order = [row.uid for row in intake.pending(session, limit=200)]
    assert order[:22] == [*range(1, 21), 60, 120]
    assert order[22:] == [*range(21, 51), *range(61, 111)]  # the flood's own mails keep their order


def test_below_a_fair_share_everybody_keeps_the_order_of_arrival(database: Database) -> None:
    with database.write() as session:
        for uid in range(1, 21):
            stored_inbound(session, uid, sender="a@x")
        stored_inbound(session, 21, sender="b@x")
        assert [row.uid for row in intake.pending(session, limit=200)] == [*range(1, 22)]


def test_a_quarantined_mail_is_dropped_with_its_reason_and_keeps_its_bytes(database: Database) -> None:
    with database.write() as session:
        blobs.remember(session, "a" * 64, 10, NOW)
        stored_inbound(session, 1, digest="a" * 64)
        assert not intake.drop(session, 1, NOW, "too early")
        intake.settle(session, 1, InboundState.QUARANTINED, NOW, reason="61 levels", settled_by="0.1.0+abc")
        assert [row.settled_by for row in intake.quarantined(session)] == ["0.1.0+abc"]
        assert intake.drop(session, 1, NOW, "dropped by an: a trial")
        assert not intake.drop(session, 1, NOW, "twice")
    with database.read() as session:
        row = intake.get(session, 1)
        assert row is not None
        assert (row.state, row.reason, row.digest) == (InboundState.IGNORED, "dropped by an: a trial", "a" * 64)
        assert intake.quarantined(session) == []


def test_ignored_mail_is_found_by_the_beginning_of_its_reason_between_two_moments(database: Database) -> None:
    with database.write() as session:
        for uid, reason in ((1, "brake: hops"), (2, "suspected spam"), (3, "brake: tickets"), (4, "brake_x")):
            stored_inbound(session, uid)
            intake.settle(session, uid, InboundState.IGNORED, NOW, reason=reason)
        before, after = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
        assert [row.uid for row in intake.ignored_between(session, NOW, after, "brake: ")] == [1, 3]
        assert intake.ignored_between(session, before, NOW, "brake: ") == []
        assert intake.ignored_between(session, after, after + timedelta(days=1), "brake: ") == []
