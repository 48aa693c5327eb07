"""Watched walks home."""

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant, json_column

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "walk",
        sa.Column("walk_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("keeps_track", sa.Boolean(), nullable=False),
        sa.Column("body", json_column(), nullable=False),
        sa.Column("track", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("walk_id"),
    )
