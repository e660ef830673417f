"""/.well-known/tdmrep.json (TDMRep, W3C CG 2024-05-10): an array of rules, of which the first that fits counts."""

from fedi.policy.reading import parsing, paths, words
from fedi.policy.reading.signal import Found

MAX_RULES = 10_000


def read(data: bytes, source: str, *, target: str) -> Found:
    """What the file says of the address `target`."""
    found, path = Found(), paths.of(target)
    rules = parsing.as_json(data)
    for rule in rules[:MAX_RULES] if isinstance(rules, list) else []:
        location = rule.get("location") if isinstance(rule, dict) else None
        if not isinstance(location, str) or not paths.matches(location, path):
            continue
        value = rule.get("tdm-reservation")
        note = f"for {location}" if location != "/" else ""
        found.say("tdmrep.json tdm-reservation", value, source, words.reservation(value), coarse=True, note=note)
        found.say("tdmrep.json tdm-policy", rule.get("tdm-policy"), source)
        break
    return found
