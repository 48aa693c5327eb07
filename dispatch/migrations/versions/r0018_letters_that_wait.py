"""What waits in the outbox is found without reading the rest, or a single body."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_OPEN = "taken_at IS NULL"
_WAITING = "taken_at IS NULL AND dead_at IS NULL"


def upgrade() -> None:
    """Make the indexes; the one before had every letter in it, and drew every question to it."""
    op.drop_index("outbox_due", "outbox")
    _make("outbox_taken", ["taken_at"], "taken_at IS NOT NULL")
    order, null = ["made_at", "seq", "outbox_id"], ["taken_at", "dead_at"]
    line = ["target", "incident_id", *order, "urgency", "due_at", *null]
    _make("outbox_waiting", ["target", "due_at", "incident_id", *null], _WAITING)
    _make("outbox_line", line, _WAITING)
    _make("outbox_quiet", order, f"{_WAITING} AND alarmed_at IS NULL")
    _make("outbox_open", ["dead_at", "made_at", "taken_at"], _OPEN)


def _make(name: str, columns: list[str], which: str) -> None:
    where = sa.text(which)
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
