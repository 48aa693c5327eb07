"""Come here for how soon a weak phone on a slow line can be pressed, and what its page weighs.

The floor is an empty page in the same browser under the same brakes: the line's delay and a start
of Chromium's renderer are in both.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.bench.table import Row
from tests.conftest import Pair
from tests.house import running
from tests.parts import ChromiumServer

PART: Final = "the phone page on a weak phone (CPU 6 times slower) and a slow line (slow 4G)"
_SLOWER: Final = 6
_SLOW_4G: Final = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 * 0.9 / 8,
    "uploadThroughput": 0.75e6 * 0.9 / 8,
}
"""What Chromium's own tools call slow 4G: ms to the first byte, and bytes a second."""
_SECOND_MS: Final = 1_000.0
_QUIET_MS: Final = 1_500
"""So long after it is ready nothing may keep the page from answering a thumb."""
_EMPTY: Final = (
    b'<!doctype html><html lang="ko"><title>empty</title>'
    b'<script type="module">performance.mark("sos-ready")</script>'
)
_HEAR: Final = """
    window.busy_until = 0;
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) window.busy_until = task.startTime + task.duration;
    }).observe({type: "longtask", buffered: true});
"""
_READY: Final = 'performance.getEntriesByName("sos-ready").length > 0'
_TIMES: Final = """(quiet) => new Promise((resolve) => setTimeout(() => {
    const ready = performance.getEntriesByName("sos-ready")[0].startTime;
    const bytes = performance.getEntriesByType("navigation")[0].encodedBodySize;
    const others = performance.getEntriesByType("resource").filter(
        ({startTime}) => startTime < ready).length;
    resolve({interactive: Math.max(ready, window.busy_until), bytes, requests: 1 + others});
}, quiet))"""


async def run(starts: int) -> list[Row]:
    """The rows of this part."""
    with ChromiumServer() as chromium, tempfile.TemporaryDirectory() as folder:
        pair = Pair("embedded", f"sqlite+aiosqlite:///{folder}/lamplighter.sqlite3", mqtt=None)
        async with (
            running(pair, Path(folder)) as house,
            _empty_page() as empty_url,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.connect_over_cdp(chromium.endpoint)
            ours, again, empty = [], [], []
            for _ in range(starts):
                empty += await _starts(browser, empty_url, again=False)
                first, second = await _starts(browser, f"{house.url}/sos", again=True)
                ours.append(first)
                again.append(second)
    return _rows(ours, again, empty)


def _rows(
    ours: list[dict[str, float]], again: list[dict[str, float]], empty: list[dict[str, float]]
) -> list[Row]:
    def middle(times: list[dict[str, float]]) -> float:
        return median(one["interactive"] for one in times)

    first, second, floor = middle(ours), middle(again), middle(empty)
    heavy, light = ours[0]["bytes"] / 1024, empty[0]["bytes"] / 1024
    worst = max(one["interactive"] for one in ours)
    return [
        Row(PART, "HTML, CSS and JS over the line (gzip)", heavy, "KiB", light, "an empty page"),
        Row(PART, "requests until it can be pressed", ours[0]["requests"], ""),
        Row(
            *(PART, "first start: until it can be pressed, p50", first, "ms"),
            *(floor, "an empty page", "< 1 s", first < _SECOND_MS),
            note=f"the slowest of {len(ours)}: {worst:.0f} ms",
        ),
        Row(
            *(PART, "every later start, kept by its worker, p50", second, "ms"),
            *(floor, "an empty page", "< 1 s", second < _SECOND_MS),
        ),
    ]


async def _starts(browser: Browser, url: str, *, again: bool) -> list[dict[str, float]]:
    """A phone that has never seen the page opens it; with `again`, once more afterwards."""
    context = await browser.new_context(
        viewport={"width": 320, "height": 568}, is_mobile=True, locale="ko-KR"
    )
    try:
        await context.add_init_script(_HEAR)
        page = await _braked(context)
        times = [await _start(page, url)]
        if again:
            await page.evaluate("navigator.serviceWorker.ready")
            times.append(await _start(page, url))
        return times
    finally:
        await context.close()


async def _braked(context: BrowserContext) -> Page:
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", dict(_SLOW_4G))
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    return page


async def _start(page: Page, url: str) -> dict[str, float]:
    await page.goto(url)
    await page.wait_for_function(_READY)
    times: dict[str, float] = await page.evaluate(_TIMES, _QUIET_MS)
    return times


@asynccontextmanager
async def _empty_page() -> AsyncIterator[str]:
    """A server that has nothing to say."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(_EMPTY)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline() not in (b"\r\n", b""):
            pass
        writer.write(head.encode() + _EMPTY)
        writer.close()

    server: Any = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
