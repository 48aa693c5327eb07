"""Come here for what axe, the accessibility checker, finds wrong on an open page."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

_AXE: Final = (
    Path(__file__).parents[2] / "control_room_ui" / "node_modules" / "axe-core" / "axe.min.js"
)
_SERIOUS: Final = ("serious", "critical")


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


async def serious_faults(page: Page) -> list[str]:
    """Each serious or critical fault: its rule, what it means, and where on the page it is."""
    await page.evaluate(_axe())
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for one in found["violations"]
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]
