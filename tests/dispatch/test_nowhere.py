"""What is not there is said not to be, whatever was to be done with it."""

from pathlib import Path

from tests.conftest import Pair
from tests.house import assert_problem, running


async def test_an_address_that_leads_nowhere_is_not_found_by_any_method(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path) as house:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
            for path in ("/v1/nowhere", "/v1/incidents/x/fly", "/nowhere"):
                answer = await house.client.request(method, path)
                assert answer.status_code == 404, (method, path)
                if method != "HEAD":
                    assert_problem(answer, 404)
        for path in ("/v1/incidents", "/healthz"):
            assert_problem(await house.client.delete(path), 405)
