"""The clocks of a ticket: when it is looked at next, and what was done so far.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("heard_at", "next_at", "chased_at", "warned_at"):
        op.add_column("ticket", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("next_what", sa.String(), nullable=True))
    op.create_index(op.f("ix_ticket_next_at"), "ticket", ["next_at"], unique=False)
