"""What people read where a server drops every term it does not know: a hashtag, and a field of the profile.

Mastodon keeps hashtags and profile fields. `#NoAI` is what artists there write by hand.
"""

from dataclasses import dataclass
from html import escape

from fedi.policy.consent import Answer
from fedi.policy.registry import layer
from fedi.policy.terms import MACHINE_AXES, Terms

TAG = "NoAI"


@dataclass(frozen=True)
class Fallback:
    """`hashtag` without `#` ('' where none fits), and the field as name and HTML."""

    hashtag: str
    name: str
    value: str


@layer(
    "fallback",
    lossy={
        "generative-prohibited": "the hashtag knows no finer word; the field names the uses",
        "ask": "the hashtag says no; the field says to ask",
        "custom": "the hashtag says no when generative training is denied or to be asked for; the field names all",
    },
    silent=["search"],
)
def render(terms: Terms) -> Fallback:
    wary = terms.consent.train_generative in {Answer.DENY, Answer.ASK}
    asked = any(terms.consent.axes[axis] in {Answer.ASK, Answer.LICENCE} for axis in MACHINE_AXES)
    link = f'<a href="{escape(terms.licence_link)}" rel="license">{escape(terms.licence.title)}</a>'
    if asked and terms.licence_link != terms.licence_url:
        link += f' <a href="{escape(terms.licence_url)}">Terms</a>'
    return Fallback(TAG if wary else "", "AI and licence", f"{escape(terms.sentence)} {link}")
