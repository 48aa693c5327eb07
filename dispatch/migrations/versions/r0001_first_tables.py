"""The first tables: lamps, claims, counters, areas, incidents, journal, outbox."""

import sqlalchemy as sa
from alembic import op

from geo.column import ShapeColumn
from lights.schema import Instant, json_column

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables; on PostgreSQL with PostGIS and its indexes."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table(
        "claim",
        sa.Column("lamp_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("scene", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("period_ms", sa.Integer(), nullable=True),
        sa.Column("lit_ms", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("lamp_id", "owner"),
    )
    op.create_index("claim_owner", "claim", ["owner"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "lamp",
        sa.Column("lamp_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", ShapeColumn("POINT"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("keeper", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("fixtures", sa.Integer(), nullable=False),
        sa.Column("installed_year", sa.Integer(), nullable=True),
        sa.Column("faults", json_column(), nullable=False),
        sa.Column("faults_at", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("lamp_id"),
    )
    op.create_table(
        "area",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("shape", ShapeColumn("MULTIPOLYGON"), nullable=False),
        sa.PrimaryKeyConstraint("name", "kind"),
    )
    op.create_table(
        "incident",
        sa.Column("incident_id", sa.String(length=40), nullable=False),
        sa.Column("report_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("scene", sa.String(length=16), nullable=False),
        sa.Column("daylight", sa.Boolean(), nullable=False),
        sa.Column("escalation", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("disposition", sa.String(length=16), nullable=True),
        sa.Column("unacknowledged_since", Instant(), nullable=True),
        sa.Column("light_until", Instant(), nullable=True),
        sa.Column("rings_at", Instant(), nullable=True),
        sa.Column("east", sa.Float(), nullable=True),
        sa.Column("north", sa.Float(), nullable=True),
        sa.Column("report", json_column(), nullable=False),
        sa.Column("spot", json_column(), nullable=False),
        sa.Column("lamps", json_column(), nullable=False),
        sa.Column("shortfall", json_column(), nullable=True),
        sa.PrimaryKeyConstraint("incident_id"),
        sa.UniqueConstraint("report_id"),
    )
    op.create_index("incident_opened", "incident", ["opened_at", "incident_id"], unique=False)
    op.create_index("incident_rings", "incident", ["rings_at"], unique=False)
    op.create_index("incident_state", "incident", ["state"], unique=False)
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", json_column(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=128), nullable=True),
        sa.Column("frame", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("journal_incident", "journal", ["incident_id", "seq"], unique=False)
    op.create_index("journal_key", "journal", ["incident_id", "idempotency_key"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.String(length=40), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id"),
    )
    op.create_index("outbox_due", "outbox", ["taken_at", "due_at"], unique=False)
    op.create_table(
        "resemblance",
        sa.Column("incident_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "other_id"),
    )
    if on_postgresql:
        op.create_index("lamp_position", "lamp", ["position"], postgresql_using="gist")
        op.create_index("area_shape", "area", ["shape"], postgresql_using="gist")
