"""Come here for the dispatcher as its users run it, but that walkers are lit by day too.

python -m tests.bench.walks_serve: settings from the environment, as `lamplighter serve` reads them.
"""

import os
from dataclasses import replace

from dispatch import loop
from dispatch.plan import DEFAULT
from dispatch.settings import Settings

if __name__ == "__main__":
    light = replace(DEFAULT.following, by_day=True)
    loop.run(Settings.read(os.environ), plan=replace(DEFAULT, following=light))
