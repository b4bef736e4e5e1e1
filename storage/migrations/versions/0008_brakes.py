"""Brakes: hourly caps by address and domain, muted addresses, and who put a mail into quarantine.

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound", sa.Column("settled_by", sa.String(), nullable=False, server_default=""))
    for name in ("recipient_key", "recipient_domain"):
        op.add_column("outbox", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.create_index(f"ix_outbox_{name}_created_at", "outbox", [name, "created_at"], unique=False)
    op.drop_index("ix_outbox_recipient_created", "outbox")
    op.create_table(
        "mute",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mute")),
    )
