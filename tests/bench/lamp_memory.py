"""Come here for what one register costs: a process of its own that holds it and says its memory.

python -m tests.bench.lamp_memory COUNT prints the bytes that the register added to the process.
"""

import gc
import sys

import psutil

from lights.register import Register
from tests.bench.ground import register_lamps


def resident() -> int:
    """Bytes of memory that the process holds now."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def main() -> None:
    """Build one and say what it weighs."""
    Register(register_lamps(10))  # what is loaded once is not the register's
    before = resident()
    register = Register(register_lamps(int(sys.argv[1])))
    print(resident() - before, len(register))


if __name__ == "__main__":
    main()
