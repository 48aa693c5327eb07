"""Come here for what tests of lamps ask for by name: hours that pass in an instant."""

from collections.abc import Iterator

import pytest

from tests.lights.hours import Hours
from tests.lights.night import Night


@pytest.fixture
def hours() -> Iterator[Hours]:
    """Hours that pass in an instant."""
    hours = Hours()
    yield hours
    hours.end()


@pytest.fixture
def night(hours: Hours) -> Night:
    """A night that has begun."""
    night = Night(hours)
    night.begin()
    return night
