"""Up to which end the chains of older versions were taken over when they got their key; and of
erased incidents nobody knows any more which were near."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table; it is filled by whoever holds the key."""
    op.create_table(
        "keyed_since",
        sa.Column("chain", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.execute(
        "DELETE FROM resemblance WHERE EXISTS (SELECT 1 FROM incident WHERE erased_at IS NOT NULL"
        " AND incident.incident_id IN (resemblance.incident_id, resemblance.other_id))"
    )
