"""The schema's history. A program brings an older database up to its own schema and refuses a newer one."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.faults import DatabaseWrong

FOLDER = Path(__file__).parent
HEAD = max(path.stem.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))  # "0001", "0002" …


def upgrade(database: Database) -> None:
    """Bring the database to this program's schema, in one transaction; two programs at once take turns.

    Raises DatabaseWrong for a database that a newer program made, or that belongs to something else.
    """
    with database.change_schema() as connection:
        if _stored(connection) != HEAD:
            _migrate(connection, HEAD)


def require_current(database: Database) -> None:
    """Raise DatabaseWrong unless the database has exactly this program's schema; changes nothing."""
    with database.read() as session:
        stored = _stored(session.connection())
    if stored != HEAD:
        raise DatabaseWrong(
            f"the database has schema {stored or 'none'}, this program needs {HEAD}: start the service once"
        )


def _stored(connection: Connection) -> str | None:
    """The schema's number in the database, None if it is empty; refuses what this program cannot upgrade."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise DatabaseWrong(f"the database holds tables of something else: {', '.join(sorted(tables)[:5])}")
        return None
    stored: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if stored is not None and stored > HEAD:
        raise DatabaseWrong(
            f"the database has schema {stored}, newer than this program's {HEAD}: use the newer program"
        )
    return stored


def _migrate(connection: Connection, target: str) -> None:
    from alembic import command  # only here: it takes longer to load than most commands to run
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix().replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, target)
