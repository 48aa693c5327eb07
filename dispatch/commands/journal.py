"""Come here for `lamplighter journal`: whether anybody has changed what was written down."""

import sys
from collections.abc import Iterable
from typing import Final

import click

from dispatch import store
from dispatch.database import Database
from dispatch.keyboard import with_database
from dispatch.seals import BEGINNING, Fault, Head, Link, faults

_AT_ONCE: Final = 5_000
_SHOWN: Final = 20
"""Faults beyond these say nothing new."""


@click.group()
def journal() -> None:
    """What happened, in order; nobody can change it unseen."""


@journal.command()
@click.option(
    "--head", help="NUMBER:HASH that an earlier verification printed: finds a journal cut short."
)
def verify(head: str | None) -> None:
    """Find a changed, missing or moved entry; exit code 1 where there is one."""
    links, erased = with_database(_read)
    found = [*faults(links, erased), *_not_there(links, _head_of(head))]
    for fault in found[:_SHOWN]:
        click.echo(f"entry {fault.seq}: {fault.why}")
    last = Head(links[-1].seq, links[-1].chain) if links else Head(0, BEGINNING)
    if found:
        click.echo(f"The journal was tampered with: {len(found)} faults in {len(links)} entries.")
        sys.exit(1)
    gone = sum(link.salt is None for link in links)
    click.echo(f"{len(links)} entries, every one as it was written ({gone} with words erased).")
    click.echo(f"Keep this, and give it to the next verification: --head {last.seq}:{last.chain}")


async def _read(database: Database) -> tuple[list[Link], dict[str, int]]:
    links: list[Link] = []
    async with database.reading() as connection:
        while more := await store.links_after(connection, links[-1].seq if links else 0, _AT_ONCE):
            links += more
        return links, await store.erasures(connection)


def _head_of(text: str | None) -> Head | None:
    if text is None:
        return None
    seq, _, chain = text.partition(":")
    if not seq.isdecimal() or len(chain) != len(BEGINNING):
        raise click.BadParameter("--head is NUMBER:HASH, as an earlier verification printed it")
    return Head(int(seq), chain)


def _not_there(links: Iterable[Link], head: Head | None) -> list[Fault]:
    if head is None or head.seq == 0 or any(Head(one.seq, one.chain) == head for one in links):
        return []
    return [Fault(head.seq, "it was there at an earlier verification, and is not now")]
