"""Come here for what `lamplighter privacy` says of staff: names and network addresses, how long."""

from typing import Final

from sqlalchemy import func, select

from dispatch.database import Database
from dispatch.keyboard import local
from dispatch.sign_in.record import COMINGS, COMINGS_KEPT_FOR, RIGHTS, RIGHTS_KEPT_FOR, record
from dispatch.sign_in.sessions import LASTS
from dispatch.sign_in.tables import account, city_app, session
from lights.schema import Instant

_KEPT: Final = (
    (
        account,
        account.c.name.is_not(None),
        "accounts with a name: kept also when revoked, so that no name means two people",
    ),
    (city_app, city_app.c.name.is_not(None), "city apps with a name: kept also when revoked"),
    (
        session,
        session.c.name.is_not(None),
        "sessions with a name and a network address: kept "
        f"until they end, {LASTS.total_seconds() / 3600:g} hours at most",
    ),
)
_RECORD: Final = (
    (COMINGS, COMINGS_KEPT_FOR, "on who came in, with a name and a network address"),
    (RIGHTS, RIGHTS_KEPT_FOR, "on who gave whom which right, with names and a network address"),
)


async def staff_lines(database: Database) -> list[str]:
    """How many of each there are, and how long each is kept."""
    lines: list[str] = []
    async with database.reading() as connection:
        for table, there, words in _KEPT:
            found = await connection.scalar(select(func.count()).select_from(table).where(there))
            lines.append(f"{found} {words}.")
        for events, kept_for, words in _RECORD:
            query = select(func.count(), func.min(record.c.at, type_=Instant)).where(
                record.c.event.in_(events), record.c.salt.is_not(None)
            )
            found, oldest = (await connection.execute(query)).one()
            until = f"; the oldest until {local(oldest + kept_for)}" if oldest else ""
            lines.append(f"{found} entries {words}: kept for {kept_for.days} days{until}.")
    return lines
