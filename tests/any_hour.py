"""Come here for the plan but for the hour: walkers are lit by day too, for tests run by day.

python -m tests.any_hour: the dispatcher as its users run it, with that plan and settings from the
environment, as `lamplighter serve` reads them.
"""

import os
from dataclasses import replace
from typing import Final

from dispatch import log_lines, loop
from dispatch.plan import DEFAULT
from dispatch.settings import Settings

AT_ANY_HOUR: Final = replace(DEFAULT, following=replace(DEFAULT.following, by_day=True))

if __name__ == "__main__":
    log_lines.set_up("text", verbose=False)
    loop.run(Settings.read(os.environ), plan=AT_ANY_HOUR)
