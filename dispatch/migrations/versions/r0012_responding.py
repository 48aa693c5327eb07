"""Whose police have been sent to an incident, wherever its caller is now."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("incident") as incident:
        incident.add_column(sa.Column("responding", sa.Text(), nullable=False, server_default=""))
