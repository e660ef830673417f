"""Response headers of pages, objects and media.

X-Robots-Tag noai (DeviantArt 2022, obeyed by img2dataset); tdm-reservation and tdm-policy (TDMRep, W3C CG 2024);
Content-Usage (draft-ietf-aipref-attach-05, vocabulary -07: `train-ai` and `search`); Content-Signal
(draft-romm-aipref-contentsignals); Link (RFC 8288) to the licence (RFC 4946), to RSL, and to the ODRL policy.
"""

from fedi.policy import signals
from fedi.policy.consent import Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

HAS_POLICY = "http://www.w3.org/ns/odrl/2/hasPolicy"


@layer("headers", lossy=signals.LOSSY)
def render(terms: Terms) -> dict[str, str]:
    """{name: value}; the names are written as their specifications do."""
    said = words(terms.consent)
    if terms.offer:
        said["tdm-policy"] = terms.offer
    links = [f'<{terms.licence_link}>; rel="license"']
    if terms.rsl_url:
        links.append(f'<{terms.rsl_url}>; rel="license"; type="application/rsl+xml"')
    if terms.policy:
        links.append(f'<{terms.policy}>; rel="{HAS_POLICY}"; type="application/ld+json"')
    said["Link"] = ", ".join(links)
    return said


def words(consent: Consent) -> dict[str, str]:
    """The same without addresses, for answers whose `Link` is for something else."""
    robots = signals.robots_tokens(consent)
    return {
        **({"X-Robots-Tag": ", ".join(robots)} if robots else {}),
        "tdm-reservation": "1" if consent.reserves else "0",
        "Content-Usage": signals.content_usage(consent),
        "Content-Signal": signals.content_signal(consent),
    }
