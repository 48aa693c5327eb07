"""What the district's provider calls whoever has signed in, and is asked again with."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("session", sa.Column("subject", sa.String(length=255), nullable=True))
    op.add_column("session", sa.Column("provider_session", sa.String(length=255), nullable=True))
    op.add_column("session", sa.Column("provider_words", sa.Text(), nullable=True))
