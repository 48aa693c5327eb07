"""Come here for `lamplighter journal`: whether anybody has changed what was written down."""

import os
import sys
from typing import Final

import click

from dispatch.clock import now
from dispatch.database import Database
from dispatch.ends import ENDS_UNKNOWN, WHAT_TO_DO, begin, remember, take_as_it_is
from dispatch.heads import CHAINS, Chain, Heads, Verified
from dispatch.keyboard import able_to_remember, secret_key, with_database
from dispatch.seals import BEGINNING, START, Head
from dispatch.settings import Settings
from dispatch.verifying import MOST_FAULTS, verify

_SHOWN: Final = 20
"""Faults beyond these say nothing new."""
_NAMES: Final[dict[Chain, str]] = {
    "journal": "The journal",
    "record": "The record of sign-ins and rights",
}
_MEND: Final[dict[Chain, str]] = {
    "journal": "Rows of the database were changed beside the journal: once you know by whom, say "
    "at the desk what is true (hold or release, close or reopen), and it is written down.",
    "record": "Rows of the database were changed beside the record: once you know by whom, say "
    "what is true (`lamplighter accounts roles` or `revoke`, `lamplighter apps add` or `revoke`), "
    "and it is written down.",
}
_OPTIONS: Final[dict[Chain, str]] = {"journal": "--head", "record": "--record-head"}


@click.group()
def journal() -> None:
    """What happened, in order; nobody can change it unseen."""


@journal.command("verify")
@click.option(
    "--head", help="NUMBER:HASH that an earlier verification printed: finds a journal cut short."
)
@click.option("--record-head", help="The same of the record of sign-ins and rights.")
@click.option(
    "--anew",
    is_flag=True,
    help="Forget the ends that the data folder remembers: after a backup was restored.",
)
@click.option(
    "--unkeyed",
    is_flag=True,
    help="With --anew: the backup was made by a version whose chains had no key yet; take what it "
    "wrote as it is.",
)
def verify_all(head: str | None, record_head: str | None, anew: bool, unkeyed: bool) -> None:
    """Find a changed, missing or moved entry, of the journal and of the record of sign-ins and
    rights, and a row that is not what they said last of it; exit code 1 where there is one."""
    given = {"journal": _head_of(head), "record": _head_of(record_head)}
    if unkeyed and not anew:
        raise click.UsageError("--unkeyed goes with --anew: after a backup was restored")
    settings = Settings.read(os.environ)
    heads = Heads(settings.heads_file)

    async def work(database: Database) -> dict[Chain, Verified]:
        keys = {chain: secret_key(settings, chain) for chain in CHAINS}
        with able_to_remember():
            await begin(database, heads, keys.__getitem__)
        if unkeyed:
            for chain in CHAINS:
                await take_as_it_is(database, chain, keys[chain])
        kept = {chain: START if anew else seen.head for chain, seen in heads.read().items()}
        return {
            chain: await verify(*(database, chain, keys[chain], now()), {given[chain], kept[chain]})
            for chain in CHAINS
        }

    found = with_database(work)
    for chain, one in found.items():
        _say(chain, one)
        _remember(heads, chain, one, known=anew or (given[chain] != START and not one.faults))
    kept = heads.read()
    unknown = [chain for chain in CHAINS if kept[chain].is_unknown]
    for chain in unknown:
        click.echo(f"{_NAMES[chain]}: {ENDS_UNKNOWN.why}. {WHAT_TO_DO}.")
    if unknown or any(one.faults for one in found.values()):
        sys.exit(1)
    ends = " ".join(
        f"{_OPTIONS[chain]} {one.head.seq}:{one.head.chain}" for chain, one in found.items()
    )
    click.echo(f"Keep this, and give it to the next verification: {ends}")


def _remember(heads: Heads, chain: Chain, found: Verified, *, known: bool) -> None:
    with able_to_remember():
        remember(heads, chain, found, known=known)


def _say(chain: Chain, found: Verified) -> None:
    for fault in found.faults[:_SHOWN]:
        where = f"{chain}, entry {fault.seq}" if fault.seq else chain
        click.echo(f"{where}: {fault.why}" + (f" ({fault.about})" if fault.about else ""))
    name, entries = _NAMES[chain], found.entries
    if found.faults:
        more = " or more" if len(found.faults) >= MOST_FAULTS else ""
        click.echo(
            f"{name} was tampered with: {len(found.faults)} faults{more} in {entries} entries."
        )
        if any(fault.about for fault in found.faults):
            click.echo(_MEND[chain])
        return
    erased = f"({found.erased} with words erased)"
    click.echo(f"{name}: {entries} entries, every one as it was written {erased}.")


def _head_of(text: str | None) -> Head:
    if text is None:
        return START
    seq, _, chain = text.partition(":")
    if not seq.isdecimal() or len(chain) != len(BEGINNING):
        raise click.BadParameter("a head is NUMBER:HASH, as an earlier verification printed it")
    return Head(int(seq), chain)
