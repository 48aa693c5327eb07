"""What became of a letter, whom an incident has not reached, and its chain of CAP messages."""

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant, json_column

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; what is there stays as it is."""
    op.add_column("incident", sa.Column("untold", json_column(), nullable=True))
    op.add_column("incident", sa.Column("chain", json_column(), nullable=True))
    for name, kind, default in (("urgency", sa.Integer(), "1"), ("seq", sa.BigInteger(), "0")):
        column = sa.Column(name, kind, nullable=False, server_default=default)
        op.add_column("outbox", column)
    for name in ("retried_at", "alarmed_at", "dead_at"):
        op.add_column("outbox", sa.Column(name, Instant(), nullable=True))
    op.add_column("outbox", sa.Column("told", sa.Text(), nullable=True))
    op.create_index("outbox_about", "outbox", ["incident_id", "target"], unique=False)
