"""Response headers of pages, objects and media.

X-Robots-Tag noai (DeviantArt 2022, obeyed by img2dataset); tdm-reservation (TDMRep, W3C CG 2024); Content-Usage
(draft-ietf-aipref-attach-05, vocabulary -07: `train-ai` and `search`); Content-Signal
(draft-romm-aipref-contentsignals); Link rel=license (RFC 8288, RFC 4946).
"""

from fedi.policy import signals
from fedi.policy.registry import layer
from fedi.policy.terms import Terms


@layer(
    "headers",
    lossy={
        "generative-prohibited": "noai and tdm-reservation have no generative-only form: all mining is reserved",
        "ask": "said as a reservation with the licence link",
        "licensed": "said as a reservation with the licence link",
    },
)
def render(terms: Terms) -> dict[str, str]:
    """{name: value}; the names are written as their specifications do."""
    consent = terms.consent
    said: dict[str, str] = {}
    robots = signals.robots_tokens(consent)
    if robots:
        said["X-Robots-Tag"] = ", ".join(robots)
    said["tdm-reservation"] = "1" if consent.reserves else "0"
    if terms.policy_url and consent.reserves:
        said["tdm-policy"] = terms.policy_url
    said["Content-Usage"] = signals.content_usage(consent)
    said["Content-Signal"] = signals.content_signal(consent)
    said["Link"] = f'<{terms.licence.url or terms.licence_url}>; rel="license"'
    return said
