"""What the program may rely on from a mailbox, on the embedded server and on Dovecot."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from daemon.faults import ServiceDown
from daemon.mail.fetched import Fetched, Vanished
from daemon.mail.mailbox import Mailbox
from daemon.settings import MailboxSettings, Security
from tests.servers.dovecot import Dovecot

LIMIT = 1_000_000


class Server(Protocol):
    imap_port: int

    def deliver(self, address: str, message: bytes) -> None: ...


@pytest.fixture(params=["embedded", pytest.param("dovecot", marks=pytest.mark.servers)])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def address() -> str:
    """An address nobody used before: Dovecot lives longer than one test."""
    return f"hotro-{uuid.uuid4().hex[:12]}@kbnn.test"


Opener = Callable[..., Mailbox]


@pytest.fixture
def open_mailbox(server: Server, address: str) -> Iterator[Opener]:
    opened = []

    def open_one(port: int = 0, readonly: bool = False, search_window: int = 50_000, **changes: object) -> Mailbox:
        settings = mailbox_settings(port or server.imap_port, address, **changes)
        mailbox = Mailbox(settings, search_window=search_window)
        opened.append(mailbox)
        mailbox.connect(readonly)
        return mailbox

    yield open_one
    for mailbox in opened:
        mailbox.close()


def mailbox_settings(port: int, address: str, **changes: object) -> MailboxSettings:
    values: dict[str, object] = {
        "name": "desk",
        "host": "127.0.0.1",
        "port": port,
        "security": Security.PLAIN,
        "username": address,
        "password_env": "CONTRACT_PASSWORD",
        "connect_timeout": 60,
        "read_timeout": 60,
    }
    return MailboxSettings.model_validate(values | changes)


def mail(number: int, size: int = 0) -> bytes:
    return (f"From: an@kbnn.test\r\nSubject: thu {number}\r\n\r\nNoi dung {number}\r\n" + "x" * size).encode() + b"\r\n"


def raws(mailbox: Mailbox, uids: list[int], limit: int = LIMIT) -> list[bytes | None]:
    results = list(mailbox.fetch(uids, limit))
    assert [result.uid for result in results] == uids
    return [result.raw if isinstance(result, Fetched) else None for result in results]


def test_every_mail_above_the_cursor_is_fetched_in_order(server: Server, address: str, open_mailbox: Opener) -> None:
    mails = [mail(number) for number in range(7)]
    for each in mails:
        server.deliver(address, each)
    mailbox = open_mailbox(batch=3)
    uids = mailbox.all_uids()
    assert raws(mailbox, uids) == mails
    assert mailbox.new_uids(uids[3]) == uids[4:]


def test_a_cursor_at_the_newest_mail_finds_nothing_new(server: Server, address: str, open_mailbox: Opener) -> None:
    server.deliver(address, mail(1))
    mailbox = open_mailbox()
    (uid,) = mailbox.all_uids()
    assert mailbox.new_uids(uid) == []
    assert mailbox.new_uids(uid + 100) == []


def test_mail_that_arrives_during_a_session_is_seen(server: Server, address: str, open_mailbox: Opener) -> None:
    mailbox = open_mailbox()
    assert mailbox.all_uids() == []
    server.deliver(address, mail(1))
    assert raws(mailbox, mailbox.new_uids(0)) == [mail(1)]


def test_bytes_come_as_they_were_sent(server: Server, address: str, open_mailbox: Opener) -> None:
    odd = b"Subject: \xe1\xba\xbf\xff raw\r\nX-Long: " + b"y" * 5000 + b"\r\n\r\n.\r\n..\r\n\t \r\nlast\r\n"
    server.deliver(address, odd)
    mailbox = open_mailbox()
    assert raws(mailbox, mailbox.all_uids()) == [odd]


def test_reading_leaves_every_mail_unseen(server: Server, address: str, open_mailbox: Opener) -> None:
    server.deliver(address, mail(1))
    server.deliver(address, mail(2, size=5000))
    mailbox = open_mailbox()
    uids = mailbox.all_uids()
    raws(mailbox, uids, limit=1000)
    assert b"".join(mailbox.stream(uids[1], 999)) == mail(2, size=5000)
    flags = mailbox._client.get_flags(uids)
    assert all(b"\\Seen" not in each for each in flags.values())


def test_a_mail_above_the_limit_comes_with_its_size_and_its_head_alone(
    server: Server, address: str, open_mailbox: Opener
) -> None:
    large = mail(1, size=5000)
    server.deliver(address, large)
    server.deliver(address, mail(2))
    mailbox = open_mailbox()
    first, second = mailbox.fetch(mailbox.all_uids(), 1000)
    assert isinstance(first, Fetched) and isinstance(second, Fetched)
    assert (first.raw, first.size, first.head) == (None, len(large), large[:1000])
    assert second.raw == mail(2)


def test_a_mail_that_somebody_else_removed_is_reported_as_vanished(
    server: Server, address: str, open_mailbox: Opener
) -> None:
    for number in range(3):
        server.deliver(address, mail(number))
    mailbox = open_mailbox()
    uids = mailbox.all_uids()
    other = open_mailbox()
    assert other.move([uids[1]], "Khac")
    results = list(mailbox.fetch(uids, LIMIT))
    assert isinstance(results[0], Fetched) and isinstance(results[2], Fetched)
    assert results[1] == Vanished(uids[1])


def test_moving_takes_away_exactly_those_mails_and_makes_the_folder(
    server: Server, address: str, open_mailbox: Opener
) -> None:
    for number in range(4):
        server.deliver(address, mail(number))
    mailbox = open_mailbox()
    uids = mailbox.all_uids()
    assert mailbox.move([uids[0]], "Xong")
    assert mailbox.move([uids[2]], "Xong")
    assert mailbox.all_uids() == [uids[1], uids[3]]
    done = open_mailbox(folder="Xong")
    assert raws(done, done.all_uids()) == [mail(0), mail(2)]


def test_moving_a_vanished_mail_changes_nothing(server: Server, address: str, open_mailbox: Opener) -> None:
    server.deliver(address, mail(1))
    mailbox = open_mailbox()
    uids = mailbox.all_uids()
    assert mailbox.move([uids[0] + 50], "Xong")
    assert mailbox.all_uids() == uids


def test_uidvalidity_stays_over_sessions(server: Server, address: str, open_mailbox: Opener) -> None:
    server.deliver(address, mail(1))
    first = open_mailbox()
    assert first.uidvalidity > 0
    assert open_mailbox().uidvalidity == first.uidvalidity == first.select()


@pytest.mark.servers
def test_a_folder_made_anew_has_another_uidvalidity(dovecot: Dovecot, address: str) -> None:
    with Mailbox(mailbox_settings(dovecot.imap_port, address)) as inbox:
        inbox._client.create_folder("Thu")
        with Mailbox(mailbox_settings(dovecot.imap_port, address, folder="Thu")) as mailbox:
            first = mailbox.uidvalidity
        inbox._client.delete_folder("Thu")
        inbox._client.create_folder("Thu")
    with Mailbox(mailbox_settings(dovecot.imap_port, address, folder="Thu")) as mailbox:
        assert mailbox.uidvalidity != first


def test_many_mails_are_listed_in_windows(server: Server, address: str, open_mailbox: Opener) -> None:
    for number in range(7):
        server.deliver(address, mail(number))
    whole = open_mailbox().all_uids()
    assert len(whole) == 7
    windowed = open_mailbox(search_window=2)
    assert windowed.all_uids() == whole
    assert windowed.new_uids(whole[4]) == whole[5:]


def test_windows_follow_a_folder_that_shrank(server: Server, address: str, open_mailbox: Opener) -> None:
    for number in range(7):
        server.deliver(address, mail(number))
    windowed = open_mailbox(search_window=2)
    uids = windowed.all_uids()
    assert open_mailbox().move(uids[1:], "Khac")
    assert windowed.all_uids() == uids[:1]


def test_mail_before_the_start_date_is_told_from_later_mail(server: Server, address: str, open_mailbox: Opener) -> None:
    before = datetime.now(UTC).date()
    server.deliver(address, mail(1))
    after = datetime.now(UTC).date()  # another day at midnight
    mailbox = open_mailbox()
    assert mailbox.uids_since(before) == mailbox.all_uids() != []
    assert mailbox.uids_since(before - timedelta(days=9)) == mailbox.all_uids()
    assert mailbox.uids_since(after + timedelta(days=1)) == []
    assert mailbox.uids_since(after + timedelta(days=3000)) == []


def test_a_wait_ends_when_mail_arrives(server: Server, address: str, open_mailbox: Opener) -> None:
    server.deliver(address, mail(1))
    mailbox = open_mailbox()
    known = mailbox.all_uids()
    timer = threading.Timer(0.2, server.deliver, (address, mail(2)))
    timer.start()
    assert mailbox.wait(120)
    timer.join()
    assert raws(mailbox, mailbox.new_uids(known[-1])) == [mail(2)]


def test_a_wait_ends_for_mail_that_arrived_just_before_it(server: Server, address: str, open_mailbox: Opener) -> None:
    mailbox = open_mailbox()
    mailbox.all_uids()
    server.deliver(address, mail(1))
    assert mailbox.wait(120)


def test_a_wait_sees_new_mail_after_all_mail_was_moved_away(server: Server, address: str, open_mailbox: Opener) -> None:
    for number in range(3):
        server.deliver(address, mail(number))
    mailbox = open_mailbox()
    mailbox.move(mailbox.all_uids(), "Xong")
    mailbox.new_uids(0)
    server.deliver(address, mail(9))
    assert mailbox.wait(120)
    assert raws(mailbox, mailbox.all_uids()) == [mail(9)]


def test_a_wait_ends_at_its_time(open_mailbox: Opener) -> None:
    mailbox = open_mailbox()
    assert not mailbox.wait(0.1)
    assert mailbox.all_uids() == []


def test_a_wait_ends_at_once_when_interrupted(open_mailbox: Opener) -> None:
    mailbox = open_mailbox()
    timer = threading.Timer(0.1, mailbox.interrupt)
    timer.start()
    begun = time.monotonic()
    assert not mailbox.wait(240)
    timer.join()
    assert time.monotonic() - begun < 60
    assert mailbox.all_uids() == []


def test_a_wait_is_interrupted_without_idle_too(open_mailbox: Opener) -> None:
    mailbox = open_mailbox(idle=False, poll_seconds=60)
    mailbox.interrupt()
    assert not mailbox.wait(60)


def test_abort_ends_a_wait_with_service_down(open_mailbox: Opener) -> None:
    mailbox = open_mailbox()
    timer = threading.Timer(0.1, mailbox.abort)
    timer.start()
    with pytest.raises(ServiceDown):
        while True:
            mailbox.wait(60)
    timer.join()
    assert not mailbox.connected


def test_a_wrong_password_is_service_down_without_the_password(
    server: Server, address: str, open_mailbox: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACT_PASSWORD", "sai-mat-khau")
    with pytest.raises(ServiceDown, match=r"logging in .* refused") as caught:
        open_mailbox()
    assert "sai-mat-khau" not in str(caught.value)


def test_a_password_beyond_ascii_is_sent_whole(
    server: Server, address: str, open_mailbox: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACT_PASSWORD", "mật-khẩu")
    with pytest.raises(ServiceDown, match=r"logging in .* refused"):
        open_mailbox()


def test_reading_alone_changes_nothing_even_as_the_owner(server: Server, address: str, open_mailbox: Opener) -> None:
    server.deliver(address, mail(1))
    mailbox = open_mailbox(readonly=True)
    assert raws(mailbox, mailbox.all_uids()) == [mail(1)]


@pytest.mark.servers
def test_without_move_a_mail_is_copied_and_only_itself_expunged(dovecot_without_move: Dovecot, address: str) -> None:
    for number in range(3):
        dovecot_without_move.deliver(address, mail(number))
    with Mailbox(mailbox_settings(dovecot_without_move.imap_port, address)) as mailbox:
        uids = mailbox.all_uids()
        # Somebody else's deletion mark must survive our expunge.
        mailbox._client.add_flags([uids[2]], [b"\\Deleted"])
        assert mailbox.move([uids[0]], "Xong")
        assert mailbox.all_uids() == [uids[1], uids[2]]
    with Mailbox(mailbox_settings(dovecot_without_move.imap_port, address, folder="Xong")) as done:
        assert raws(done, done.all_uids()) == [mail(0)]


@pytest.mark.servers
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_tls_with_a_trusted_certificate_works(dovecot: Dovecot, address: str, security: Security) -> None:
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    settings = mailbox_settings(port, address, security=security, ca_file=str(dovecot.certificate.file))
    with Mailbox(settings) as mailbox:
        assert mailbox.all_uids() == []
        assert not mailbox.wait(0.1)


@pytest.mark.servers
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_service_down(
    dovecot: Dovecot, address: str, security: Security
) -> None:
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    mailbox = Mailbox(mailbox_settings(port, address, security=security))
    with pytest.raises(ServiceDown, match="certificate is not trusted"):
        mailbox.connect()
    mailbox.close()


@pytest.mark.servers
def test_idle_over_tls_wakes_for_new_mail(dovecot: Dovecot, address: str) -> None:
    settings = mailbox_settings(
        dovecot.imaps_port, address, security=Security.TLS, ca_file=str(dovecot.certificate.file)
    )
    with Mailbox(settings) as mailbox:
        mailbox.all_uids()
        timer = threading.Timer(0.2, dovecot.deliver, (address, mail(1)))
        timer.start()
        assert mailbox.wait(120)
        timer.join()
