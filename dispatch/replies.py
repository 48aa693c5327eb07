"""Come here for how an HTTP answer is written: JSON, encoded once."""

from typing import Any

import orjson
from starlette.responses import Response

Json = Response
"""What a route returns; its schema is declared beside it, not built at run time."""


def json_body(body: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """An answer with a JSON body."""
    return Response(orjson.dumps(body), status, media_type=media_type)
