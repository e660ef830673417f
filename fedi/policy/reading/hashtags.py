"""#NoAI: what people write where their server knows no terms.

It is a wish of people and has no definition; read as what its sisters `noai` and `noimageai` are defined to be.
"""

from fedi.policy.reading import words
from fedi.policy.reading.signal import Found

NAMES = {"noai", "noaiart", "noimageai", "noaitraining"}


def say(found: Found, layer: str, name: object, source: str) -> None:
    """Add a hashtag if it is one of NAMES."""
    if isinstance(name, str) and name.strip().lstrip("#").lower() in NAMES:
        found.say(layer, name, source, words.deny(*words.TRAINING), coarse=True)
