"""What the mailbox makes of servers that refuse, hang, drop the connection or talk nonsense."""

import socket
import ssl
import time
from datetime import date
from pathlib import Path

import pytest

from daemon.faults import ServiceDown
from daemon.mail.fetched import Fetched, Vanished, Withheld
from daemon.mail.mailbox import Mailbox
from daemon.mail.tls import tls_context
from daemon.settings import Security, SettingsError
from tests.contract.misbehaving_imap import (
    DROP,
    DROP_AFTER,
    GARBLE,
    IDLE_BURST,
    IDLE_DROP,
    IDLE_HALF,
    LATE_MAIL,
    REMARK,
    STALL,
    MisbehavingImap,
)
from tests.contract.test_mailbox import mailbox_settings
from tests.servers.certificate import make_certificate

BRIEFLY = 1  # seconds
MAILS = {1: b"Subject: a\r\n\r\na\r\n", 2: b"Subject: b\r\n\r\nb\r\n", 5: b"Subject: c\r\n\r\nc\r\n"}


def mailbox_on(server: MisbehavingImap, **changes: object) -> Mailbox:
    """A mailbox that waits as long as a busy machine needs; give a `read_timeout` for an answer that never comes."""
    return Mailbox(mailbox_settings(server.port, "desk@kbnn.test", **changes))


def test_a_well_behaved_script_is_read_whole() -> None:
    with MisbehavingImap(mails=MAILS) as server, mailbox_on(server) as mailbox:
        assert mailbox.uidvalidity == 7
        assert [f.raw for f in mailbox.fetch(mailbox.all_uids(), 1000) if isinstance(f, Fetched)] == list(
            MAILS.values()
        )


@pytest.mark.parametrize("behaviour", ["[ALERT] account closed", DROP, STALL, GARBLE])
@pytest.mark.parametrize("command", ["LOGIN", "SELECT"])
def test_a_connection_that_fails_is_service_down_and_names_the_mailbox(command: str, behaviour: str) -> None:
    with MisbehavingImap({command: behaviour}) as server:
        mailbox = mailbox_on(server, read_timeout=BRIEFLY)
        if (command, behaviour) != ("LOGIN", GARBLE):  # nonsense before an OK is no harm
            with pytest.raises(ServiceDown, match="desk"):
                mailbox.connect()
            assert not mailbox.connected
        mailbox.close()


@pytest.mark.parametrize("greeting", [STALL, "* BYE too busy", "SSH-2.0-not-imap"])
def test_a_wrong_greeting_is_service_down(greeting: str) -> None:
    with MisbehavingImap({"greeting": greeting}) as server:
        mailbox = mailbox_on(server, connect_timeout=BRIEFLY)
        with pytest.raises(ServiceDown):
            mailbox.connect()
        mailbox.close()


@pytest.mark.parametrize("behaviour", [DROP, STALL, DROP_AFTER])
def test_a_fetch_that_breaks_off_is_service_down_and_reading_starts_anew(behaviour: str) -> None:
    with MisbehavingImap({"UID FETCH": behaviour}, MAILS) as server:
        mailbox = mailbox_on(server, read_timeout=BRIEFLY if behaviour is STALL else 60)
        mailbox.connect()
        with pytest.raises(ServiceDown):
            list(mailbox.fetch(mailbox.all_uids(), 1000))
        assert not mailbox.connected
        server.recover()
        mailbox.connect()
        assert len(list(mailbox.fetch(mailbox.all_uids(), 1000))) == 3
        mailbox.close()


def test_one_mail_that_the_server_cannot_read_does_not_hide_the_others() -> None:
    with MisbehavingImap(mails=MAILS, withheld=frozenset({2})) as server, mailbox_on(server) as mailbox:
        first, second, third, fourth = mailbox.fetch([1, 2, 3, 5], 1000)
        assert isinstance(first, Fetched) and isinstance(fourth, Fetched)
        assert isinstance(second, Withheld) and "cannot read this mail" in second.reply
        assert third == Vanished(3)


def test_mails_behind_nonsense_are_withheld_and_readable_later() -> None:
    with MisbehavingImap({"UID FETCH": GARBLE}, MAILS) as server, mailbox_on(server) as mailbox:
        assert all(isinstance(result, Withheld) for result in mailbox.fetch([1, 2, 5], 1000))
        server.recover()
        assert all(isinstance(result, Fetched) for result in mailbox.fetch([1, 2, 5], 1000))


def test_flags_that_others_change_meanwhile_are_no_answer() -> None:
    """A server may tell of them with any command, by number alone (RFC 3501, 7.4.2): here 3 is a number and no mail."""
    with MisbehavingImap({"UID FETCH": REMARK}, MAILS) as server, mailbox_on(server) as mailbox:
        assert mailbox.uids_since(date(2026, 11, 20)) == [1, 2, 5]
        first, second, third, fourth = mailbox.fetch([1, 2, 3, 5], 1000)
        assert third == Vanished(3)
        assert [one.raw for one in (first, second, fourth) if isinstance(one, Fetched)] == list(MAILS.values())


def test_an_idle_that_loses_its_connection_is_service_down() -> None:
    with MisbehavingImap({"IDLE": IDLE_DROP}) as server, mailbox_on(server) as mailbox:
        begun = time.monotonic()
        with pytest.raises(ServiceDown, match="waiting for new mail"):
            mailbox.wait(240)
        assert time.monotonic() - begun < 60
        assert not mailbox.connected


def test_an_idle_that_is_never_answered_is_service_down() -> None:
    with (
        MisbehavingImap({"IDLE": STALL}) as server,
        mailbox_on(server, read_timeout=BRIEFLY) as mailbox,
        pytest.raises(ServiceDown),
    ):
        mailbox.wait(240)


def test_mail_announced_in_two_packets_is_noticed_and_the_connection_lives_on() -> None:
    with MisbehavingImap({"IDLE": IDLE_HALF}) as server, mailbox_on(server, read_timeout=5) as mailbox:
        assert mailbox.wait(30)
        assert mailbox.connected


def test_mail_announced_in_the_packet_that_begins_idling_is_noticed() -> None:
    with MisbehavingImap({"IDLE": IDLE_BURST}) as server, mailbox_on(server) as mailbox:
        begun = time.monotonic()
        assert mailbox.wait(240)
        assert time.monotonic() - begun < 60


def test_windows_never_name_mail_that_is_gone() -> None:
    with MisbehavingImap(mails=MAILS) as server:
        mailbox = Mailbox(mailbox_settings(server.port, "desk@kbnn.test"), search_window=1)
        mailbox.connect()
        assert mailbox.all_uids() == [1, 2, 5]
        del server.mails[1], server.mails[2]
        assert mailbox.all_uids() == [5]
        mailbox.close()


def test_mail_announced_while_listing_ends_the_next_wait() -> None:
    with MisbehavingImap({"UID SEARCH": LATE_MAIL}) as server, mailbox_on(server) as mailbox:
        assert mailbox.new_uids(0) == []
        begun = time.monotonic()
        assert mailbox.wait(240)
        assert time.monotonic() - begun < 60
        assert not any(command.startswith("IDLE") for command in server.commands)


def test_a_server_without_idle_is_polled() -> None:
    with MisbehavingImap(capability="IMAP4rev1") as server, mailbox_on(server, poll_seconds=0.05) as mailbox:
        assert not mailbox.wait(30)
        assert not any(command.startswith("IDLE") for command in server.commands)


def test_a_server_without_move_and_uidplus_keeps_its_mail() -> None:
    with MisbehavingImap(mails=MAILS, capability="IMAP4rev1") as server, mailbox_on(server) as mailbox:
        assert not mailbox.move([1], "Xong")
        assert not any("EXPUNGE" in command or "COPY" in command for command in server.commands)


def test_starttls_that_is_not_offered_is_service_down_and_no_password_leaves() -> None:
    with MisbehavingImap() as server:
        mailbox = mailbox_on(server, security=Security.STARTTLS)
        with pytest.raises(ServiceDown, match="STARTTLS"):
            mailbox.connect()
        assert not any(command.startswith("LOGIN") for command in server.commands)
        mailbox.close()


def test_tls_to_a_server_that_speaks_plainly_is_service_down() -> None:
    with MisbehavingImap() as server:
        mailbox = mailbox_on(server, security=Security.TLS)
        with pytest.raises(ServiceDown, match="TLS failed"):
            mailbox.connect()
        mailbox.close()


def test_a_certificate_for_another_name_is_service_down(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "other.test")
    with MisbehavingImap(tls=certificate) as server:
        mailbox = mailbox_on(server, security=Security.TLS, ca_file=str(certificate.file))
        with pytest.raises(ServiceDown, match=r"certificate is not trusted .*not valid for '127.0.0.1'"):
            mailbox.connect()
        assert server.commands == []


def test_tls_is_never_older_than_1_2() -> None:
    context = tls_context(mailbox_settings(993, "desk@kbnn.test", security=Security.TLS))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED


def test_a_password_that_the_server_repeats_is_not_told_any_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_PASSWORD", "rat-bi-mat")
    with MisbehavingImap({"LOGIN": "[AUTHENTICATIONFAILED] rat-bi-mat is not the password"}) as server:
        mailbox = mailbox_on(server)
        with pytest.raises(ServiceDown, match=r"\*\*\* is not the password") as caught:
            mailbox.connect()
        assert "rat-bi-mat" not in str(caught.value)
        mailbox.close()


def test_a_password_that_is_missing_leaves_no_half_open_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTRACT_PASSWORD")
    with MisbehavingImap() as server:
        mailbox = mailbox_on(server)
        with pytest.raises(SettingsError):
            mailbox.connect()
        assert not mailbox.connected


def test_a_port_where_nobody_listens_is_service_down(closed_port: int) -> None:
    mailbox = Mailbox(mailbox_settings(closed_port, "desk@kbnn.test"))
    with pytest.raises(ServiceDown, match="connection refused"):
        mailbox.connect()
    mailbox.close()


def test_a_host_without_a_name_is_service_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # the machine's own resolver may be slow, or absent
    mailbox = Mailbox(mailbox_settings(143, "desk@kbnn.test", host="khong-co.invalid", allow_plain=True))
    with pytest.raises(ServiceDown, match=r"khong-co\.invalid:143: no such name"):
        mailbox.connect()
    mailbox.close()


def test_a_ca_file_that_is_missing_is_a_mistake_in_the_settings() -> None:
    mailbox = Mailbox(mailbox_settings(993, "desk@kbnn.test", security=Security.TLS, ca_file="/khong/co.pem"))
    with pytest.raises(SettingsError, match="ca_file"):
        mailbox.connect()
    mailbox.close()


def test_commands_on_a_closed_mailbox_are_service_down(closed_port: int) -> None:
    mailbox = Mailbox(mailbox_settings(closed_port, "desk@kbnn.test"))
    with pytest.raises(ServiceDown, match="not connected"):
        mailbox.new_uids(0)
    mailbox.close()
