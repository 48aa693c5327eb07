"""Who came in, and who gave whom which right."""

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant, json_column

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "record",
        sa.Column("entry_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("detail", json_column(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("record_at", "record", ["at"], unique=False)
