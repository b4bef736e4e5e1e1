"""Both edges refuse a server that offers nothing newer than TLS 1.1."""

import socket
import ssl
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from daemon.faults import ServiceDown
from daemon.mail.mailbox import Mailbox
from daemon.mail.tls import tls_context
from daemon.settings import Security
from tests.contract.misbehaving import Line, MisbehavingServer
from tests.contract.test_mailbox import mailbox_settings
from tests.contract.test_relay import relay_settings, send_one
from tests.servers.certificate import Certificate, make_certificate


def old(context: ssl.SSLContext) -> ssl.SSLContext:
    """The context with TLS 1.1 alone, and with the weak ciphers and digests that it needs."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is old, which is the point
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


class OldServer(MisbehavingServer):
    """Speaks TLS 1.1 from the first byte on; `spoken` notes the version that a client agreed to."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__()
        self._context = old(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        self._context.load_cert_chain(certificate.file, certificate.key)
        self.spoken: list[str | None] = []

    def __enter__(self) -> "OldServer":
        super().__enter__()
        return self

    def talk(self, line: Line) -> None:
        with suppress(OSError), self._context.wrap_socket(line._connection.dup(), server_side=True) as secure:
            self.spoken.append(secure.version())


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


@pytest.fixture
def ca(certificate: Certificate) -> dict[str, Any]:
    return {"security": Security.TLS, "ca_file": str(certificate.file)}


def test_the_server_itself_works_for_a_client_that_accepts_tls_1_1(certificate: Certificate) -> None:
    client = old(ssl.create_default_context(cafile=str(certificate.file)))
    with (
        OldServer(certificate) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain,
        client.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        assert secure.version() == "TLSv1.1"


def test_a_mailbox_does_not_speak_tls_1_1(certificate: Certificate, ca: dict[str, Any]) -> None:
    with OldServer(certificate) as server:
        mailbox = Mailbox(mailbox_settings(server.port, "desk@kbnn.test", **ca))
        with pytest.raises(ServiceDown, match="TLS failed"):
            mailbox.connect()
        mailbox.close()
    assert server.spoken == []


def test_the_relay_does_not_speak_tls_1_1(certificate: Certificate, ca: dict[str, Any]) -> None:
    with OldServer(certificate) as server, pytest.raises(ServiceDown):
        send_one(server.port, **ca)
    assert server.spoken == []


def test_both_edges_verify_and_begin_at_tls_1_2_whatever_the_system_allows() -> None:
    for settings in (
        mailbox_settings(993, "desk@kbnn.test", security=Security.TLS),
        relay_settings(465, security="tls"),
    ):
        context = tls_context(settings)
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED


def test_tls_is_what_a_server_gets_when_nothing_is_said() -> None:
    values = {"host": "mail.vst.gov.vn", "port": 993, "name": "a"}
    assert type(mailbox_settings(993, "a@b.vn")).model_validate(values).security is Security.TLS
    assert type(relay_settings(465)).model_validate({"host": "mail.vst.gov.vn", "port": 465}).security is Security.TLS
