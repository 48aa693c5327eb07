"""The chain of the record of sign-ins and rights."""

import secrets

import sqlalchemy as sa
from alembic import op

from dispatch.seals import START, chain_of, seal_of
from lights.schema import Instant, json_column

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns, and chain the entries that are there in the order in which they came."""
    with op.batch_alter_table("record") as record:
        record.add_column(sa.Column("seq", sa.BigInteger(), nullable=True))
        record.add_column(sa.Column("salt", sa.String(32), nullable=True))
        record.add_column(sa.Column("seal", sa.String(64), nullable=True))
        record.add_column(sa.Column("chain", sa.String(64), nullable=True))
    _chain()
    with op.batch_alter_table("record") as record:
        record.alter_column("seq", existing_type=sa.BigInteger(), nullable=False)
        record.alter_column("seal", existing_type=sa.String(64), nullable=False)
        record.alter_column("chain", existing_type=sa.String(64), nullable=False)
    op.create_index("record_seq", "record", ["seq"], unique=True)


def _chain() -> None:
    names = ("entry_id", "event", "actor", "whom", "source", "seq", "salt", "seal", "chain")
    record = sa.table(
        "record",
        *(sa.column(name) for name in names),
        sa.column("at", Instant()),
        sa.column("detail", json_column()),
    )
    connection, before = op.get_bind(), START.chain
    rows = connection.execute(sa.select(record).order_by(record.c.entry_id)).all()
    for seq, row in enumerate(rows, START.seq + 1):
        words = {name: getattr(row, name) for name in ("actor", "whom", "source", "detail")}
        salt = secrets.token_hex(16)
        seal = seal_of(salt, "", words, None)
        before = chain_of(None, before, seq, row.entry_id, row.at, row.event, "", seal)
        linked = {"seq": seq, "salt": salt, "seal": seal, "chain": before}
        this = record.c.entry_id == row.entry_id
        connection.execute(sa.update(record).where(this).values(linked))
