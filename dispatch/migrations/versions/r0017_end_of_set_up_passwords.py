"""Until when a password is good that somebody was given to choose their own."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from dispatch.clock import now
from lights.schema import Instant

revision = "0017"
down_revision = "0016"

_A_WEEK = timedelta(days=7)


def upgrade() -> None:
    """Add the column; those that are out there end in a week."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("one_time_until", Instant(), nullable=True))
    account = sa.table(
        "account", sa.column("one_time", sa.Boolean()), sa.column("one_time_until", Instant())
    )
    given = sa.update(account).where(account.c.one_time)
    op.get_bind().execute(given.values(one_time_until=now() + _A_WEEK))
