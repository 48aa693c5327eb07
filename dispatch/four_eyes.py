"""Come here for who may destroy an incident before its time: nobody who took part in it, alone.

Law: what is destroyed cannot be brought back, so two people have seen it before: whoever answered,
and whoever destroys. Where there is no second person, there is a day in which others can look and
hold it as evidence. Of a desk that asks nobody who they are (it is for trials) no two are known.
"""

from datetime import datetime
from typing import Final

from dispatch.access import STAFF
from dispatch.plan import Plan
from lights.wire import rfc3339

_ROLE_BEGINS: Final = " ("
"""As `dispatch/access.py` says it: a name, and in brackets the role that allowed it."""


class NotAlone(Exception):
    """Another person has to do it, or time to pass: `alone_after` is when it may be done alone."""

    def __init__(self, alone_after: datetime) -> None:
        super().__init__(
            "you took part in this incident, so another supervisor has to destroy it. Alone you "
            f"can after {rfc3339(alone_after)}, unless somebody holds it as evidence meanwhile"
        )
        self.alone_after = alone_after


def names_of(actor: str) -> frozenset[str]:
    """Every way in which the journal names the person that it names so; empty: it knows nobody."""
    name = actor.rpartition(_ROLE_BEGINS)[0]
    return frozenset(f"{name}{_ROLE_BEGINS}{role})" for role in STAFF) if name else frozenset()


def not_alone(took_part_at: datetime | None, now: datetime, plan: Plan) -> None:
    """Raises NotAlone; `took_part_at`: when whoever destroys did something at it last."""
    if took_part_at is not None and now < took_part_at + plan.destroyed_alone_after:
        raise NotAlone(took_part_at + plan.destroyed_alone_after)
