"""The embedded servers as a person with a mail client, a test and a second process see them."""

import asyncio
import imaplib
import re
import smtplib
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.faults import Refused, ServiceDown
from daemon.mail.embedded import HOSTNAME, EmbeddedServers
from daemon.mail.mailbox import Mailbox
from daemon.mail.relay import Relay
from tests.contract.test_mailbox import mailbox_settings
from tests.contract.test_relay import relay_settings
from tests.servers.programs import free_ports

LETTER = b"From: An <an@kbnn.test>\r\nSubject: hoi\r\n\r\nNoi dung\r\n"


def send(servers: EmbeddedServers, message: bytes, sender: str, recipient: str) -> str:
    async def run() -> str:
        async with Relay(relay_settings(servers.smtp_port), helo_name="may-tram.test") as relay:
            return await relay.send(message, sender, recipient)

    return asyncio.run(run())


def subjects(servers: EmbeddedServers, address: str) -> list[str]:
    with Mailbox(mailbox_settings(servers.imap_port, address)) as mailbox:
        raws = [result.raw for result in mailbox.fetch(mailbox.all_uids(), 10**6)]  # type: ignore[union-attr]
    return [re.findall(rb"Subject: (\w+)", raw or b"")[0].decode() for raw in raws]


def test_mail_sent_by_smtp_is_read_by_imap_in_the_order_it_came(embedded: EmbeddedServers) -> None:
    for number in range(12):
        send(embedded, LETTER.replace(b"hoi", b"hoi%d" % number), "an@kbnn.test", "hotro@kbnn.test")
    assert subjects(embedded, "hotro@kbnn.test") == [f"hoi{number}" for number in range(12)]


def test_every_address_has_a_mailbox_of_its_own(embedded: EmbeddedServers) -> None:
    send(embedded, LETTER, "an@kbnn.test", "Hotro@KBNN.test")
    assert subjects(embedded, "hotro@kbnn.test") == ["hoi"]
    assert subjects(embedded, "moi@kbnn.test") == []
    assert embedded.addresses() == ["hotro@kbnn.test", "moi@kbnn.test"]


def test_a_detail_after_plus_reaches_the_address_without_it(embedded: EmbeddedServers) -> None:
    send(embedded, LETTER, "", "hotro+tra-lai=an@kbnn.test")
    assert subjects(embedded, "hotro@kbnn.test") == ["hoi"]


def test_one_message_to_several_recipients_is_filed_for_each(embedded: EmbeddedServers) -> None:
    with smtplib.SMTP("127.0.0.1", embedded.smtp_port) as client:
        client.sendmail("an@kbnn.test", ["ba@kbnn.test", "chi@kbnn.test"], LETTER)
    assert subjects(embedded, "ba@kbnn.test") == subjects(embedded, "chi@kbnn.test") == ["hoi"]


def test_the_trace_says_who_sent_it_from_where_and_when(tmp_path: Path) -> None:
    at = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
    with EmbeddedServers(tmp_path, clock=lambda: at) as servers:
        send(servers, LETTER, "an@kbnn.test", "hotro@kbnn.test")
        (arrived,) = servers.read_mailbox("hotro@kbnn.test")
    assert arrived.endswith(LETTER)
    trace = arrived.removesuffix(LETTER).decode()
    assert trace.startswith("Return-Path: <an@kbnn.test>\r\n")
    assert f"Authentication-Results: {HOSTNAME};\r\n\tspf=pass smtp.mailfrom=an@kbnn.test;" in trace
    assert "dmarc=pass header.from=kbnn.test\r\n" in trace
    assert f"Received: from may-tram.test ([127.0.0.1])\r\n\tby {HOSTNAME} with ESMTP id " in trace
    assert trace.endswith("for <hotro@kbnn.test>;\r\n\tFri, 20 Nov 2026 01:02:03 +0000\r\n")


def test_a_sender_other_than_from_does_not_pass(embedded: EmbeddedServers) -> None:
    send(embedded, LETTER, "ke@gian.test", "hotro@kbnn.test")
    assert b"dmarc=fail header.from=kbnn.test" in embedded.read_mailbox("hotro@kbnn.test")[0]


def test_tests_may_let_senders_fail(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, spf=lambda sender: "fail") as servers:
        send(servers, LETTER, "an@kbnn.test", "hotro@kbnn.test")
        (arrived,) = servers.read_mailbox("hotro@kbnn.test")
    assert b"spf=fail smtp.mailfrom=an@kbnn.test" in arrived
    assert b"dmarc=fail" in arrived


def test_imitated_results_and_return_paths_are_taken_out(embedded: EmbeddedServers) -> None:
    forged = (
        b"Return-Path: <giam-doc@kbnn.test>\r\n"
        + f"authentication-results: (x) {HOSTNAME.upper()} 1;\r\n dkim=pass header.d=kbnn.test\r\n".encode()
        + b"Authentication-Results: other.test; spf=pass\r\n"
    )
    send(embedded, forged + LETTER, "ke@gian.test", "hotro@kbnn.test")
    (arrived,) = embedded.read_mailbox("hotro@kbnn.test")
    assert b"giam-doc" not in arrived and b"dkim=pass" not in arrived
    assert arrived.endswith(b"Authentication-Results: other.test; spf=pass\r\n" + LETTER)


def test_a_recipient_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, accept=lambda address: not address.startswith("khong")) as servers:
        with pytest.raises(Refused) as refused:
            send(servers, LETTER, "an@kbnn.test", "khong@kbnn.test")
        assert refused.value.code == 550
        send(servers, LETTER, "an@kbnn.test", "co@kbnn.test")
        assert servers.addresses() == ["co@kbnn.test"]


def test_a_mail_client_sees_its_folders_marks_and_saves_what_it_sent(embedded: EmbeddedServers) -> None:
    embedded.deliver("an@kbnn.test", LETTER)
    with imaplib.IMAP4("127.0.0.1", embedded.imap_port) as client:
        client.login("an@kbnn.test", "demo")
        assert client.create("Sent")[0] == "OK"
        assert client.append("Sent", r"(\Seen)", "", LETTER)[0] == "OK"
        assert client.select("INBOX")[1] == [b"1"]
        assert client.store("1", "+FLAGS", r"(\Seen)")[0] == "OK"
        listed = client.list()[1]
        assert any(isinstance(line, bytes) and b"Sent" in line for line in listed)


def test_everything_is_there_after_a_restart_with_the_same_uids(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path) as servers:
        servers.deliver("an@kbnn.test", LETTER)
        with Mailbox(mailbox_settings(servers.imap_port, "an@kbnn.test")) as mailbox:
            before = (mailbox.uidvalidity, mailbox.all_uids())
    with EmbeddedServers(tmp_path) as servers:
        servers.deliver("an@kbnn.test", LETTER)
        with Mailbox(mailbox_settings(servers.imap_port, "an@kbnn.test")) as mailbox:
            assert (mailbox.uidvalidity, mailbox.all_uids()[:1]) == before
            assert len(mailbox.all_uids()) == 2


def test_a_wait_for_mail_ends_when_it_is_there(embedded: EmbeddedServers) -> None:
    assert not embedded.wait_until_visible("an@kbnn.test", timeout=0.05)
    timer = threading.Timer(0.1, embedded.deliver, ("an@kbnn.test", LETTER))
    timer.start()
    assert embedded.wait_until_visible("an@kbnn.test", 1, timeout=120)
    timer.join()


def test_a_second_process_finds_them_answering_and_cannot_take_their_ports(
    tmp_path: Path,
) -> None:
    imap, smtp = free_ports(2)
    second = EmbeddedServers(tmp_path / "x", imap_port=imap, smtp_port=smtp)
    with EmbeddedServers(tmp_path / "mail", imap_port=imap, smtp_port=smtp):
        assert second.already_answering()
        with pytest.raises(ServiceDown, match="cannot listen"):
            second.start()
    assert not second.already_answering()
    second.start()
    second.stop()


def test_stopping_ends_open_connections_at_once(tmp_path: Path) -> None:
    servers = EmbeddedServers(tmp_path)
    servers.start()
    mailbox = Mailbox(mailbox_settings(servers.imap_port, "an@kbnn.test"))
    mailbox.connect()
    client = smtplib.SMTP("127.0.0.1", servers.smtp_port)
    client.ehlo()
    servers.stop()
    with pytest.raises(ServiceDown):
        mailbox.new_uids(0)
    client.close()
    mailbox.close()


@pytest.mark.parametrize("address", [".an@kbnn.test", "a/../b@kbnn.test", "ánh@kbnn.test"])
def test_no_address_leaves_the_folder(embedded: EmbeddedServers, address: str) -> None:
    embedded.deliver(address, LETTER)
    assert embedded.read_mailbox(address) == [LETTER]
    assert embedded.addresses() == [address]
