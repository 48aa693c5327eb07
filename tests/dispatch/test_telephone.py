"""What is a telephone number; the page's own check reads the same table."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from dispatch.telephone import must_be_a_number
from tests.conftest import Pair
from tests.dispatch.walking import walk_body
from tests.house import assert_problem, running

TABLE: Final[dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("telephone_numbers.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("number", TABLE["numbers"])
def test_a_number_of_korea_or_of_anywhere_with_its_country_is_passed_on_as_typed(
    number: str,
) -> None:
    assert must_be_a_number(number) == number


@pytest.mark.parametrize("typed", TABLE["others"])
def test_what_could_never_ring_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="as in 010-1234-5678"):
        must_be_a_number(typed)


async def test_a_walk_whose_guardian_cannot_be_rung_is_refused_with_an_example(
    sqlite_url: str, tmp_path: Path
) -> None:
    guardians: list[dict[str, Any]] = [{"contact": "010-1234-5678"}, {"contact": "abc"}]
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        answer = await house.client.post("/v1/walks", json=walk_body(guardians=guardians))
        (error,) = assert_problem(answer, 422)["errors"]
        assert error["field"] == "guardians.1.contact"
        assert "010-1234-5678" in error["reason"]
        assert "+82" in error["reason"]
