"""Called by alembic: runs the wanted migrations on the connection of `upgrade`, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 (fills the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite can alter a column only by building its table anew
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
