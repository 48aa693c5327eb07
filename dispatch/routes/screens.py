"""Come here for how the built screens are served: one page a role, each at a short address."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles


def install_screens(app: FastAPI, folder: Path) -> None:
    """`index.html` at `/`, every other page at its name without `.html`, and what they load."""
    if not folder.is_dir():
        app.add_api_route("/", _no_screens, include_in_schema=False)
        return
    for page in folder.glob("*.html"):
        app.add_api_route(f"/{page.stem}", _page(page), include_in_schema=False)
    app.mount("/", StaticFiles(directory=folder, html=True))


def _page(file: Path) -> Callable[[], Awaitable[Response]]:
    async def page() -> Response:
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return page


async def _no_screens() -> Response:
    return PlainTextResponse("The screens are not built yet: run `make setup`.", 404)
