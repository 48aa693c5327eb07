"""What walkers have consented to, and what became of it."""

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "consent",
        sa.Column("walk_id", sa.String(length=40), nullable=False),
        sa.Column("allows", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("how", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("walk_id", "allows", "number"),
    )
    op.create_index("consent_given", "consent", ["given_at"], unique=False)
