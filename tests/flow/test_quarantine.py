"""Mail that breaks the program: kept whole, told once a day, dropped or reprocessed by a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.commands.mails import mail_drop, mail_retry, retry_all
from daemon.reading.mail import Mail
from storage.tables import Event, Inbound, InboundState
from tests.flow.flooding import arrives, generated, notes, rows_of
from tests.flow.simulated import SimulatedDesk, simulated_desk

NOW = "2026-11-24 09:00"
DESK_GROUP = "servicedesk@vst.gov.vn"


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, NOW) as simulated:
        yield simulated


def breaking(desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that raises on some mails, until it is repaired."""

    def examine(mail: Mail) -> Mail:
        if "hỏng" in mail.subject:
            raise ZeroDivisionError
        return mail

    monkeypatch.setattr(desk.parts.intake, "_examine", examine)


def fails_for_good(desk: SimulatedDesk, moment: str, sender: str, subject: str) -> int:
    """The number of a mail that went to quarantine after its three attempts."""
    desk.until(moment)
    number = arrives(desk, generated(sender, int(moment[-2:]) + 1000, subject))
    for _ in range(3):
        desk.jump(moment)
    return number


def states(desk: SimulatedDesk) -> list[tuple[int, InboundState]]:
    return [(row.id, row.state) for row in rows_of(desk, Inbound)]


def test_mails_that_break_the_program_are_kept_with_one_neutral_note_a_day_and_a_repaired_one_makes_tickets_of_them(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    breaking(desk, monkeypatch)
    first = fails_for_good(desk, "2026-11-24 09:01", "hoa.nt@vst.gov.vn", "thư hỏng bí mật")
    second = fails_for_good(desk, "2026-11-24 09:02", "nam.lv@vst.gov.vn", "thư hỏng nữa")
    desk.until("2026-11-25 09:03")
    third = fails_for_good(desk, "2026-11-25 09:03", "an.tv@vst.gov.vn", "thư hỏng thứ ba")
    assert states(desk) == [(number, InboundState.QUARANTINED) for number in (first, second, third)]
    told = notes(desk, "quarantined")
    assert [row.recipient for row in told] == [DESK_GROUP] * 2
    assert f"Chương trình gặp lỗi khi xử lý thư: 1 thư, số {first}" in told[0].text
    assert f"3 thư, số {first}, {second}, {third}" in told[1].text
    assert not any(word in row.text for row in told for word in ("bí mật", "hoa.nt", "ZeroDivision"))
    # The list of the next morning names them too.
    morning = next(row for row in notes(desk, "morning_list"))
    assert f"Đang giữ riêng. Chương trình gặp lỗi khi xử lý thư: 2 thư, số {first}, {second}" in morning.text

    config = desk.desk.config
    mail_drop(config, [second], "thử máy quét", dry_run=True)
    assert states(desk)[1] == (second, InboundState.QUARANTINED)
    mail_drop(config, [second], "thử máy quét", dry_run=False)
    dropped = rows_of(desk, Inbound)[1]
    assert (dropped.state, dropped.digest is not None) == (InboundState.IGNORED, True)
    assert dropped.reason.endswith("thử máy quét")
    (event,) = [one for one in rows_of(desk, Event) if one.kind == "mail_dropped"]
    assert (event.inbound_id, event.reason, bool(event.actor)) == (second, "thử máy quét", True)

    monkeypatch.setattr(desk.parts.intake, "_examine", lambda mail: mail)  # repaired
    capsys.readouterr()
    retry_all(config, "", dry_run=True)
    said = capsys.readouterr().out
    assert said.count("a new ticket for ") == 2
    assert "2 mails" in said
    assert states(desk)[0] == (first, InboundState.QUARANTINED)
    retry_all(config, "the program failed", dry_run=False)
    assert [row.attempts for row in rows_of(desk, Inbound) if row.state is InboundState.PENDING] == [0, 0]
    desk.jump("2026-11-25 09:30")
    assert sorted(ticket.requester_address for ticket in desk.tickets()) == ["an.tv@vst.gov.vn", "hoa.nt@vst.gov.vn"]


def test_a_mail_that_is_retried_too_early_returns_to_quarantine_after_as_many_attempts_without_another_note(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(desk, monkeypatch)
    number = fails_for_good(desk, "2026-11-24 09:01", "hoa.nt@vst.gov.vn", "thư hỏng")
    mail_retry(desk.desk.config, [number], out=False, as_ticket=False)
    for _ in range(3):
        assert states(desk) == [(number, InboundState.PENDING)]
        desk.jump("2026-11-24 09:05")
    assert states(desk) == [(number, InboundState.QUARANTINED)]
    assert len(notes(desk, "quarantined")) == 1


class Killed(BaseException):
    """The process ends here; nothing after it is done."""


def test_a_mail_that_kills_the_program_each_time_goes_to_quarantine_and_holds_up_nobody(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(mail: Mail) -> Mail:
        if "chết" in mail.subject:
            raise Killed
        return mail

    monkeypatch.setattr(desk.parts.intake, "_examine", examine)
    deadly = arrives(desk, generated("hoa.nt@vst.gov.vn", 1, "thư làm chết chương trình"))
    other = arrives(desk, generated("nam.lv@vst.gov.vn", 2))
    for _ in range(3):
        with pytest.raises(Killed):
            desk.parts.intake.step()
    desk.parts.intake.step()
    assert states(desk) == [(deadly, InboundState.QUARANTINED), (other, InboundState.ENTRY)]
    assert [row.recipient for row in notes(desk, "quarantined")] == [DESK_GROUP]
