"""How often walks have wanted each lamp; of nobody's walk anything else."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "trodden",
        sa.Column("lamp_id", sa.String(64), primary_key=True),
        sa.Column("walked", sa.Float(), nullable=False),
        sa.Column("walked_on", sa.Date(), nullable=False),
    )
