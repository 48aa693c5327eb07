"""Come here for how the built screens are served: one page a role, each at a short address."""

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

from fastapi import FastAPI, Header
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

_FRESH: Final = {"Cache-Control": "no-cache"}
mimetypes.add_type("application/manifest+json", ".webmanifest")  # Python 3.11 does not know it


def install_screens(app: FastAPI, folder: Path) -> None:
    """`index.html` at `/`, every other page at its name without `.html`, and what they load."""
    if not folder.is_dir():
        app.add_api_route("/", _no_screens, include_in_schema=False)
        return
    for page in folder.glob("*.html"):
        app.add_api_route(f"/{page.stem}", _page(page), include_in_schema=False)
    app.mount("/", StaticFiles(directory=folder, html=True))


def _page(file: Path) -> Callable[[str], Awaitable[Response]]:
    """A page; squeezed where it was built so: a slow line has it in a third of the time."""
    squeezed = file.with_suffix(".html.gz")

    async def page(accept_encoding: Annotated[str, Header()] = "") -> Response:
        if not squeezed.is_file() or "gzip" not in accept_encoding:
            return FileResponse(file, headers=_FRESH)
        how = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return FileResponse(squeezed, headers=_FRESH | how, media_type="text/html")

    return page


async def _no_screens() -> Response:
    return PlainTextResponse("The screens are not built yet: run `make setup`.", 404)
