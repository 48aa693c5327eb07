"""Come here for the tables of lamps and claims, and for the kinds of their columns."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from geo.column import ShapeColumn


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: `timestamptz`, or on SQLite text that sorts by time."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)


def json_column() -> TypeEngine[Any]:
    """JSONB on PostgreSQL, JSON text on SQLite."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


metadata = MetaData()

lamp = Table(
    "lamp",
    metadata,
    Column("lamp_id", String(64), primary_key=True),
    Column("label", Text, nullable=False),
    Column("position", ShapeColumn("POINT"), nullable=False),
    Column("address", Text, nullable=False, default=""),
    Column("keeper", Text, nullable=False, default=""),
    Column("kind", String(32), nullable=False, default="security_light"),
    Column("fixtures", Integer, nullable=False, default=1),
    Column("installed_year", Integer),
    Column("faults", json_column(), nullable=False, default=list),
    Column("faults_at", Instant),
    Column("seen_at", Instant),
    Column("retired_at", Instant),
)
Index("lamp_position", lamp.c.position, postgresql_using="gist").ddl_if(dialect="postgresql")

claim = Table(
    "claim",
    metadata,
    Column("lamp_id", String(64), primary_key=True),
    Column("owner", String(128), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("scene", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("low", Integer),
    Column("period_ms", Integer),
    Column("lit_ms", Integer),
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("claim_owner", "owner"),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

trodden = Table(
    "trodden",
    metadata,
    Column("lamp_id", String(64), primary_key=True),
    Column("walked", Float, nullable=False),
    Column("walked_on", Date, nullable=False),
)
