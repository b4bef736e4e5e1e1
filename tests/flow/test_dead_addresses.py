"""Addresses of staff that our letters do not reach: muted until a date, with somebody else in their place (FIELD row 11)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.commands.muting import mail_unmute
from storage.tables import Outbox
from tests.flow.desk_process import DESK
from tests.flow.flooding import arrives, notes
from tests.flow.simulated import SimulatedDesk, simulated_desk
from tests.flow.test_conversation import OFFICE, REQUEST, USER

NOW = "2026-11-24 09:00"
DESK_GROUP = "servicedesk@vst.gov.vn"


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, NOW) as simulated:
        yield simulated


def bounced(letter: Outbox, status: str = "5.1.1") -> bytes:
    """The report of a server that did not know the recipient (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@mx.vst.gov.vn\r\nTo: {DESK}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <b{letter.id}@mx.vst.gov.vn>\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.vst.gov.vn\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.recipient}\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {letter.message_id}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_dead_address_of_an_office_is_muted_until_a_date_and_its_notices_go_to_the_service_desk(
    desk: SimulatedDesk,
) -> None:
    desk.writes("2026-11-24 09:01", USER, "Lỗi TABMIS", REQUEST)
    desk.writes("2026-11-24 09:02", "Nam <nam.lv@vst.gov.vn>", "Lỗi TABMIS nữa", REQUEST)
    sent = [row for row in notes(desk, "notice") if row.recipient == OFFICE]
    assert len(sent) == 2
    for row in sent:
        arrives(desk, bounced(row))
    desk.jump("2026-11-24 09:05")
    (told,) = notes(desk, "undeliverable")
    assert told.recipient == DESK_GROUP
    assert "Tạm ngừng gửi thư" in told.text
    assert "01/12/2026" in told.text
    desk.writes("2026-11-24 09:10", "An <an.tv@vst.gov.vn>", "Lỗi TABMIS thứ ba", REQUEST)
    assert notes(desk, "notice")[-1].recipient == DESK_GROUP
    # What the Service Desk answers there reaches the requester as from any office.
    assert desk.tickets()[-1].holder != "SERVICE_DESK"
    mail_unmute(desk.desk.config, OFFICE, as_json=False)
    desk.writes("2026-11-24 09:15", "Bo <bo.tv@vst.gov.vn>", "Lỗi TABMIS thứ tư", REQUEST)
    assert notes(desk, "notice")[-1].recipient == OFFICE


def test_a_letter_that_was_refused_for_what_it_says_mutes_nobody(desk: SimulatedDesk) -> None:
    desk.writes("2026-11-24 09:01", USER, "Lỗi TABMIS", REQUEST)
    (sent,) = [row for row in notes(desk, "notice") if row.recipient == OFFICE]
    raw = bounced(sent, "5.7.1").replace(b"could not be delivered", b"was refused: 554 5.7.1 spam")
    arrives(desk, raw)
    desk.jump("2026-11-24 09:05")
    assert len(notes(desk, "undeliverable")) == 1
    desk.writes("2026-11-24 09:10", "An <an.tv@vst.gov.vn>", "Lỗi TABMIS nữa", REQUEST)
    assert notes(desk, "notice")[-1].recipient == OFFICE
