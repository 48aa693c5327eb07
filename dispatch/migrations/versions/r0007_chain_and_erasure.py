"""The journal's chain, holds as evidence, and what is kept until when."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from dispatch.seals import BEGINNING, chain_of, seal_of
from lights.schema import Instant, json_column

revision = "0007"
down_revision = "0006"

_KEPT = timedelta(days=30)


def upgrade() -> None:
    """Add the columns; chain the entries that are there, and give closed incidents their end."""
    op.drop_index("incident_frames", "incident")
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("frames_until")
        incident.add_column(sa.Column("kept_until", Instant(), nullable=True))
        incident.add_column(sa.Column("hold_until", Instant(), nullable=True))
        incident.add_column(sa.Column("hold_reason", sa.Text(), nullable=False, server_default=""))
        incident.add_column(sa.Column("erased_at", Instant(), nullable=True))
    with op.batch_alter_table("journal") as journal:
        journal.add_column(sa.Column("salt", sa.String(32), nullable=True))
        journal.add_column(sa.Column("seal", sa.String(64), nullable=True))
        journal.add_column(sa.Column("chain", sa.String(64), nullable=True))
    _chain()
    with op.batch_alter_table("journal") as journal:
        journal.alter_column("seal", existing_type=sa.String(64), nullable=False)
        journal.alter_column("chain", existing_type=sa.String(64), nullable=False)
    _give_ends()


def _chain() -> None:
    journal = sa.table(
        "journal",
        *(sa.column(name) for name in ("seq", "incident_id", "event", "actor", "reason", "frame")),
        *(sa.column(name) for name in ("salt", "seal", "chain")),
        sa.column("at", Instant()),
        sa.column("detail", json_column()),
    )
    connection = op.get_bind()
    before = BEGINNING
    for row in connection.execute(sa.select(journal).order_by(journal.c.seq)).all():
        salt = secrets.token_hex(16)
        seal = seal_of(salt, row.reason, row.detail, row.frame)
        before = chain_of(
            *(None, before, row.seq, row.incident_id, row.at, row.event, row.actor, seal)
        )
        linked: dict[str, Any] = {"salt": salt, "seal": seal, "chain": before}
        connection.execute(sa.update(journal).where(journal.c.seq == row.seq).values(linked))


def _give_ends() -> None:
    incident = sa.table(
        "incident",
        sa.column("incident_id"),
        *(sa.column(name, Instant()) for name in ("closed_at", "kept_until", "rings_at")),
    )
    connection = op.get_bind()
    closed = sa.select(incident).where(incident.c.closed_at.is_not(None))
    for row in connection.execute(closed).all():
        end: datetime = row.closed_at + _KEPT
        one = incident.c.incident_id == row.incident_id
        connection.execute(sa.update(incident).where(one).values(kept_until=end, rings_at=end))
