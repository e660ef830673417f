"""Answers of the API: JSON bodies and the `Link` header of paging."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from quart import Response, request

from fedi import urls

PAGING = {"max_id", "since_id", "min_id", "access_token"}


def answer(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json; charset=utf-8")


def paged(body: Sequence[Any], ids: Sequence[int], *, full: bool = True, prev: str = "min_id") -> Response:
    """A list with the addresses of the pages before and after it. `ids` are those the pages are counted in.

    `full` tells whether older ones may follow; `prev` is the parameter that asks for newer ones.
    """
    return linked(answer(body), ids, full=full, prev=prev)


def linked(response: Response, ids: Sequence[int], *, full: bool = True, prev: str = "min_id") -> Response:
    """The response with its `Link` header."""
    links = []
    if ids and full:
        links.append(f'<{_address("max_id", min(ids))}>; rel="next"')
    if ids:
        links.append(f'<{_address(prev, max(ids))}>; rel="prev"')
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def at_offset(offset: int) -> str:
    """The address of the page of this list that passes over so many."""
    kept = [pair for pair in parse_qsl(request.query_string.decode("ascii", "replace")) if pair[0] != "offset"]
    return f"{urls.origin()}{request.path.rstrip('/')}?{urlencode([*kept, ('offset', str(offset))])}"


def _address(name: str, value: int) -> str:
    kept = [
        pair
        for pair in parse_qsl(request.query_string.decode("ascii", "replace"), keep_blank_values=True)
        if pair[0] not in PAGING
    ]
    return f"{urls.origin()}{request.path.rstrip('/')}?{urlencode([*kept, (name, str(value))])}"
