"""What the lists of a morning tell: everything once, also what waited through an outage and was handled after a list.

17 November 2026 is a Tuesday; the daily note is due at 07:45, the morning list at 07:50.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from daemon.desk.letters import LetterKind
from daemon.loops.daily import UNDER_WAY, since_the_last
from storage.tables import Event, Inbound, Outbox
from tests.flow.flooding import arrives, generated, notes, rows_of
from tests.flow.simulated import ZONE, SimulatedDesk, at, simulated_desk

SPAM = "qc@x.example"


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, "2026-11-16 08:00") as simulated:
        yield simulated


def mornings_that_tell(desk: SimulatedDesk, what: str, letter: str) -> list[str]:
    """The days of the lists of this kind in which the words stand."""
    return [f"{row.created_at.astimezone(ZONE):%d}" for row in notes(desk, letter) if what in row.text]


def arrives_before_the_lists_and_is_handled_after_them(desk: SimulatedDesk, raw: bytes) -> None:
    desk.until("2026-11-17 07:00")
    arrives(desk, raw)
    desk.clock.now = at("2026-11-17 07:55")
    desk.parts.ticker.step()  # this morning's lists, while the mail still waits
    desk.jump("2026-11-17 09:00")
    desk.until("2026-11-19 09:00")


@pytest.mark.parametrize("letter", ["morning_list", "daily_note"])
def test_spam_that_was_handled_after_the_lists_stands_in_the_next_ones_and_only_there(
    desk: SimulatedDesk, letter: str
) -> None:
    arrives_before_the_lists_and_is_handled_after_them(desk, generated(SPAM, 1, "Trúng thưởng", X_Spam_Flag="YES"))
    assert mornings_that_tell(desk, SPAM, letter) == ["18"]
    (mail,) = rows_of(desk, Inbound)
    assert mail.settled_at - mail.received_at == timedelta(hours=2)


def test_a_forged_name_that_was_handled_after_the_note_is_told_in_the_next_one_with_the_time_of_the_mail(
    desk: SimulatedDesk,
) -> None:
    officer = desk.parts.policy().rules.directory.members("SERVICE_DESK")[0]
    arrives_before_the_lists_and_is_handled_after_them(desk, generated(officer.address, 1))
    assert mornings_that_tell(desk, officer.address, "daily_note") == ["18"]
    assert "07:00 thứ Ba, 17/11/2026" in notes(desk, "daily_note")[-1].text


def test_a_request_that_waited_is_dated_by_its_receipt_and_what_was_done_about_it_by_the_clock(
    desk: SimulatedDesk,
) -> None:
    arrives_before_the_lists_and_is_handled_after_them(desk, generated("hoa.nt@vst.gov.vn", 1))
    assert desk.ticket().created_at == at("2026-11-17 07:00")
    with desk.parts.database.read() as session:
        made = session.exec(select(Event).where(Event.kind == "ticket_created")).one()
        letter = session.exec(select(Outbox).where(Outbox.letter == "acknowledgement")).one()
    assert made.at == letter.created_at == at("2026-11-17 09:00")


def handled_at(desk: SimulatedDesk, moment: str) -> None:
    """The spam comes and is put on record, and nothing else happens."""
    desk.clock.now = at(moment)
    arrives(desk, generated(SPAM, 1, "Trúng thưởng", X_Spam_Flag="YES"))
    desk.parts.intake.step()


def test_a_list_that_is_written_late_is_not_repeated_by_the_next_one(desk: SimulatedDesk) -> None:
    handled_at(desk, "2026-11-17 08:00")
    desk.jump("2026-11-17 08:30")
    desk.until("2026-11-19 09:00")
    assert mornings_that_tell(desk, SPAM, "morning_list") == ["17"]


def test_a_morning_without_a_list_is_made_up_for_by_the_next_one(desk: SimulatedDesk) -> None:
    desk.until("2026-11-17 05:00")
    handled_at(desk, "2026-11-17 05:00")
    desk.jump("2026-11-18 06:00")  # the program was down in between
    desk.until("2026-11-19 09:00")
    assert mornings_that_tell(desk, SPAM, "morning_list") == ["18"]


def test_each_list_begins_where_the_one_before_it_ended(desk: SimulatedDesk) -> None:
    desk.until("2026-11-18 09:00")
    with desk.parts.database.read() as session:
        lists = select(Outbox).where(Outbox.letter == "morning_list").order_by(col(Outbox.id))
        last = [row.created_at for row in session.exec(lists)][-1]
        since, until = since_the_last(session, LetterKind.MORNING_LIST, desk.clock.now)
    assert since == last - UNDER_WAY, "what was under way when it was written is told in the next one"
    assert until == desk.clock.now - UNDER_WAY
