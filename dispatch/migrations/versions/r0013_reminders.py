"""Since when nobody has done anything about what was acknowledged, and how often that was said."""

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("incident") as incident:
        incident.add_column(sa.Column("idle_since", Instant(), nullable=True))
        incident.add_column(
            sa.Column("reminders", sa.Integer(), nullable=False, server_default="0")
        )
