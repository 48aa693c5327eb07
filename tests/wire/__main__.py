"""Come here to write dispatch/openapi.json anew: `.venv/bin/python -m tests.wire`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from dispatch.documents import OPENAPI
from tests.conftest import Pair
from tests.house import running
from tests.wire.documents import as_committed


async def _main() -> None:
    with TemporaryDirectory() as folder:
        pair = Pair("embedded", f"sqlite+aiosqlite:///{folder}/lamplighter.sqlite3", mqtt=None)
        async with running(pair, Path(folder)) as house:
            served = (await house.client.get("/v1/openapi.json")).json()
    OPENAPI.write_text(as_committed(served), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_main())
