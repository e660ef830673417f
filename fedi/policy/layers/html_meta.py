"""HTML: meta robots, TDMRep meta, rel=license, and schema.org JSON-LD for a picture, as data that templates print."""

from dataclasses import dataclass
from typing import Any

from fedi.policy import signals
from fedi.policy.registry import layer
from fedi.policy.terms import Terms


@dataclass(frozen=True)
class Tag:
    """One void element of the head: `Tag("meta", {"name": "robots", "content": "noai, noimageai"})`."""

    name: str
    attributes: dict[str, str]


@layer(
    "html",
    lossy={
        "generative-prohibited": "noai and tdm-reservation have no generative-only form",
        "ask": "said as a reservation with the licence link",
        "licensed": "said as a reservation with the licence link",
    },
)
def render(terms: Terms) -> list[Tag]:
    consent = terms.consent
    tokens = signals.robots_tokens(consent)
    tags = [Tag("meta", {"name": "robots", "content": ", ".join(tokens)})] if tokens else []
    tags.append(Tag("meta", {"name": "tdm-reservation", "content": "1" if consent.reserves else "0"}))
    if terms.policy_url and consent.reserves:
        tags.append(Tag("meta", {"name": "tdm-policy", "content": terms.policy_url}))
    tags.append(Tag("link", {"rel": "license", "href": terms.licence.url or terms.licence_url}))
    return tags


def image(terms: Terms, *, url: str, title: str, description: str) -> dict[str, Any]:
    """schema.org ImageObject with Google's image licence properties."""
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "contentUrl": url,
        "license": terms.licence.url or terms.licence_url,
        "acquireLicensePage": terms.licence_url,
        "usageInfo": terms.licence_url,
        "creditText": terms.holder_name,
        "creator": {"@type": "Person", "name": terms.holder_name, "url": terms.holder_url},
        "copyrightNotice": terms.rights,
    }
    if title:
        said["name"] = title
    if description:
        said["description"] = description
    return said
