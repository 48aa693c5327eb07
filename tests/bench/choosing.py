"""Come here for how the time to choose lamps grows with the district, and what a lamp weighs."""

import subprocess
import sys
import time
from typing import Final

from geo.place import Place
from lights.choose import Reach, choose
from lights.register import Register
from tests.bench.ground import places_among, register_lamps
from tests.bench.table import Row, at_most, quantile

PART: Final = "choosing the lamps of one report, lamps at constant density"
_ROUNDS: Final = 10
_A_ROUND: Final = 200
_LIMIT: Final = 2.0


def run(sizes: tuple[int, ...]) -> list[Row]:
    """The rows of this part; the first and the last size are compared."""
    registers = {size: Register(register_lamps(size)) for size in sizes}
    places = {size: places_among(size, _ROUNDS * _A_ROUND) for size in sizes}
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for at in range(_ROUNDS):
        for size in sizes:  # in turns, so that a busy moment of the machine meets all of them
            some = places[size][at * _A_ROUND : (at + 1) * _A_ROUND]
            times[size] += [_microseconds(registers[size], place) for place in some]
    registers.clear()
    return _rows(times) + _memory_rows(sizes)


def _microseconds(register: Register, place: Place) -> float:
    reach = Reach()
    begun = time.perf_counter()
    near = register.near(place, reach.horizon_m(place.accuracy_m))
    choose(place.accuracy_m, near, (), (), reach)
    return (time.perf_counter() - begun) * 1e6


def _rows(times: dict[int, list[float]]) -> list[Row]:
    small, large = min(times), max(times)
    p50 = {size: quantile(column, 0.5) for size, column in times.items()}
    rows = [
        Row(PART, f"{size:,} lamps: p50", p50[size], "us", quantile(column, 0.99), "p99",
            compared=False)
        for size, column in times.items()
    ]  # fmt: skip
    what = f"{large:,} beside {small:,} lamps: p50"
    met = at_most(p50[large] / p50[small], _LIMIT)
    beside = f"{small:,} lamps"
    return [*rows, Row(PART, what, p50[large], "us", p50[small], beside, "<= 2x", met)]


def _memory_rows(sizes: tuple[int, ...]) -> list[Row]:
    part = "memory of the register, in a process of its own each"
    rows = []
    for size in sizes[1:]:  # a thousand lamps fit into what the process has to spare
        added = _added_bytes(size)
        whole = f"{added / 2**20:,.0f} MiB in all"
        rows.append(Row(part, f"{size:,} lamps: a lamp", added / size, "bytes", note=whole))
    return rows


def _added_bytes(size: int) -> int:
    words = [sys.executable, "-m", "tests.bench.lamp_memory", str(size)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return int(said.split()[0])
