"""Each storage test runs on SQLite, and on PostgreSQL where it is installed."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.database import Database
from storage.migrations import upgrade
from tests.servers.postgres import programs, running_postgres
from tests.servers.programs import unavailable

_number = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running PostgreSQL, whose database `model` has the tables of this program."""
    if programs() is None:
        unavailable("PostgreSQL is not installed: apt-get install postgresql")
    with running_postgres() as url:
        create_database(url, "model", "template0")
        model = Database(f"{url}/model")
        upgrade(model)
        model.close()
        yield url


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of this program, to be copied."""
    path = tmp_path_factory.mktemp("model") / "desk.db"
    model = Database(f"sqlite:///{path}")
    upgrade(model)
    model.close()
    return path


def create_database(server: str, name: str, template: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)]


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/desk.db"
    server: str = request.getfixturevalue("postgres")
    name = f"empty{next(_number)}"
    create_database(server, name, "template0")
    return f"{server}/{name}"


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Database]]:
    """Opens databases that are closed again after the test."""
    opened: list[Database] = []

    def open_one(url: str, patience: float = 20) -> Database:
        opened.append(Database(url, patience))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path, open_database: Callable[[str], Database]) -> Database:
    """A database with all tables and no rows."""
    if request.param == "sqlite":
        model: Path = request.getfixturevalue("sqlite_model")
        (tmp_path / "desk.db").write_bytes(model.read_bytes())
        url = f"sqlite:///{tmp_path}/desk.db"
    else:
        server: str = request.getfixturevalue("postgres")
        name = f"test{next(_number)}"
        create_database(server, name, "model")
        url = f"{server}/{name}"
    return open_database(url)
