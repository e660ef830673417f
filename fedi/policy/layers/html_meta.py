"""The head of HTML pages: meta robots, TDMRep meta, and links to licence, RSL and policy, as data for templates."""

from dataclasses import dataclass

from fedi.policy import signals
from fedi.policy.registry import layer
from fedi.policy.terms import Terms


@dataclass(frozen=True)
class Tag:
    """One void element of the head: `Tag("meta", {"name": "robots", "content": "noai, noimageai"})`."""

    name: str
    attributes: dict[str, str]


@layer("html", lossy=signals.LOSSY)
def render(terms: Terms) -> list[Tag]:
    consent = terms.consent
    tokens = signals.robots_tokens(consent)
    tags = [_meta("robots", ", ".join(tokens))] if tokens else []
    tags.append(_meta("tdm-reservation", "1" if consent.reserves else "0"))
    if terms.offer:
        tags.append(_meta("tdm-policy", terms.offer))
    tags.append(Tag("link", {"rel": "license", "href": terms.licence_link}))
    if terms.rsl_url:
        tags.append(Tag("link", {"rel": "license", "type": "application/rsl+xml", "href": terms.rsl_url}))
    if terms.policy:
        tags.append(
            Tag("link", {"rel": "http://www.w3.org/ns/odrl/2/hasPolicy", "href": terms.policy}),
        )
    return tags


def _meta(name: str, content: str) -> Tag:
    return Tag("meta", {"name": name, "content": content})
