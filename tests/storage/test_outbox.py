"""The outbox: a letter is decided once, leased to one, and its fate is kept whatever crashes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage import outbox
from storage.database import Database
from storage.faults import LeaseLost
from storage.tables import AttemptOutcome, Outbox, OutboxState
from tests.storage.rows import NOW, letter, stored_ticket

MINUTE = timedelta(minutes=1)
SOON, LATER = NOW + MINUTE, NOW + 10 * MINUTE


def queue(database: Database, *letters: Outbox) -> None:
    with database.write() as session:
        for each in letters:
            assert outbox.add_letter(session, each) is not None


def take(database: Database) -> Outbox:
    """Lease the one due letter, in its own transaction as the sender does."""
    with database.write() as session:
        (row,) = outbox.lease(session, NOW, SOON)
    return row


def begin_data(database: Database, row: Outbox) -> None:
    with database.write() as session:
        outbox.mark_data_begun(session, row, NOW)


def now_stored(session: Session, row: Outbox) -> Outbox:
    assert row.id is not None
    stored = outbox.get(session, row.id)
    assert stored is not None
    return stored


def stored(database: Database, row: Outbox) -> Outbox:
    with database.read() as session:
        return now_stored(session, row)


def outcomes(database: Database, row: Outbox) -> list[AttemptOutcome]:
    assert row.id is not None
    with database.read() as session:
        return [attempt.outcome for attempt in outbox.attempts_of(session, row.id)]


def test_the_same_letter_for_the_same_cause_and_recipient_is_queued_once(database: Database) -> None:
    with database.write() as session:
        assert outbox.add_letter(session, letter(1)) is not None
        assert outbox.add_letter(session, letter(1, message_id="<again@desk>")) is None
        assert outbox.add_letter(session, letter(1, message_id="<b@desk>", recipient="chi@x.vn")) is not None
        assert outbox.add_letter(session, letter(1, message_id="<c@desk>", letter="notice")) is not None
        assert outbox.counts(session) == {OutboxState.PENDING: 3}


def test_one_message_id_for_two_letters_is_a_bug_of_ours(database: Database) -> None:
    queue(database, letter(1))
    with pytest.raises(IntegrityError), database.write() as session:
        outbox.add_letter(session, letter(2, message_id="<1@desk.example>"))


def test_a_letter_keeps_its_lists(database: Database) -> None:
    queue(database, letter(1, references=["<a@x>", "<b@x>"], attachments=[3, 1]))
    row = take(database)
    assert (row.references, row.attachments) == (["<a@x>", "<b@x>"], [3, 1])


def test_due_letters_are_leased_longest_due_first(database: Database) -> None:
    queue(database, letter(1), letter(2, next_attempt_at=NOW - MINUTE), letter(3, next_attempt_at=SOON))
    with database.write() as session:
        assert [row.cause for row in outbox.lease(session, NOW, LATER, limit=5)] == ["mail:2", "mail:1"]
    with database.write() as session:
        assert outbox.lease(session, NOW, LATER, limit=5) == []
        assert outbox.next_due(session) == SOON


def test_when_nothing_waits_no_letter_is_due(database: Database) -> None:
    with database.read() as session:
        assert outbox.next_due(session) is None


def test_workers_that_compete_for_letters_never_get_the_same(database: Database) -> None:
    queue(database, *(letter(number) for number in range(30)))

    def work(_: int) -> list[str]:
        taken: list[str] = []
        while True:
            with database.write() as session:
                rows = outbox.lease(session, NOW, SOON, limit=2)
            if not rows:
                return taken
            taken += [row.cause for row in rows]

    with ThreadPoolExecutor(2) as workers:
        first, second = workers.map(work, range(2))
    assert sorted(first + second) == sorted(f"mail:{number}" for number in range(30))


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.servers)], indirect=True)
def test_on_postgresql_a_second_worker_skips_what_the_first_is_leasing(database: Database) -> None:
    queue(database, letter(1), letter(2))
    with database.write() as one, database.write() as two:
        assert [row.cause for row in outbox.lease(one, NOW, SOON)] == ["mail:1"]
        assert [row.cause for row in outbox.lease(two, NOW, SOON)] == ["mail:2"]


def test_an_accepted_letter_is_settled_with_the_words_of_the_relay(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    begin_data(database, row)
    with database.write() as session:
        outbox.record_accepted(session, row, NOW, "250 queued as 4XyZ")
    after = stored(database, row)
    assert (after.state, after.attempts, after.accepted_at) == (OutboxState.ACCEPTED, 1, NOW)
    assert after.last_reply == "250 queued as 4XyZ"
    assert outcomes(database, row) == [AttemptOutcome.ACCEPTED]


def test_a_deferred_letter_is_due_again_at_the_given_time(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    begin_data(database, row)
    with database.write() as session:
        outbox.record_deferred(session, row, NOW, "451 4.3.0 try later", LATER)
        assert outbox.lease(session, NOW, SOON) == []
        (again,) = outbox.lease(session, LATER, LATER + MINUTE)
    assert (again.id, again.attempts, again.doubts, again.data_begun_at) == (row.id, 1, 0, None)


def test_a_refused_letter_is_not_sent_again_until_a_person_says_so(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    assert row.id is not None
    with database.write() as session:
        assert not outbox.retry(session, row.id, NOW)
        outbox.record_refused(session, row, NOW, "550 5.1.1 no such user")
    with database.write() as session:
        assert outbox.lease(session, LATER, LATER) == []
        assert [refused.id for refused in outbox.listing(session, [OutboxState.REFUSED])] == [row.id]
        assert outbox.retry(session, row.id, LATER)
        (again,) = outbox.lease(session, LATER, LATER + MINUTE)
        assert (again.message_id, again.attempts) == (row.message_id, 0)


def test_a_letter_in_doubt_is_sent_once_more_and_then_stands_open(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    begin_data(database, row)
    with database.write() as session:
        assert outbox.record_in_doubt(session, row, NOW, "connection lost", NOW) is OutboxState.IN_DOUBT
    again = take(database)
    assert (again.message_id, again.doubts) == (row.message_id, 1)
    begin_data(database, again)
    with database.write() as session:
        assert outbox.record_in_doubt(session, again, NOW, "connection lost", NOW) is OutboxState.OPEN
    with database.write() as session:
        assert outbox.lease(session, LATER, LATER) == []
    after = stored(database, row)
    assert (after.state, after.doubts, after.attempts) == (OutboxState.OPEN, 2, 2)
    assert outcomes(database, row) == [AttemptOutcome.IN_DOUBT] * 2


def test_a_repeat_that_is_deferred_still_shows_its_doubt(database: Database) -> None:
    queue(database, letter())
    with database.write() as session:
        outbox.record_in_doubt(session, outbox.lease(session, NOW, SOON)[0], NOW, "connection lost", NOW)
    again = take(database)
    with database.write() as session:
        outbox.record_deferred(session, again, NOW, "451", LATER)
    after = stored(database, again)
    assert (after.state, after.doubts) == (OutboxState.IN_DOUBT, 1)


def test_a_relay_that_is_down_costs_a_letter_no_attempt(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    with database.write() as session:
        outbox.give_back(session, row, LATER)
    after = stored(database, row)
    assert (after.state, after.attempts, after.next_attempt_at) == (OutboxState.PENDING, 0, LATER)
    assert outcomes(database, row) == []


def test_after_a_crash_before_data_the_letter_waits_as_before(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    with database.write() as session:
        assert outbox.take_back_expired(session, NOW, LATER) == []
    with database.write() as session:
        assert [freed.state for freed in outbox.take_back_expired(session, SOON, LATER)] == [OutboxState.PENDING]
    after = stored(database, row)
    assert (after.state, after.attempts, after.doubts) == (OutboxState.PENDING, 0, 0)
    assert take(database).id == row.id


def test_after_a_crash_during_data_the_letter_is_in_doubt_and_then_open(database: Database) -> None:
    queue(database, letter())
    for expected in (OutboxState.IN_DOUBT, OutboxState.OPEN):
        begin_data(database, take(database))
        with database.write() as session:
            (freed,) = outbox.take_back_expired(session, SOON, NOW)
        assert freed.state is expected
        assert outcomes(database, freed)[-1] is AttemptOutcome.IN_DOUBT


def test_a_worker_whose_lease_ran_out_must_not_send(database: Database) -> None:
    queue(database, letter())
    row = take(database)
    with pytest.raises(LeaseLost), database.write() as session:
        outbox.mark_data_begun(session, row, SOON)
    with database.write() as session:
        outbox.take_back_expired(session, SOON, NOW)
        outbox.lease(session, SOON, LATER)
    with pytest.raises(LeaseLost), database.write() as session:
        outbox.mark_data_begun(session, row, NOW)


def test_a_late_refusal_does_not_touch_another_workers_lease(database: Database) -> None:
    queue(database, letter())
    slow = take(database)
    with database.write() as session:
        outbox.take_back_expired(session, SOON, NOW)
        (fresh,) = outbox.lease(session, SOON, LATER)
    with database.write() as session:
        outbox.record_refused(session, slow, SOON, "550")
        outbox.give_back(session, slow, NOW)
    assert stored(database, fresh).state is OutboxState.LEASED
    assert outcomes(database, fresh) == [AttemptOutcome.REFUSED]


def test_a_late_acceptance_stops_the_repeat(database: Database) -> None:
    queue(database, letter())
    slow = take(database)
    begin_data(database, slow)
    with database.write() as session:
        outbox.take_back_expired(session, SOON, NOW)
        (repeat,) = outbox.lease(session, SOON, LATER)
    with database.write() as session:
        outbox.record_accepted(session, slow, SOON, "250 ok")
    with pytest.raises(LeaseLost), database.write() as session:
        outbox.mark_data_begun(session, repeat, SOON)
    assert stored(database, slow).state is OutboxState.ACCEPTED


def test_automatic_letters_to_an_address_are_counted_from_a_time_on(database: Database) -> None:
    queue(
        database,
        letter(1),
        letter(2, created_at=NOW - timedelta(hours=2)),
        letter(3, automatic=False),
        letter(4, recipient_key="chi@x.vn", recipient_domain="x.vn"),
        letter(5, recipient="AN@example.vn"),
        letter(6, state=OutboxState.CANCELLED),
    )
    with database.read() as session:
        assert outbox.automatic_since(session, "an@example.vn", NOW - timedelta(hours=1)) == 2
        assert outbox.automatic_to_domain_since(session, "x.vn", NOW - timedelta(hours=1)) == 1


def test_a_cancelled_letter_is_not_sent(database: Database) -> None:
    queue(database, letter(1, state=OutboxState.CANCELLED))
    with database.write() as session:
        assert outbox.lease(session, LATER, LATER) == []


def test_the_tries_before_a_retry_do_not_count_for_the_age_of_a_letter(database: Database) -> None:
    def first_tried(row: Outbox) -> datetime | None:
        with database.read() as session:
            return outbox.first_tried(session, row)

    def deferred(at: datetime) -> None:
        row = take(database)
        with database.write() as session:
            outbox.record_deferred(session, row, at, "450 busy", NOW)

    queue(database, letter(1))
    deferred(NOW)
    deferred(SOON)
    row = take(database)
    assert first_tried(row) == NOW
    with database.write() as session:
        outbox.record_refused(session, row, LATER, "450 busy")
        assert outbox.retry(session, row.id or 0, NOW)
    assert first_tried(stored(database, row)) is None
    deferred(LATER)
    assert first_tried(take(database)) == LATER


def test_letters_are_found_by_message_id_and_by_ticket(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)
        outbox.add_letter(session, letter(1, ticket_id=ticket_id))
        outbox.add_letter(session, letter(2))
    with database.read() as session:
        found = outbox.by_message_id(session, "<1@desk.example>")
        assert found is not None
        assert found.cause == "mail:1"
        assert outbox.by_message_id(session, "<unknown@x>") is None
        assert [row.cause for row in outbox.of_ticket(session, ticket_id)] == ["mail:1"]
        assert [row.cause for row in outbox.listing(session)] == ["mail:2", "mail:1"]


def test_held_letters_wait_are_not_counted_and_are_told_once_in_a_bundle(database: Database) -> None:
    queue(database, letter(1), letter(2, state=OutboxState.HELD), letter(3, state=OutboxState.HELD))
    with database.write() as session:
        assert outbox.automatic_since(session, "an@example.vn", NOW) == 1
        assert [row.id for row in outbox.held(session)] == [2, 3]
        assert [row.id for row in outbox.lease(session, NOW, LATER, 10)] == [1]
        outbox.mark_bundled(session, [1, 2], "slot:bundle:x")
        assert [row.id for row in outbox.held(session)] == [3]
        assert outbox.retry(session, 2, NOW)  # a person wants to read it whole
        assert outbox.last_of_kind(session, "an@example.vn", "acknowledgement") == NOW
        assert outbox.last_of_kind(session, "an@example.vn", "bundle") is None
        assert outbox.has_cause(session, "mail:1")
        assert not outbox.has_cause(session, "mail:9")


def test_a_lease_of_which_nobody_knows_is_given_back_and_a_letter_on_its_way_is_not(database: Database) -> None:
    """Two workers may lease until the same moment; what one has begun to send, the other must not free."""
    queue(database, letter(1), letter(2))
    with database.write() as session:
        begun, untouched = outbox.lease(session, NOW, SOON, limit=2)
    begin_data(database, begun)
    with database.write() as session:
        outbox.give_back_lease(session, SOON)
    assert stored(database, begun).state is OutboxState.LEASED
    assert stored(database, untouched).state is OutboxState.PENDING
