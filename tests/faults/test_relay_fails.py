"""The relay fails in every way that the field knows: no letter is lost, none goes out twice, and the mail goes on by itself.

Every case runs the sending loop with its database against a server that misbehaves on request and then recovers.
"""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from daemon.desk.plan import Plan
from daemon.desk.retry import back_off, next_attempt, speaks_of_the_system
from daemon.faults import ServiceDown
from daemon.mail.embedded import EmbeddedServers
from storage import blobs, outbox, tickets
from storage.faults import DatabaseDown
from storage.tables import Attachment, Entry, EntryKind, Outbox, OutboxState
from tests.contract.misbehaving_smtp import DROP, KEEP_AND_DROP, STALL, STARTTLS, MisbehavingSmtp
from tests.faults.real_desk import a_desk, finding
from tests.faults.sending_desk import (
    BRIEFLY,
    MINUTE,
    PATIENTLY,
    SendingDesk,
    assert_whole,
    message_ids,
    recipients,
    sending_desk,
    set_relay,
)
from tests.faults.whole_desk import request, wire
from tests.flow.desk_process import DESK, end, plain
from tests.flow.test_serve import log_of, until
from tests.servers.certificate import make_certificate, make_expired_certificate
from tests.servers.programs import free_ports
from tests.storage.rows import NOW

STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "dot")
REPLIES = (
    "421 4.7.0 too many connections",
    "450 4.2.0 greylisted, try again later",
    "451 4.3.0 local error",
    "452 4.3.1 insufficient system storage",
    "550 5.1.1 no such user",
    "552 5.3.4 message too big",
    "554 5.7.1 rejected",
)
MAI = "mai.lt@vst.gov.vn"


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "demo")
    monkeypatch.setenv("RELAY_PASSWORD", "sai-mat-khau")


def down(desk: SendingDesk, match: str | None = None) -> None:
    """The loop meets a relay that is down: nothing is lost, held or counted."""
    with pytest.raises(ServiceDown, match=match):
        desk.step()
    assert_whole(desk)
    assert desk.attempts() == []


def timeouts(silence: str) -> dict[str, Any]:
    """Keys of [relay] for a desk that meets this silence."""
    seconds = BRIEFLY if silence is STALL else PATIENTLY
    return {"connect_timeout": seconds, "read_timeout": seconds}


def retry(desk: SendingDesk) -> None:
    """What `mail retry N --out` does with the first letter."""
    row = desk.letter()
    assert row.id is not None
    with desk.parts.database.write() as session:
        assert outbox.retry(session, row.id, desk.clock.now)


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("stage", STAGES)
def test_whatever_is_answered_at_whatever_stage_the_letter_arrives_once(stage: str, reply: str, tmp_path: Path) -> None:
    with MisbehavingSmtp({stage: reply}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        if stage in ("connect", "ehlo") or reply.startswith("421"):
            down(desk, reply[:3])
            relay.behave()
        elif reply.startswith("4"):
            assert desk.step().deferred == 1
            row = desk.letter()
            assert (row.state, row.attempts, row.last_reply) == (OutboxState.PENDING, 1, reply)
            assert desk.step().total == 0, "not before its time"
            relay.behave()
        else:
            assert desk.step().refused == 1
            assert desk.events() == ["letter_refused"]
            assert desk.letter().last_reply == reply
            relay.behave()
            desk.resumes()
            assert recipients(relay)[MAI] == 0
            retry(desk)
        desk.resumes()
        assert recipients(relay)[MAI] == 1
        assert desk.letter().state is OutboxState.ACCEPTED
        assert max(message_ids(relay).values()) == 1
        assert_whole(desk)


@pytest.mark.parametrize("silence", [DROP, STALL])
@pytest.mark.parametrize("stage", STAGES[:-1])
def test_a_connection_lost_before_the_content_costs_nothing(stage: str, silence: str, tmp_path: Path) -> None:
    with MisbehavingSmtp({stage: silence}) as relay, sending_desk(tmp_path, relay, **timeouts(silence)) as desk:
        desk.queue(MAI)
        down(desk)
        relay.behave()
        desk.resumes()
        assert recipients(relay) == {MAI: 1}
        assert desk.letter().attempts == 1


def test_a_relay_that_refuses_connections_is_waited_for_and_nothing_is_counted(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with sending_desk(tmp_path, port) as desk:
        desk.queue(letters=5)
        for _ in range(3):
            down(desk, "connection refused")
        assert desk.states() == {"pending": 5}
        with MisbehavingSmtp(port=port) as relay:
            desk.resumes()
            assert set(recipients(relay).values()) == {1}
        assert desk.states() == {"accepted": 5}


def test_greylisting_is_passed_after_a_minute_or_after_six(tmp_path: Path) -> None:
    grey = "450 4.2.0 greylisted"
    with MisbehavingSmtp({"rcpt": [grey, grey, "250 OK"]}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        for pause in (1, 5):
            desk.step()
            assert desk.letter().next_attempt_at == desk.clock.now + pause * MINUTE
            desk.later(pause * MINUTE)
        desk.drain()
        assert desk.attempts() == ["deferred", "deferred", "accepted"]
        assert recipients(relay) == {MAI: 1}


def test_421_in_mid_session_stops_the_loop_and_every_letter_arrives_once(tmp_path: Path) -> None:
    shutting = {"rcpt": ["250 OK", "250 OK", "421 4.3.2 shutting down"]}
    with MisbehavingSmtp(shutting) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(letters=8)
        with pytest.raises(ServiceDown, match="421"):
            desk.step()
        assert desk.states() == {"accepted": 2, "pending": 6}
        assert desk.attempts() == ["accepted"] * 2
        relay.behave()
        desk.resumes()
        assert desk.states() == {"accepted": 8}
        assert len(relay.accepted) == len(recipients(relay)) == 8


def test_each_recipient_has_a_fate_of_its_own_and_nobody_waits_for_another(tmp_path: Path) -> None:
    people = {name: f"{name}@vst.gov.vn" for name in ("duoc", "khongco", "cham", "day", "mat", "cung-duoc")}
    replies: dict[str, str | list[str]] = {
        f"rcpt:{people['khongco']}": "550 5.1.1 no such user",
        f"rcpt:{people['cham']}": "450 4.2.1 mailbox busy",
        f"rcpt:{people['day']}": "552 5.2.2 mailbox full",
        f"dot:{people['mat']}": [KEEP_AND_DROP, "250 OK"],
    }
    with MisbehavingSmtp(replies) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(*people.values())
        desk.step()
        fates = {row.recipient: row.state.value for row in desk.letters()[: len(people)]}
        assert [fates[address] for address in people.values()] == [
            "accepted", "refused", "pending", "refused", "in_doubt", "accepted",
        ]  # fmt: skip
        relay.behave()
        desk.resumes()
        assert recipients(relay)[people["cham"]] == 1
        assert recipients(relay)[people["mat"]] == 2, "in doubt, so once more"
        assert recipients(relay)[people["duoc"]] == recipients(relay)[people["cung-duoc"]] == 1
        assert desk.events() == ["letter_refused"] * 2


# In doubt


@pytest.mark.parametrize("silence", [DROP, STALL, KEEP_AND_DROP])
def test_a_letter_in_doubt_goes_once_more_with_the_same_message_id_and_shows_it(silence: str, tmp_path: Path) -> None:
    replies = {"dot": [silence, "250 OK"]}
    with MisbehavingSmtp(replies) as relay, sending_desk(tmp_path, relay, **timeouts(silence)) as desk:
        desk.queue(MAI)
        desk.step()
        assert (desk.letter().state, desk.letter().doubts) == (OutboxState.IN_DOUBT, 1)
        desk.resumes()
        assert (desk.letter().state, desk.letter().doubts) == (OutboxState.ACCEPTED, 1)
        assert desk.attempts() == ["in_doubt", "accepted"]
        assert recipients(relay)[MAI] == (2 if silence is KEEP_AND_DROP else 1)
        assert len(message_ids(relay)) == 1


def test_in_doubt_twice_a_letter_stands_open_until_a_person_sends_it(tmp_path: Path) -> None:
    with MisbehavingSmtp({"dot": DROP}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        desk.step()
        desk.later()
        desk.step()
        assert (desk.letter().state, desk.letter().doubts) == (OutboxState.OPEN, 2)
        relay.behave()
        desk.later(timedelta(days=3))
        desk.drain()
        assert relay.accepted == [], "no third time by itself"
        retry(desk)
        desk.drain()
        assert recipients(relay) == {MAI: 1}
        assert desk.attempts() == ["in_doubt", "in_doubt", "accepted"]


# Limits of rate and size


def test_a_full_or_throttling_server_is_tried_each_minute_however_long_it_lasts(tmp_path: Path) -> None:
    with MisbehavingSmtp({"rcpt": "452 4.3.2 too many messages"}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(letters=3)
        for _ in range(12):
            assert desk.step().deferred == 3
            desk.later()
        relay.behave()
        desk.resumes()
        assert desk.states() == {"accepted": 3}
        assert len(relay.accepted) == 3


@pytest.mark.parametrize(
    ("reply", "whole_server"),
    [("452 4.3.1 no space", True), ("450 4.3.2 not now", True), ("451 4.3.0 odd", False), ("452 4.2.2 mailbox full", False),
     ("450 4.3.25 other", False), ("550 5.3.2 never", False), ("452 insufficient", False)],
)  # fmt: skip
def test_which_replies_speak_of_the_whole_server(reply: str, whole_server: bool) -> None:
    assert speaks_of_the_system(reply) is whole_server


def test_pauses_grow_to_half_a_minute_for_a_service_and_by_the_settings_for_a_letter() -> None:
    assert [back_off(failures) for failures in (1, 2, 3, 4, 5, 6, 60)] == [1, 2, 4, 8, 16, 30, 30]
    pauses = [MINUTE, 5 * MINUTE]
    assert next_attempt(1, NOW, NOW, pauses, timedelta(hours=1)) == NOW + MINUTE
    assert next_attempt(9, NOW, NOW, pauses, timedelta(hours=1)) == NOW + 5 * MINUTE
    assert next_attempt(9, NOW, NOW + timedelta(minutes=56), pauses, timedelta(hours=1)) is None


def test_a_letter_that_is_deferred_for_three_days_is_refused_and_the_desk_is_told(tmp_path: Path) -> None:
    with MisbehavingSmtp({"rcpt": "450 4.2.1 busy"}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        assert desk.step().deferred == 1
        desk.later(timedelta(hours=72))
        assert desk.step().refused == 1
        assert desk.events() == ["letter_refused"]
        relay.behave()
        desk.resumes()
        (told,) = desk.letters()[1:]
        assert (told.letter, told.state) == ("undeliverable", OutboxState.ACCEPTED)
        assert relay.accepted[0][0] == told.recipient != MAI


def test_a_letter_that_waited_long_for_a_dead_relay_is_not_given_up_at_its_first_deferral(tmp_path: Path) -> None:
    with MisbehavingSmtp({"rcpt": "450 4.2.1 greylisted"}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        desk.later(timedelta(hours=100))
        assert desk.step().deferred == 1
        relay.behave()
        desk.resumes()
        assert desk.letter().state is OutboxState.ACCEPTED


def test_a_letter_that_a_person_retries_has_all_its_time_again(tmp_path: Path) -> None:
    with MisbehavingSmtp({"rcpt": "450 4.2.1 busy"}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        desk.step()
        desk.later(timedelta(hours=72))
        assert desk.step().refused == 1
        desk.later(timedelta(days=5))
        with desk.parts.database.write() as session:
            assert outbox.retry(session, desk.letter().id or 0, desk.clock.now)
        for _ in range(2):
            desk.step()
            assert desk.letter().state is OutboxState.PENDING, "the tries before the retry no longer count"
            desk.later(timedelta(hours=35))
        desk.later(timedelta(hours=2))
        desk.step()
        assert desk.letter().state is OutboxState.REFUSED


def with_file(desk: SendingDesk, content: bytes) -> None:
    """The first letter carries this file."""
    digest = desk.parts.files.put(content)
    with desk.parts.database.write() as session:
        row = session.get(Outbox, desk.letter().id)
        assert row is not None and row.ticket_id is not None
        entry = Entry(
            ticket_id=row.ticket_id, kind=EntryKind.REQUEST, at=NOW, author_address=MAI, author_name="", text="", full_text=""
        )  # fmt: skip
        file = Attachment(
            entry_id=0, digest=digest, filename="nhat-ky.bin", content_type="application/octet-stream",
            size=len(content), inline=False,
        )  # fmt: skip
        blobs.remember(session, digest, len(content), NOW)
        tickets.add_entry(session, entry, [file])
        session.flush()
        assert file.id is not None
        row.attachments = [file.id]
        session.add(row)


def test_the_first_letter_already_keeps_to_the_size_that_the_server_announces(tmp_path: Path) -> None:
    with MisbehavingSmtp(extensions=("8BITMIME", "SIZE 60000")) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        with_file(desk, bytes(range(256)) * 400)
        desk.step()
        ((_, content),) = relay.accepted
        assert len(content) < 60_000
        assert "nhat-ky.bin" in plain(message_from_bytes(content, policy=policy.default)), "it stays in the ticket"


@pytest.mark.parametrize("stage", ["mail", "data", "dot"])
def test_a_letter_above_an_unannounced_limit_is_refused_and_the_holder_told(stage: str, tmp_path: Path) -> None:
    replies = {stage: ["552 5.3.4 too big", {"data": "354 go on"}.get(stage, "250 OK")]}
    with MisbehavingSmtp(replies, extensions=("8BITMIME",)) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        with_file(desk, bytes(200_000))
        desk.drain()
        assert [row.state.value for row in desk.letters()] == ["refused", "accepted"]
        assert recipients(relay)[MAI] == 0


def test_a_letter_whose_file_is_damaged_is_set_aside_and_the_next_one_goes(tmp_path: Path) -> None:
    with MisbehavingSmtp() as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI, "hai@vst.gov.vn")
        with_file(desk, b"nhat ky" * 100)
        (stored,) = desk.parts.files.folder.glob("??/*.z")
        content = stored.read_bytes()
        stored.write_bytes(b"hong")
        desk.drain()
        assert [row.state.value for row in desk.letters()[:2]] == ["refused", "accepted"]
        assert "cannot be read" in desk.letter().last_reply
        stored.write_bytes(content)
        retry(desk)
        desk.drain()
        assert recipients(relay)[MAI] == 1


def test_a_bug_of_ours_on_one_letter_stops_no_other_and_ends_with_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MisbehavingSmtp() as relay, sending_desk(tmp_path, relay) as desk:
        writer = desk.parts.sender._writer
        whole = type(writer).message

        def message(self: object, row: Outbox) -> bytes:
            if row.recipient == MAI:
                raise ZeroDivisionError
            return whole(self, row)  # type: ignore[arg-type]

        monkeypatch.setattr(type(writer), "message", message)
        desk.queue(MAI, "hai@vst.gov.vn")
        for _ in range(4):
            desk.drain()
            desk.later(timedelta(minutes=15))
        assert [row.state.value for row in desk.letters()[:2]] == ["refused", "accepted"]
        assert desk.letter().attempts == 3
        assert "ZeroDivisionError" in desk.letter().last_reply


def test_a_bug_of_ours_in_telling_of_a_refused_letter_costs_that_notice_and_the_refusal_is_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> Plan:
        raise ZeroDivisionError

    monkeypatch.setattr("daemon.loops.send.undelivered", broken)
    with MisbehavingSmtp({"rcpt": ["550 5.1.1 unknown", "250 OK"]}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI, "hai@vst.gov.vn")
        desk.drain()
        assert desk.states() == {"refused": 1, "accepted": 1}
        (refused,) = [row for row in desk.letters() if row.state is OutboxState.REFUSED]
        assert refused.last_reply == "550 5.1.1 unknown (nobody was told: ZeroDivisionError)"
        assert desk.events() == ["letter_refused"]
        assert sorted(desk.attempts()) == ["accepted", "refused"]
        assert "notice_failed" in caplog.text
        assert_whole(desk)


def test_so_does_one_that_comes_to_light_when_the_database_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down_once(*_: object, **__: object) -> Plan:
        monkeypatch.setattr("daemon.loops.send.undelivered", broken)
        raise DatabaseDown("the database is busy")

    def broken(*_: object, **__: object) -> Plan:
        raise ZeroDivisionError

    monkeypatch.setattr("daemon.loops.send.undelivered", down_once)
    with MisbehavingSmtp({"rcpt": "550 5.1.1 unknown"}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(MAI)
        with pytest.raises(DatabaseDown):
            desk.step()
        desk.drain()
        assert desk.letter().state is OutboxState.REFUSED
        assert desk.events() == ["letter_refused"]


def test_a_bug_of_ours_after_the_content_was_sent_leaves_the_letter_in_doubt_and_visibly_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MisbehavingSmtp() as relay, sending_desk(tmp_path, relay) as desk:
        send = desk.parts.relay.send

        async def stumbling(*arguments: Any) -> str:
            await send(*arguments)
            monkeypatch.undo()
            raise ZeroDivisionError

        desk.queue(MAI)
        monkeypatch.setattr(desk.parts.relay, "send", stumbling)
        desk.step()
        assert (desk.letter().state, desk.letter().doubts) == (OutboxState.IN_DOUBT, 1)
        desk.resumes()
        assert (desk.letter().state, desk.letter().doubts) == (OutboxState.ACCEPTED, 1)
        assert recipients(relay) == {MAI: 2}
        assert len(message_ids(relay)) == 1


# TLS and login


def test_starttls_that_was_stripped_keeps_every_letter_here_until_it_is_offered_again(tmp_path: Path) -> None:
    good = make_certificate(tmp_path)
    usual = ("8BITMIME", "SIZE 1000000")
    with (
        MisbehavingSmtp(extensions=usual, starttls=good) as relay,
        sending_desk(tmp_path, relay, security="starttls", ca_file=str(good.file)) as desk,
    ):
        desk.queue(letters=3)
        down(desk, "STARTTLS")
        assert not any(command.startswith(("AUTH", "MAIL")) for command in relay.commands)
        relay.extensions = (*usual, STARTTLS)
        desk.resumes()
        assert set(recipients(relay).values()) == {1}
        assert desk.states() == {"accepted": 3}


@pytest.mark.parametrize("wrong", ["expired", "another name", "unknown authority"])
def test_a_certificate_that_is_wrong_keeps_every_letter_here_until_it_is_right(wrong: str, tmp_path: Path) -> None:
    good = make_certificate(tmp_path)
    (tmp_path / "other").mkdir()
    bad = {
        "expired": lambda: make_expired_certificate(tmp_path),
        "another name": lambda: make_certificate(tmp_path, "other.test"),
        "unknown authority": lambda: make_certificate(tmp_path / "other"),
    }[wrong]()
    both = tmp_path / "both.pem"
    both.write_text(good.file.read_text() + ("" if wrong == "unknown authority" else bad.file.read_text()))
    with MisbehavingSmtp(tls=bad) as relay, sending_desk(tmp_path, relay, security="tls", ca_file=str(both)) as desk:
        desk.queue(letters=3)
        down(desk, "certificate is not trusted")
        relay.tls = good
        desk.resumes()
        assert set(recipients(relay).values()) == {1}
        assert desk.states() == {"accepted": 3}


def test_a_refused_login_costs_no_attempt_and_names_no_password(tmp_path: Path) -> None:
    with (
        MisbehavingSmtp({"auth": "535 5.7.8 wrong"}, ("AUTH PLAIN", "8BITMIME")) as relay,
        sending_desk(tmp_path, relay, username="hotro", password_env="RELAY_PASSWORD") as desk,
    ):
        desk.queue(letters=3)
        with pytest.raises(ServiceDown, match="535") as caught:
            desk.step()
        assert "sai-mat-khau" not in str(caught.value)
        assert desk.attempts() == []
        relay.behave()
        desk.resumes()
        assert desk.states() == {"accepted": 3}


# The whole service


def test_while_the_relay_is_gone_mail_becomes_tickets_and_when_it_is_back_the_letters_go(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with EmbeddedServers(tmp_path / "embedded") as servers:
        desk = a_desk(tmp_path, servers, DESK)
        set_relay(desk.config, {"port": port, "password_env": ""})
        process = desk.serve()
        try:
            servers.deliver(DESK, wire(request(DESK)))
            until(lambda: "mail_settled" in log_of(desk), "no ticket while the relay is gone")
            until(lambda: "world_down loop=send" in log_of(desk), "the missing relay was not noticed")
            ok, line = finding(desk, "relay")
            assert not ok and "connection refused" in line
            assert {row["state"] for row in desk.rows("mail", "list", "--out")} == {"pending"}
            assert "2 pending" in finding(desk, "letters")[1]
            with MisbehavingSmtp(port=port) as relay:
                until(lambda: len(relay.accepted) == 2, "the letters did not go")
                until(lambda: "world_back loop=send" in log_of(desk), "the loop did not say that it goes on")
                assert end(process) == 0
                assert set(message_ids(relay).values()) == {1}
        finally:
            process.kill()
            process.wait()
