"""How the dashboard answers: as JSON, compressed where it pays, and a refusal as one sentence."""

from __future__ import annotations

import gzip
from typing import Any, Final

from pydantic_core import to_json
from quart import Response, request

_JSON: Final = "application/json"
_GZIP_FROM_BYTES: Final = 16 * 1024
HTML: Final = "text/html; charset=utf-8"
NOTHING_YET: Final = "No snapshot yet: the run is still starting."


def json_answer(content: Any) -> Response:
    """A small answer."""
    return Response(to_json(content, inf_nan_mode="null"), content_type=_JSON)


def text_answer(body: str | bytes, content_type: str = _JSON) -> Response:
    """What is text already; compressed when it is large and the client can read that."""
    data = body.encode() if isinstance(body, str) else body
    if len(data) < _GZIP_FROM_BYTES or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(data, content_type=content_type)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(gzip.compress(data, compresslevel=1), content_type=content_type, headers=headers)


def problem(status: int, sentence: str) -> Response:
    """A refusal, in a form that programs read as well."""
    return Response(to_json({"error": sentence}), status=status, content_type=_JSON)
