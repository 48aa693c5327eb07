"""Come here for the tables of people who sign in, their sessions and the city apps."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from dispatch.tables import metadata
from lights.schema import Instant, json_column

NAME_LENGTH = 64
_DIGEST_LENGTH = 64
"""SHA-256 in hexadecimal digits."""
_SUBJECT_LENGTH = 255
"""OpenID Connect Core 1.0, 2: `sub` is no longer."""

account = Table(
    "account",
    metadata,
    Column("name", String(NAME_LENGTH), primary_key=True),
    Column("password", String(200), nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("roles", json_column(), nullable=False),
    Column("jurisdictions", json_column(), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("one_time_until", Instant),
)

session = Table(
    "session",
    metadata,
    Column("token_digest", String(_DIGEST_LENGTH), primary_key=True),
    Column("session_id", String(40), nullable=False, unique=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("way", String(8), nullable=False),
    Column("roles", json_column(), nullable=False),
    Column("jurisdictions", json_column(), nullable=False),
    Column("source", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("subject", String(_SUBJECT_LENGTH)),
    Column("provider_session", String(_SUBJECT_LENGTH)),
    Column("provider_words", Text),
    Index("session_name", "name"),
)

city_app = Table(
    "city_app",
    metadata,
    Column("name", String(NAME_LENGTH), primary_key=True),
    Column("token_digest", String(_DIGEST_LENGTH), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)
