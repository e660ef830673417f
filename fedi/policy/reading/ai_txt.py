"""/ai.txt (Spawning, 2023): the grammar of robots.txt, read when a data set for training is downloaded."""

from fedi.policy.reading import paths, words
from fedi.policy.reading.robots import File
from fedi.policy.reading.signal import Found


def read(data: bytes, source: str, *, target: str) -> Found:
    """What the file says to everybody of the address `target`: the longest rule that fits."""
    found, path = Found(), paths.of(target)
    rules = [rule for group in File(data).of("*") for rule in group.rules if paths.matches(rule[0], path)]
    if rules:
        pattern, allows = max(rules, key=lambda rule: (len(rule[0]), rule[1]))
        axes = (words.allow if allows else words.deny)(*words.TRAINING)
        found.say("ai.txt User-Agent: *", f"{'Allow' if allows else 'Disallow'}: {pattern}", source, axes, coarse=True)
    return found
