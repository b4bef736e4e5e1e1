"""A requester's organisation that is only guessed is kept as a guess, so that no later routing takes it for known.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("organisation_guesses", sa.String(), nullable=False, server_default=""))
