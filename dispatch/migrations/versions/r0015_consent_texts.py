"""By which words, and in which language, a consent was given; which walks were forgotten."""

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables; of consents given before nobody knows what was shown."""
    op.create_table(
        "consent_text",
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("last_given_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("text_key"),
    )
    op.add_column("consent", sa.Column("language", sa.String(length=35), nullable=True))
    op.add_column("consent", sa.Column("text_key", sa.String(length=64), nullable=True))
    op.create_table(
        "forgotten",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("forgotten_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_index("ix_forgotten_forgotten_at", "forgotten", ["forgotten_at"])
