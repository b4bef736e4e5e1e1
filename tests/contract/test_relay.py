"""What becomes of a letter at the relay: on the embedded server, on Postfix and on servers that misbehave."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from daemon.faults import Deferred, InDoubt, Refused, ServiceDown
from daemon.mail.embedded import EmbeddedServers
from daemon.mail.relay import Relay
from daemon.settings import RelaySettings, Security
from tests.contract.misbehaving_smtp import DROP, STALL, MisbehavingSmtp
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import DEFERRED, REFUSED
from tests.servers.postfix import Postfix

UTF8_HEADERS = "Subject: thư\r\n\r\nhết\r\n".encode()
UTF8_BODY = "Subject: thu\r\n\r\n.chấm\r\n..hai\r\nhết\r\n".encode()
ASCII_LETTER = b"Subject: thu\r\n\r\n.cham\r\n..hai\r\nhet\r\n"
DESK = "hotro@kbnn.test"
Result = TypeVar("Result")


class Inboxes(Protocol):
    def read_mailbox(self, address: str) -> list[bytes]: ...

    def wait_until_visible(self, address: str, count: int = 1, timeout: float = 10) -> bool: ...


class Place:
    """A relay's port and the inboxes its mail ends in."""

    def __init__(self, port: int, inboxes: Inboxes) -> None:
        self.port = port
        self.inboxes = inboxes


@pytest.fixture(params=["embedded", pytest.param("postfix", marks=pytest.mark.servers)])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "embedded":
        servers: EmbeddedServers = request.getfixturevalue("embedded")
        return Place(servers.smtp_port, servers)
    postfix: Postfix = request.getfixturevalue("postfix")
    dovecot: Dovecot = request.getfixturevalue("dovecot")
    return Place(postfix.port, dovecot)


def fresh_address() -> str:
    return f"ai-{uuid.uuid4().hex[:12]}@relay.test"


def patience(silence: str) -> float:
    """Seconds to wait for an answer: brief where it never comes, else as long as a busy machine needs."""
    return 1 if silence is STALL else 60


def relay_settings(port: int, **changes: object) -> RelaySettings:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.PLAIN,
        "connect_timeout": 60,
        "read_timeout": 60,
        "connections": 1,
    }
    return RelaySettings.model_validate(values | changes)


def with_relay(port: int, job: Callable[[Relay], Awaitable[Result]], **changes: object) -> Result:
    """The result of `job` on a relay, in an event loop of its own."""

    async def run() -> Result:
        async with Relay(relay_settings(port, **changes), helo_name="desk.test") as relay:
            return await job(relay)

    return asyncio.run(run())


def send_one(port: int, recipient: str = "ai@relay.test", letter: bytes = ASCII_LETTER, **changes: object) -> str:
    return with_relay(port, lambda relay: relay.send(letter, DESK, recipient), **changes)


# Accepted


def test_an_accepted_letter_arrives_with_its_bytes(place: Place) -> None:
    address = fresh_address()
    reply = send_one(place.port, address, b"From: hotro@kbnn.test\r\n" + ASCII_LETTER)
    assert reply.startswith("250 ")
    assert place.inboxes.wait_until_visible(address, timeout=120)
    (arrived,) = place.inboxes.read_mailbox(address)
    assert arrived.replace(b"\r\n", b"\n").endswith(b"\n\n.cham\n..hai\nhet\n")


def test_8_bit_content_passes(place: Place) -> None:
    address = fresh_address()
    assert send_one(place.port, address, UTF8_BODY).startswith("250 ")
    assert place.inboxes.wait_until_visible(address, timeout=120)
    assert "hết".encode() in place.inboxes.read_mailbox(address)[0]


def test_headers_beyond_ascii_pass_where_smtputf8_is_offered(embedded: EmbeddedServers) -> None:
    assert send_one(embedded.smtp_port, letter=UTF8_HEADERS).startswith("250 ")
    assert UTF8_HEADERS in embedded.read_mailbox("ai@relay.test")[0]


def test_many_letters_go_over_one_connection_to_a_fate_each(place: Place) -> None:
    addresses = [fresh_address() for _ in range(4)]

    async def job(relay: Relay) -> list[str]:
        return [await relay.send(ASCII_LETTER, DESK, address) for address in addresses]

    assert all(reply.startswith("250 ") for reply in with_relay(place.port, job))
    for address in addresses:
        assert place.inboxes.wait_until_visible(address, timeout=120)


def test_the_null_sender_is_allowed(place: Place) -> None:
    address = fresh_address()
    assert with_relay(place.port, lambda relay: relay.send(ASCII_LETTER, "", address)).startswith("250 ")


def test_the_size_limit_is_known_after_the_first_connection(place: Place) -> None:
    async def job(relay: Relay) -> tuple[str, int | None]:
        return await relay.check(), relay.size_limit

    line, limit = with_relay(place.port, job)
    assert limit is not None and limit > 40_000_000
    assert str(limit) in line


@pytest.mark.servers
def test_postfix_refuses_and_defers_one_recipient_and_takes_the_next(postfix: Postfix) -> None:
    address = fresh_address()

    async def job(relay: Relay) -> str:
        with pytest.raises(Refused) as refused:
            await relay.send(ASCII_LETTER, DESK, REFUSED)
        assert (refused.value.code, refused.value.recipient) == (550, REFUSED)
        with pytest.raises(Deferred) as deferred:
            await relay.send(ASCII_LETTER, DESK, DEFERRED)
        assert deferred.value.code == 450
        return await relay.send(ASCII_LETTER, DESK, address)

    assert with_relay(postfix.port, job).startswith("250 ")


@pytest.mark.servers
def test_postfix_refuses_a_letter_above_its_size(dovecot: Dovecot) -> None:
    with Postfix(dovecot.lmtp_port, size_limit=20_000) as postfix, pytest.raises(Refused) as refused:
        send_one(postfix.port, fresh_address(), ASCII_LETTER + b"x" * 30_000)
    assert refused.value.code == 552


@pytest.mark.servers
def test_starttls_with_a_trusted_certificate_works(postfix: Postfix) -> None:
    reply = send_one(postfix.port, fresh_address(), security=Security.STARTTLS, ca_file=str(postfix.certificate.file))
    assert reply.startswith("250 ")


@pytest.mark.servers
def test_starttls_with_an_unknown_certificate_is_service_down(postfix: Postfix) -> None:
    with pytest.raises(ServiceDown, match="certificate is not trusted"):
        send_one(postfix.port, fresh_address(), security=Security.STARTTLS)


# Turned away


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(("reply", "fault"), [("451 4.3.0 later", Deferred), ("450 4.2.1 busy", Deferred)])
def test_a_4xx_defers_this_letter_and_the_connection_serves_the_next(
    stage: str, reply: str, fault: type[Deferred]
) -> None:
    check_turned_away(stage, reply, fault)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "552 5.3.4 too big", "554 5.7.1 spam"])
def test_a_5xx_refuses_this_letter_and_the_connection_serves_the_next(stage: str, reply: str) -> None:
    check_turned_away(stage, reply, Refused)


def check_turned_away(stage: str, reply: str, fault: type[Deferred] | type[Refused]) -> None:
    with MisbehavingSmtp({stage: [reply, {"data": "354 go on"}.get(stage, "250 OK")]}) as server:

        async def job(relay: Relay) -> str:
            with pytest.raises(fault) as caught:
                await relay.send(ASCII_LETTER, DESK, "ai@relay.test")
            assert f"{caught.value.code} {caught.value.reply}" == reply
            assert caught.value.recipient == "ai@relay.test"
            return await relay.send(ASCII_LETTER, DESK, "ba@relay.test")

        assert with_relay(server.port, job).startswith("250 ")
        assert server.connections == 1
        assert server.accepted == [("ba@relay.test", ASCII_LETTER)]


@pytest.mark.parametrize("silence", [DROP, STALL])
def test_a_reset_that_fails_does_not_hide_the_refusal(silence: str) -> None:
    with MisbehavingSmtp({"rcpt:khong@relay.test": "550 5.1.1 no such user", "rset": silence}) as server:

        async def job(relay: Relay) -> str:
            with pytest.raises(Refused) as caught:
                await relay.send(ASCII_LETTER, DESK, "khong@relay.test")
            assert caught.value.code == 550
            return await relay.send(ASCII_LETTER, DESK, "ai@relay.test")

        assert with_relay(server.port, job, read_timeout=patience(silence)).startswith("250 ")


def test_each_recipient_has_a_fate_of_its_own() -> None:
    replies = {"rcpt:khong@relay.test": "550 5.1.1 no", "rcpt:cham@relay.test": "450 4.2.1 later"}
    with MisbehavingSmtp(replies) as server:

        async def job(relay: Relay) -> list[str]:
            fates = []
            for recipient in ("khong@relay.test", "ai@relay.test", "cham@relay.test"):
                try:
                    fates.append((await relay.send(ASCII_LETTER, DESK, recipient))[:3])
                except (Deferred, Refused) as fault:
                    fates.append(type(fault).__name__)
            return fates

        assert with_relay(server.port, job) == ["Refused", "250", "Deferred"]


# The service is down


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data", "dot"])
def test_421_is_service_down_at_every_stage(stage: str) -> None:
    with MisbehavingSmtp({stage: "421 4.3.2 shutting down"}) as server, pytest.raises(ServiceDown, match="421"):
        send_one(server.port)


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data"])
@pytest.mark.parametrize("silence", [DROP, STALL])
def test_a_connection_lost_before_the_content_is_service_down(stage: str, silence: str) -> None:
    with MisbehavingSmtp({stage: silence}) as server, pytest.raises(ServiceDown):
        send_one(server.port, connect_timeout=patience(silence), read_timeout=patience(silence))


@pytest.mark.parametrize("reply", ["530 5.7.0 authenticate first", "535 5.7.8 wrong"])
def test_wanting_other_credentials_is_service_down(reply: str) -> None:
    with MisbehavingSmtp({"mail": reply}) as server, pytest.raises(ServiceDown, match=reply[:3]):
        send_one(server.port)


@pytest.mark.parametrize("repeated", ["sai-mat-khau", "AGhvdHJvAHNhaS1tYXQta2hhdQ==", "c2FpLW1hdC1raGF1"])
def test_a_refused_login_is_service_down_without_the_password(repeated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some servers repeat what they refuse: the password as typed, or as PLAIN and LOGIN carry it."""
    monkeypatch.setenv("CONTRACT_PASSWORD", "sai-mat-khau")
    server = MisbehavingSmtp({"auth": f"535 5.7.8 wrong: {repeated}"}, ("AUTH PLAIN",))
    with server, pytest.raises(ServiceDown, match=r"535 5\.7\.8 wrong: \*\*\*$"):
        send_one(server.port, username="hotro", password_env="CONTRACT_PASSWORD")


def test_the_embedded_server_takes_its_password_and_no_other(
    embedded: EmbeddedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    account: dict[str, Any] = {"username": "hotro@kbnn.test", "password_env": "CONTRACT_PASSWORD"}
    assert send_one(embedded.smtp_port, **account).startswith("250 ")
    monkeypatch.setenv("CONTRACT_PASSWORD", "khac")
    with pytest.raises(ServiceDown, match="535"):
        send_one(embedded.smtp_port, **account)


def test_starttls_that_was_stripped_is_service_down_and_nothing_is_said() -> None:
    with MisbehavingSmtp() as server:
        with pytest.raises(ServiceDown, match="STARTTLS"):
            send_one(server.port, security=Security.STARTTLS, username="hotro", password_env="CONTRACT_PASSWORD")
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_a_certificate_for_another_name_is_service_down(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "other.test")
    with MisbehavingSmtp(tls=certificate) as server:
        with pytest.raises(ServiceDown, match=r"certificate is not trusted .*not valid for '127.0.0.1'"):
            send_one(server.port, security=Security.TLS, ca_file=str(certificate.file))
        assert server.commands == []


def test_a_port_where_nobody_listens_is_service_down(closed_port: int) -> None:
    with pytest.raises(ServiceDown, match="connection refused"):
        send_one(closed_port)


def test_tls_to_a_server_that_speaks_plainly_is_service_down() -> None:
    with MisbehavingSmtp() as server, pytest.raises(ServiceDown, match="TLS failed"):
        send_one(server.port, security=Security.TLS)


def test_an_idle_connection_that_the_server_closed_is_replaced() -> None:
    with MisbehavingSmtp({"dot": "250 OK", "mail": ["250 OK", "421 4.4.2 idle too long", "250 OK"]}) as server:

        async def job(relay: Relay) -> list[str]:
            return [await relay.send(ASCII_LETTER, DESK, "ai@relay.test") for _ in range(3)]

        assert with_relay(server.port, job) == ["250 OK"] * 3
        assert server.connections == 2


# In doubt


@pytest.mark.parametrize("silence", [DROP, STALL])
def test_silence_after_the_final_dot_leaves_the_letter_in_doubt(silence: str) -> None:
    with MisbehavingSmtp({"dot": silence}) as server, pytest.raises(InDoubt) as caught:
        send_one(server.port, read_timeout=patience(silence))
    assert caught.value.recipient == "ai@relay.test"


def test_the_mark_is_set_after_the_recipient_and_before_the_content() -> None:
    with MisbehavingSmtp() as server:
        seen: list[list[str]] = []

        async def mark() -> None:
            seen.append([command.split(":")[0] for command in server.commands])

        with_relay(server.port, lambda relay: relay.send(ASCII_LETTER, DESK, "ai@relay.test", mark))
        assert seen == [["EHLO desk.test", "MAIL FROM", "RCPT TO"]]


def test_a_refused_recipient_never_reaches_the_mark() -> None:
    with MisbehavingSmtp({"rcpt": "550 5.1.1 no"}) as server, pytest.raises(Refused):
        with_relay(server.port, lambda relay: relay.send(ASCII_LETTER, DESK, "ai@relay.test", pytest.fail))


def test_a_mark_that_fails_sends_nothing_and_comes_out_unchanged() -> None:
    with MisbehavingSmtp() as server:

        def mark() -> None:
            raise LookupError("the database is gone")

        async def job(relay: Relay) -> str:
            with pytest.raises(LookupError):
                await relay.send(ASCII_LETTER, DESK, "ai@relay.test", mark)
            return await relay.send(ASCII_LETTER, DESK, "ba@relay.test")

        assert with_relay(server.port, job).startswith("250 ")
        assert [recipient for recipient, _ in server.accepted] == ["ba@relay.test"]


# What the relay cannot carry


def test_an_international_address_is_refused_where_smtputf8_is_missing() -> None:
    with MisbehavingSmtp(extensions=("8BITMIME",)) as server, pytest.raises(Refused, match="SMTPUTF8"):
        send_one(server.port, "ánh@relay.test")


def test_an_international_address_is_sent_where_smtputf8_is_offered() -> None:
    with MisbehavingSmtp() as server:
        send_one(server.port, "ánh@relay.test")
        assert any(command.startswith("MAIL") and "SMTPUTF8" in command for command in server.commands)
        assert [recipient for recipient, _ in server.accepted] == ["ánh@relay.test"]


def test_8_bit_content_is_refused_where_8bitmime_is_missing() -> None:
    with MisbehavingSmtp(extensions=("SMTPUTF8",)) as server, pytest.raises(Refused, match="8BITMIME"):
        send_one(server.port, letter=UTF8_BODY)


@pytest.mark.parametrize(
    "address",
    [
        "ai@relay.test\r\nRCPT TO:<ba@relay.test>",
        "ai\x00@relay.test",
        "ai@relay.test <ba@relay.test>",
        "ai ba@relay.test",
    ],
)
def test_an_address_that_would_be_changed_on_its_way_is_refused(address: str) -> None:
    with MisbehavingSmtp() as server:
        with pytest.raises(Refused):
            send_one(server.port, address)
        assert not server.accepted


def test_bare_line_ends_are_sent_as_crlf_and_dots_arrive_single() -> None:
    with MisbehavingSmtp() as server:
        send_one(server.port, letter=b"Subject: x\n\n.a\n..b\n.\nc")
        assert server.accepted[0][1] == b"Subject: x\r\n\r\n.a\r\n..b\r\n.\r\nc\r\n"


def test_two_connections_serve_two_letters_at_once() -> None:
    with MisbehavingSmtp() as server:

        async def job(relay: Relay) -> int:
            both = asyncio.Barrier(2)

            async def mark() -> None:
                await both.wait()

            await asyncio.gather(*[relay.send(ASCII_LETTER, DESK, f"{n}@relay.test", mark) for n in "ab"])
            return server.connections

        assert with_relay(server.port, job, connections=2) == 2
