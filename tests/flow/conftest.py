"""A model, servers and a desk for flow tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.keys import read_keys
from daemon.mail.embedded import EmbeddedServers
from daemon.parts import open_database
from daemon.settings import load
from storage import migrations
from tests.flow.desk_process import DeskProcess, Servers
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.small_model import small_model


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with a small model in use, shared by all test processes of a run."""
    base = tmp_path_factory.getbasetemp()
    return small_model((base if worker_id == "master" else base.parent) / "models")


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[DeskProcess]:
    """A desk on embedded servers that outlive its commands."""
    with EmbeddedServers(tmp_path / "embedded") as servers:
        yield DeskProcess(
            tmp_path, Servers(servers.imap_port, servers.smtp_port, embedded=True, deliver=servers.deliver), models
        )


@pytest.fixture
def quiet_config(tmp_path: Path, models: Path) -> Path:
    """The configuration of a desk without servers that has done nothing yet: an empty database, and its keys."""
    config = DeskProcess(tmp_path, Servers(1, 1, embedded=True), models).config
    settings = load(config)
    database = open_database(settings)
    migrations.upgrade(database)
    database.close()
    read_keys(Path(settings.proof.key_file))
    return config


@pytest.fixture
def real_desk(tmp_path: Path, models: Path) -> Iterator[DeskProcess]:
    """A desk on a Dovecot and a Postfix of its own."""
    with Dovecot() as dovecot, Postfix(dovecot.lmtp_port) as postfix:
        servers = Servers(dovecot.imap_port, postfix.port, dovecot.password, deliver=dovecot.deliver)
        yield DeskProcess(tmp_path, servers, models)
