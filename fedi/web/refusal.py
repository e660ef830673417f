"""The answer to a crawler that is turned away: why, where the terms are, and in the headers what the page would say."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from fedi import urls
from fedi.errors import FediError
from fedi.models.crawler import Identity
from fedi.policy.consent import Answer
from fedi.policy.layers import headers as terms_headers
from fedi.policy.terms import Terms
from fedi.web.asgi import Scope, Send
from fedi.web.places import Place
from fedi.web.visitors import Visitor

RSL = "application/rsl+xml"
HOUSE = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "private, no-store",
    "Vary": "User-Agent",
    "X-Content-Type-Options": "nosniff",
}


def words(visitor: Visitor, place: Place) -> str:
    """Why it is refused, for whoever reads the logs of the crawler."""
    agent = visitor.agent
    if visitor.identity == Identity.SPOOFED:
        return f"This is not {agent.name}: {agent.operator} publishes how to tell."
    whose = "whose works these are" if place.elsewhere else "the artist" if place.artist or place.trees else "the house"
    return f"{agent.name} is not served here: {agent.purpose} use is reserved by {whose}."


async def refuse(scope: Scope, send: Send, house: Terms, *, visitor: Visitor, place: Place, answer: Answer) -> None:
    """403 where the answer is no, 402 with the way to a licence where the artist wants to be asked. `house` are the
    instance's terms with the consent of the place.
    """
    licence = urls.licence(place.artist) if place.artist else house.licence_url
    links = [f'<{licence}>; rel="license"']
    lines = [words(visitor, place), f"Terms: {licence}", f"For machines: {urls.origin()}/robots.txt"]
    if answer != Answer.DENY:
        links.append(f'<{urls.origin()}/rsl.xml>; rel="license"; type="{RSL}"')
        lines += [f"Licences (RSL): {urls.origin()}/rsl.xml"]
    said = terms_headers.render(replace(house, licence_url=licence)) | {"Link": ", ".join(links)}
    await plainly(scope, send, 403 if answer == Answer.DENY else 402, "\n".join(lines), said)


async def turn_away(scope: Scope, send: Send, error: FediError) -> None:
    """A signature that is forged (403), or that cannot be looked at now (503, 429)."""
    after = getattr(error, "retry_after", None)
    status = error.status if error.status in {429, 503} else 403
    headers = {"Retry-After": str(after)} if after else {}
    await plainly(scope, send, status, f"The signature of this request proves nothing: {error}.", headers)


async def plainly(scope: Scope, send: Send, status: int, text: str, headers: Mapping[str, str]) -> None:
    """An answer of one text."""
    body = f"{text}\n".encode()
    said = {**HOUSE, **headers, "Content-Length": str(len(body)), "X-Request-Id": uuid.uuid4().hex}
    made = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in said.items()]
    await send({"type": "http.response.start", "status": status, "headers": made})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False})
