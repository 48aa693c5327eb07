"""Come here for what has to be true after everything that was sent."""

import asyncio
import os
import subprocess
import sys

from tests.fuzz.stage import ENDED, LAMPS, House
from tests.house import as_caller
from tests.patience import FOR_LONG_S, eventually


async def judge(house: House) -> None:
    """Every SOS that was answered is there once, all lamps are back, every part is at work, and
    the journal verifies."""
    if house.has_ended:
        house.faults.append(ENDED)
        return
    for one in house.taken:
        answer = await house.client.get(f"/v1/reports/{one['report_id']}", headers=as_caller(one))
        if answer.status_code != 200 or answer.json()["incident_id"] != one["incident_id"]:
            house.lost.append(f"report {one['report_id']} was lost: {answer.status_code}")
    if len({one["incident_id"] for one in house.taken}) != len(house.taken):
        house.faults.append("two reports share an incident")
    try:
        await eventually(lambda: house.street.connected == LAMPS, "all lamps back", FOR_LONG_S)
        await _is_at_work(house)
    except TimeoutError as late:
        house.faults.append(str(late))
    house.faults += await asyncio.to_thread(_unverified, house)


async def _is_at_work(house: House) -> None:
    """A part that is behind catches up; one that is stuck never does."""
    found: list[object] = []
    try:
        async with asyncio.timeout(FOR_LONG_S):
            while (health := await house.client.get("/healthz")).status_code != 200:
                found.append(health.json()["trouble"])
                await asyncio.sleep(1.0)
    except TimeoutError:
        house.faults.append(f"/healthz: {found[-1:]}")


def _unverified(house: House) -> list[str]:
    words = [sys.executable, "-m", "dispatch", "journal", "verify"]
    environment = os.environ | house.environment
    done = subprocess.run(words, env=environment, capture_output=True, check=False)
    return [f"journal: {done.stdout.decode()[-300:]}"] if done.returncode else []
