"""Come here for how smooth the control room's map is with many lamps, and what an hour costs it.

The floor is the same page of a district without lamps, panned in the same way in the same browser.
"""

from typing import Any, Final

from playwright.async_api import Browser, Page, async_playwright

from tests.bench.ground import scattered
from tests.bench.stage import Stage, inventory, ready, stage
from tests.bench.table import Row
from tests.control_room_ui.screen import until
from tests.parts import ChromiumServer

PART: Final = "map: the control room in headless Chromium, drawn without a graphics card"
_WALL: Final = {"width": 1920, "height": 1080}
_PATIENCE_MS: Final = 120_000
_TARGET: Final = ">= 0.5 of the empty map"

_PAN: Final = """async (seconds) => {
    const map = window.lamplighter.map();
    let frames = 0;
    const count = () => { frames += 1; };
    map.on("render", count);
    const begun = performance.now();
    for (let turn = 0; performance.now() - begun < seconds * 1000; turn += 1) {
        map.panBy([turn % 2 ? -400 : 400, turn % 4 < 2 ? 150 : -150],
                  {duration: 1000, animate: true, essential: true});
        await map.once("moveend");
    }
    map.off("render", count);
    return frames / ((performance.now() - begun) / 1000);
}"""

_HOUR: Final = """async ([lamp_frames, changes, incidents, moves]) => {
    const {world, hear} = window.lamplighter;
    const ids = [...world().inventory.keys()];
    const at = new Date(0).toISOString();
    let seq = world().seq, frames = 0, lamp = 0;
    const say = (frame) => { hear(frame); frames += 1; };
    const breathe = () => new Promise((drawn) => requestAnimationFrame(drawn));
    for (let n = 0; n < lamp_frames; n += 1) {
        const scene = n % 2 ? "schedule" : "blink";
        say({type: "lamps", totals: null, changes: Array.from({length: changes}, () => ({
            lamp_id: ids[lamp++ % ids.length], scene, level: 100, online: true, faults: []}))});
        if (n % 2) say({type: "tick", at, seq});
        if (n % Math.ceil(lamp_frames / incidents) === 0) {
            const [lon, lat] = [127.02 + n * 1e-6, 37.66];
            for (let move = 0; move < moves; move += 1) say({
                type: "incident", seq: ++seq, event: "moved", at, incident: {
                    incident_id: `bench-${n}`, opened_at: at, updated_at: at,
                    state: move + 1 < moves ? "acknowledged" : "closed",
                    place: {quality: "good",
                            position: {lon, lat: lat + move * 1e-5, accuracy_m: 9}}}});
        }
        if (n % 100 === 0) await breathe();
    }
    await breathe();
    return frames;
}"""


async def run(lamps: int, seconds: float, lamp_frames: int) -> list[Row]:
    """The rows of this part."""
    with stage() as parts, ChromiumServer() as chromium:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(chromium.endpoint)
            floor, _ = await _measure(parts, browser, 0, seconds, 0)
            ours, memory = await _measure(parts, browser, lamps, seconds, lamp_frames)
    return [
        Row(
            PART,
            f"panning over {lamps:,} lamps at {_WALL['width']}x{_WALL['height']}",
            ours,
            "frames/s",
            floor,
            "the empty map",
            _TARGET,
            ours >= floor / 2,
        ),
        Row(
            PART,
            f"page memory after {memory['frames']:,.0f} frames of the feed",
            memory["after"] / 2**20,
            "MB",
            memory["before"] / 2**20,
            "before them",
            note=f"an hour: {lamp_frames:,} lamps frames of 20 changes, 60 incidents, ticks",
        ),
    ]


async def _measure(
    parts: Stage, browser: Browser, lamps: int, seconds: float, lamp_frames: int
) -> tuple[float, dict[str, float]]:
    """Frames a second, and the page's memory before and after the traffic."""
    url = f"sqlite+aiosqlite:///{parts.folder}/map-{lamps}.sqlite3"
    await inventory(url, scattered(lamps), parts.folder)
    with parts.dispatcher(url, embedded=True) as program:
        (await ready(program)).close()
        page = await _open(browser, program.port, lamps)
        rate: float = await page.evaluate(_PAN, seconds)
        before = await _heap(page)
        frames = await page.evaluate(_HOUR, [lamp_frames, 20, 60, 10]) if lamp_frames else 0
        after = await _heap(page)
        await page.context.close()
    return rate, {"before": before, "after": after, "frames": frames}


async def _open(browser: Browser, port: int, lamps: int) -> Page:
    context = await browser.new_context(viewport=_WALL)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    await page.goto(f"http://127.0.0.1:{port}/")
    await until(page, f"window.lamplighter.world().inventory.size === {lamps}")
    await until(page, "window.lamplighter.map() !== null")
    await page.evaluate(
        "window.lamplighter.map().jumpTo({center: [127.0323, 37.6688], zoom: 13.5})"
    )
    await page.evaluate("window.lamplighter.idle()")
    return page


async def _heap(page: Page) -> float:
    """Bytes that are in use once all that can be let go is."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = await devtools.send("Runtime.getHeapUsage")
    return float(usage["usedSize"])
