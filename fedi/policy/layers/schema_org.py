"""schema.org in pages: pictures, works, galleries and people with Google's image licence properties.

Search engines read licence and credit here. Of AI schema.org has no word, so `usageInfo` leads to the policy.
"""

from collections.abc import Sequence
from typing import Any

from fedi.policy.consent import AXES
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

SCHEMA = "https://schema.org"


@layer("schema.org", silent=AXES)
def render(terms: Terms) -> dict[str, Any]:
    """The properties of whatever stands under the terms."""
    holder = {"@type": "Person", "name": terms.holder_name, "url": terms.holder_url}
    return {
        "license": terms.licence_link,
        "acquireLicensePage": terms.licence_url,
        "usageInfo": terms.policy or terms.licence_url,
        "creditText": terms.holder_name,
        "creator": holder,
        "copyrightHolder": holder,
        "copyrightYear": terms.year,
        "copyrightNotice": terms.rights,
    }


def image(terms: Terms, *, url: str, description: str = "", width: int = 0, height: int = 0) -> dict[str, Any]:
    """One picture, to stand in a work or alone; 0 pixels are unknown."""
    said: dict[str, Any] = {"@type": "ImageObject", "contentUrl": url, **render(terms)}
    if description:
        said["description"] = description
    if width and height:
        said |= {"width": width, "height": height}
    return said


def work(
    terms: Terms, *, url: str, title: str, description: str, published: str, images: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The page of an artwork, with its pictures."""
    return {
        "@context": SCHEMA,
        "@type": "VisualArtwork",
        "url": url,
        "name": title,
        "description": description,
        "datePublished": published,
        "image": list(images),
        **render(terms),
    }


def gallery(
    terms: Terms, *, url: str, title: str, description: str, images: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The page of a gallery, with the first picture of each work."""
    said: dict[str, Any] = {"@context": SCHEMA, "@type": "ImageGallery", "url": url, "name": title}
    if description:
        said["description"] = description
    return {**said, "image": list(images), **render(terms)}


def profile(
    terms: Terms, *, url: str, name: str, handle: str, description: str, images: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The page of an artist, with the first picture of each work shown on it."""
    person = {"@type": "Person", "name": name, "alternateName": handle, "url": url, "description": description}
    said: dict[str, Any] = {"@context": SCHEMA, "@type": "ProfilePage", "url": url, "mainEntity": person}
    if images:
        said["hasPart"] = list(images)
    return {**said, **render(terms)}
