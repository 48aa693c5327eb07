"""Come here for all walkers at once: who is where, which lamps each needs, what that changes.

Laws: one walker's fixes change one walker's lamps; of a walker who has ended nothing is left; the
same fixes at the same seconds change the same lamps. Seconds are of any one clock.
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from geo.index import Indices, PointIndex
from geo.place import to_metres
from lights.darkness import Darkness, darkness_ahead
from lights.follow import Brightness, Following, Turned, lamps_along
from lights.track import Flags, Slots, Tracks

_LOOK_AHEAD_EVERY_S: Final = 5.0
"""A walker comes seven metres further; the end of the light is looked for 120 m ahead."""
_NONE: Final = -1
_FIRST_SLOTS: Final = 64


class Walkers:
    """Walkers by id, above the lamps of one index."""

    def __init__(self, index: PointIndex, dead: Flags, numbers: Following) -> None:
        self._numbers = numbers
        self._index = index
        self.dead = dead
        """Of each row of the index whether that lamp gives no light; kept up to date by others."""
        self.bright = Brightness(len(index), numbers)
        self._slot_of: dict[str, int] = {}
        self._free: list[int] = []
        self._tracks = Tracks(0)
        self._rows = np.zeros((0, numbers.most), np.intp)
        self._heard = np.zeros(0)
        self._looked = np.zeros(0)
        self._darkness: dict[int, Darkness] = {}
        self._moves: dict[int, tuple[float, float, float, float]] = {}

    def __len__(self) -> int:
        return len(self._slot_of)

    @property
    def has_moves(self) -> bool:
        """Whether there is something to follow."""
        return bool(self._moves)

    # ---- facts in

    def moved(
        self, walk_id: str, lon: float, lat: float, accuracy_m: float | None, at: float
    ) -> None:
        """A walker was there then; of several fixes before `follow` the latest counts."""
        slot = self._slot_of.get(walk_id)
        if slot is None:
            slot = self._slot_of[walk_id] = self._new_slot()
        waiting = self._moves.get(slot)
        if waiting is None or waiting[3] <= at:
            self._moves[slot] = (lon, lat, math.nan if accuracy_m is None else accuracy_m, at)

    def spoke(self, walk_id: str, now: float) -> None:
        """The walker was heard, but has no new fix: the lamps stay."""
        slot = self._slot_of.get(walk_id)
        if slot is not None:
            self._heard[slot] = max(self._heard[slot], now)

    def ended(self, walk_id: str) -> None:
        """Of this walker nothing is left; the lamps fall back after the hold."""
        slot = self._slot_of.pop(walk_id, None)
        if slot is not None:
            self._tracks.forget(slot)
            self._rows[slot] = _NONE
            self._heard[slot] = self._looked[slot] = -np.inf
            self._moves.pop(slot, None)
            self._darkness.pop(slot, None)
            self._free.append(slot)

    # ---- what follows

    def follow(self, now: float, *, lights: bool = True) -> Turned:
        """Take the moves in: the lamps that whoever moved needs now; none without `lights`."""
        moves, self._moves = self._moves, {}
        slots = np.fromiter(moves, np.intp, len(moves))
        lon, lat, accuracy, at = np.array(list(moves.values()), np.float64).reshape(-1, 4).T
        points = to_metres(lon, lat)
        here = np.isfinite(points).all(axis=1)
        slots = slots[here]
        self._tracks.move(slots, points[here], accuracy[here], at[here])
        self._heard[slots] = now
        rows = lamps_along(
            self._tracks.course(slots), self._index, self.bright.lit(now), self._numbers
        )
        self._rows[slots] = rows
        self._look_ahead(slots[now - self._looked[slots] >= _LOOK_AHEAD_EVERY_S], now)
        return self.bright.need(rows if lights else rows[:0], now)

    def tend(self, now: float, *, lights: bool = True) -> list[Turned]:
        """Who stands, or is not heard of for a while, keeps the lamps; nobody's are let go."""
        self._rows[self._heard < now - self._numbers.silent_s] = _NONE
        rows = self._rows if lights else self._rows[:0]
        return [self.bright.need(rows, now), self.bright.let_go(now)]

    def _look_ahead(self, slots: Slots, now: float) -> None:
        self._looked[slots] = now
        found = darkness_ahead(self._tracks.course(slots), self._index, self.dead)
        for slot, darkness in zip(slots.tolist(), found, strict=True):
            self._darkness.pop(slot, None)
            if darkness is not None:
                self._darkness[slot] = darkness

    # ---- questions

    def darkness_ahead(self, walk_id: str) -> Darkness | None:
        """Where the light ends on this walker's way, as of some seconds ago at most."""
        return self._darkness.get(self._slot_of.get(walk_id, _NONE))

    def rows_of(self, walk_id: str) -> list[int]:
        """The lamps that this walker needs, nearest first."""
        slot = self._slot_of.get(walk_id)
        rows: list[int] = [] if slot is None else self._rows[slot].tolist()
        return [row for row in rows if row != _NONE]

    # ---- the ground and the slots

    def stand_on(self, index: PointIndex, dead: Flags) -> list[str]:
        """Other lamps are in service; returns the ids of the bright ones that are no longer."""
        row_of = {key: row for row, key in enumerate(index.keys)}
        before = self._index.keys
        new_row = np.fromiter((row_of.get(key, _NONE) for key in before), np.intp, len(before))
        gone = np.flatnonzero((self.bright.ends > -np.inf) & (new_row == _NONE))
        self.bright = self.bright.moved_to(new_row, len(index))
        held = self._rows != _NONE
        self._rows[held] = new_row[self._rows[held]]
        self._index, self.dead = index, dead
        return self.keys(gone, before)

    def keys(self, rows: Indices, of: Iterable[str] | None = None) -> list[str]:
        """The ids of the lamps in these rows."""
        keys = self._index.keys if of is None else list(of)
        return [keys[row] for row in rows.tolist()]

    def _new_slot(self) -> int:
        if not self._free:
            before = len(self._tracks)
            after = max(_FIRST_SLOTS, 2 * before)
            self._tracks.make_room(after)
            fresh = after - before
            self._rows = np.vstack(
                (self._rows, np.full((fresh, self._numbers.most), _NONE, np.intp))
            )
            self._heard = np.append(self._heard, np.full(fresh, -np.inf))
            self._looked = np.append(self._looked, np.full(fresh, -np.inf))
            self._free = list(range(after - 1, before - 1, -1))
        return self._free.pop()
