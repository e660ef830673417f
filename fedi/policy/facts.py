"""The terms as plain facts, for the places that are JSON of our own making: client API, oEmbed, NodeInfo."""

from typing import Any

from fedi.policy.terms import Terms


def facts(terms: Terms) -> dict[str, Any]:
    """Axes by name, addresses absolute; what is not known is None."""
    return {
        "consent": terms.consent.text,
        "axes": {name: str(answer) for name, answer in terms.consent.axes.items()},
        "licence": terms.licence.text,
        "licence_title": terms.licence.title,
        "licence_spdx": terms.licence.spdx,
        "licence_url": terms.licence_url,
        "license": terms.licence_link,
        "rights": terms.rights,
        "rights_holder": terms.holder_name,
        "policy": terms.policy or None,
        "tdm_reservation": 1 if terms.consent.reserves else 0,
        "tdm_policy": terms.offer or None,
        "contact": terms.contact or None,
        "price": str(terms.price) if terms.price else None,
        "version": terms.version,
    }
