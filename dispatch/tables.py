"""Come here for the tables of incidents, journal, outbox and areas.

`incident.words` is what a search looks through, `responding` has a line for each jurisdiction;
`journal.frame` is what went to the screens, while
it is kept; `journal.salt`, `seal` and `chain` are explained in `seals.py`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from geo.column import ShapeColumn
from lights.schema import Instant, json_column

metadata = MetaData()

incident = Table(
    "incident",
    metadata,
    Column("incident_id", String(40), primary_key=True),
    Column("report_id", String(64), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("scene", String(16), nullable=False),
    Column("daylight", Boolean, nullable=False),
    Column("escalation", Integer, nullable=False),
    Column("unit", Text),
    Column("responding", Text, nullable=False, server_default=""),
    Column("disposition", String(16)),
    Column("unacknowledged_since", Instant),
    Column("idle_since", Instant),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("light_until", Instant),
    Column("rings_at", Instant),
    Column("east", Float),
    Column("north", Float),
    Column("report", json_column(), nullable=False),
    Column("spot", json_column(), nullable=False),
    Column("lamps", json_column(), nullable=False),
    Column("shortfall", json_column()),
    Column("instructions", Text, nullable=False, server_default=""),
    Column("linked", json_column(), nullable=False, server_default="[]"),
    Column("jurisdiction", Text),
    Column("words", Text, nullable=False, server_default=""),
    Column("closed_at", Instant),
    Column("untold", json_column()),
    Column("chain", json_column()),
    Column("kept_until", Instant),
    Column("hold_until", Instant),
    Column("hold_reason", Text, nullable=False, server_default=""),
    Column("erased_at", Instant),
    Index("incident_opened", "opened_at", "incident_id"),
    Index("incident_rings", "rings_at"),
    Index("incident_state", "state"),
)

resemblance = Table(
    "resemblance",
    metadata,
    Column("incident_id", String(40), primary_key=True),
    Column("other_id", String(40), primary_key=True),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("incident_id", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", json_column(), nullable=False),
    Column("idempotency_key", String(128)),
    Column("frame", Text),
    Column("salt", String(32)),
    Column("seal", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
    Index("journal_incident", "incident_id", "seq"),
    Index("journal_key", "incident_id", "idempotency_key", unique=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", String(40), primary_key=True),
    Column("target", Text, nullable=False),
    Column("incident_id", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("taken_at", Instant),
    Column("last_error", Text),
    Column("urgency", Integer, nullable=False, server_default="1"),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("retried_at", Instant),
    Column("alarmed_at", Instant),
    Column("dead_at", Instant),
    Column("told", Text),
    Index("outbox_about", "incident_id", "target"),
)
_NULL = ("taken_at", "dead_at")
"""SQLite would look into the row, past its body, for what the index's own condition says."""
_ORDER = ("made_at", "seq", "outbox_id")
_OPEN, _WAITING = "taken_at IS NULL", "taken_at IS NULL AND dead_at IS NULL"
for _name, _columns, _which in (
    ("outbox_taken", ("taken_at",), "taken_at IS NOT NULL"),
    ("outbox_waiting", ("target", "due_at", "incident_id", *_NULL), _WAITING),
    ("outbox_line", ("target", "incident_id", *_ORDER, "urgency", "due_at", *_NULL), _WAITING),
    ("outbox_quiet", _ORDER, f"{_WAITING} AND alarmed_at IS NULL"),
    ("outbox_open", ("dead_at", "made_at", "taken_at"), _OPEN),
):
    Index(
        _name,
        *(outbox.c[one] for one in _columns),
        sqlite_where=text(_which),
        postgresql_where=text(_which),
    )

area = Table(
    "area",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("unit", Text),
    Column("shape", ShapeColumn("MULTIPOLYGON"), nullable=False),
)
Index("area_shape", area.c.shape, postgresql_using="gist").ddl_if(dialect="postgresql")
