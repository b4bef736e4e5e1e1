"""One pass of everything: what a service that is down costs, and what is done once for a mail however often it is decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.faults import ServiceDown
from daemon.loops.record import Recorder
from daemon.once import once
from daemon.reading.mail import Mail
from storage.faults import Stale
from storage.tables import Inbound, InboundState
from tests.flow.flooding import arrives, generated, notes, rows_of
from tests.flow.simulated import SimulatedDesk, at, simulated_desk


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, "2026-11-16 08:00") as simulated:
        yield simulated


def test_a_virus_scanner_that_is_down_keeps_the_mail_waiting_and_the_lists_and_letters_go(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(mail: Mail) -> Mail:
        raise ServiceDown("the virus scanner does not answer")

    monkeypatch.setattr(desk.parts.intake, "_examine", examine)
    arrives(desk, generated("hoa.nt@vst.gov.vn", 1))
    desk.clock.now = at("2026-11-17 08:00")
    counts = once(desk.parts)
    assert counts.problems == ["the virus scanner does not answer"]
    assert [row.state for row in rows_of(desk, Inbound)] == [InboundState.PENDING]
    assert [row.state.value for row in notes(desk, "morning_list")] == ["accepted"]
    assert counts.sending.sent >= 1


def test_a_mail_is_scanned_once_however_often_somebody_else_changes_its_ticket_meanwhile(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined: list[Mail] = []
    tries: list[int] = []
    record = Recorder.record

    def examine(mail: Mail) -> Mail:
        examined.append(mail)
        return mail

    def overtaken(self: Recorder, *args: object) -> None:
        tries.append(len(tries))
        if len(tries) < 4:
            raise Stale("somebody wrote meanwhile")
        record(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.parts.intake, "_examine", examine)
    monkeypatch.setattr(Recorder, "record", overtaken)
    arrives(desk, generated("hoa.nt@vst.gov.vn", 1))
    desk.jump("2026-11-16 08:01")
    assert (len(tries), len(examined)) == (4, 1)
    assert len(desk.tickets()) == 1
