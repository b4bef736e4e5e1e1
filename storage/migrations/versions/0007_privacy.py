"""Privacy: what was removed by the retention rule or on a person's demand is marked, and its row stays for the counts.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("blob", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("inbound", "ticket", "outbox"):
        op.add_column(table, sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))
