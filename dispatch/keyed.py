"""Come here for from which entry on a chain is made with the key.

Older versions chained without one. What they have written is taken over once, at an end that is
marked with the key: the mark holds for that very end and for what leads there, and nobody makes
another without the `secret` file. Law: without a mark every entry needs the key, from the first on.
"""

from hmac import compare_digest

from sqlalchemy import BigInteger, Column, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.heads import Chain
from dispatch.seals import START, Head, Keyed, mark_of
from dispatch.tables import metadata

keyed_since = Table(
    "keyed_since",
    metadata,
    Column("chain", String(16), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("mark", String(64), nullable=False),
)


async def keyed(connection: AsyncConnection, chain: Chain, key: bytes) -> Keyed:
    """The key, and up to where the chain was taken over without it."""
    row = (
        await connection.execute(select(keyed_since).where(keyed_since.c.chain == chain))
    ).one_or_none()
    if row is None:
        return Keyed(key, START)
    since = Head(row.seq, row.head)
    return Keyed(key, since if compare_digest(row.mark, mark_of(key, since)) else START)


async def take_over(connection: AsyncConnection, chain: Chain, key: bytes, since: Head) -> None:
    """Mark this end of a chain that had no key; one that is marked already stays as it is."""
    if since == START or (await keyed(connection, chain, key)).since != START:
        return
    await connection.execute(delete(keyed_since).where(keyed_since.c.chain == chain))
    mark = mark_of(key, since)
    row = {"chain": chain, "seq": since.seq, "head": since.chain, "mark": mark}
    await connection.execute(insert(keyed_since), row)
