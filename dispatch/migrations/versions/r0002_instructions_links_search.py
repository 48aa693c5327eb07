"""Instructions, links, what a search looks through, and how long frames are kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from lights.schema import Instant, json_column

revision = "0002"
down_revision = "0001"

_KEPT = timedelta(days=30)


def upgrade() -> None:
    """Add the columns and fill them in for the incidents that are there."""
    for column in (
        sa.Column("instructions", sa.Text(), nullable=False, server_default=""),
        sa.Column("linked", json_column(), nullable=False, server_default="[]"),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("frames_until", Instant(), nullable=True),
    ):
        op.add_column("incident", column)
    op.create_index("incident_frames", "incident", ["frames_until"], unique=False)
    _fill_in()
    # Screens check frames, and these lack the new fields: who resumes begins with a snapshot.
    op.execute("UPDATE journal SET frame = NULL")


def _fill_in() -> None:
    incident = sa.table(
        "incident",
        sa.column("incident_id"),
        sa.column("state"),
        sa.column("unit"),
        sa.column("updated_at", Instant()),
        sa.column("report", json_column()),
        sa.column("spot", json_column()),
        sa.column("jurisdiction"),
        sa.column("words"),
        sa.column("closed_at", Instant()),
        sa.column("frames_until", Instant()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(incident)).all():
        closed_at: datetime | None = row.updated_at if row.state == "closed" else None
        filled = {
            "jurisdiction": row.spot["jurisdiction"],
            "words": "\n".join(word for word in _words(row) if word),
            "closed_at": closed_at,
            "frames_until": closed_at + _KEPT if closed_at else None,
        }
        one = incident.c.incident_id == row.incident_id
        connection.execute(sa.update(incident).where(one).values(filled))


def _words(row: Any) -> Iterator[str | None]:
    yield row.incident_id
    for name in ("number", "address", "jurisdiction", "unit"):
        yield row.spot[name]
    for label, *_ in row.spot["poles"]:
        yield label
    yield row.unit
    yield row.report["note"]
