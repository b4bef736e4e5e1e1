"""Fixtures of the real mail servers, one each for a test run (and for each worker); imported by conftest files."""

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

# The recipients that the fixture's Postfix turns away, with their replies.
REFUSED = "khongco@relay.test"
DEFERRED = "cham@relay.test"
REPLIES = {REFUSED: "550 5.1.1 no such user", DEFERRED: "450 4.2.1 mailbox busy"}


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot: `imap_port`, `imaps_port`, `lmtp_port`, `certificate`, `deliver`, `read_mailbox`."""
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_without_move() -> Iterator[Dovecot]:
    """A Dovecot that announces neither MOVE nor IDLE, as old servers do."""
    with Dovecot(capability="IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE") as server:
        yield server


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """A running Postfix on `port` that hands all mail to `dovecot`, except for REPLIES' recipients."""
    with Postfix(dovecot.lmtp_port, REPLIES) as server:
        yield server
