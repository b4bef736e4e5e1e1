"""A ticket's life: satisfaction, the ticket that another one goes on from, and the registers of the support division.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("continues", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("satisfaction", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_ticket_duplicate_of"), "ticket", ["duplicate_of"])
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("province", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("requester_address", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_record_inbound_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_record_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_at"), "record", ["at"])
    op.create_index(op.f("ix_record_kind"), "record", ["kind"])
    op.create_index(op.f("ix_record_ticket_id"), "record", ["ticket_id"])
