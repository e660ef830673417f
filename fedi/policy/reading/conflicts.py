"""Where signals contradict each other, use by use, and the strictest reading of all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fedi.policy.consent import AXES, STRICTNESS, Answer
from fedi.policy.reading.signal import Signal


@dataclass(frozen=True)
class Conflict:
    """Different answers about one use; `said` holds every answer about it with the signal that gives it."""

    axis: str
    strictest: Answer
    said: tuple[tuple[Answer, Signal], ...]

    @property
    def sides(self) -> list[tuple[Answer, list[str]]]:
        """[(answer, layers that give it)], the strictest first."""
        found: dict[Answer, dict[str, None]] = {}
        for answer, signal in sorted(self.said, key=lambda each: STRICTNESS.index(each[0])):
            found.setdefault(answer, {})[signal.layer] = None
        return [(answer, list(layers)) for answer, layers in found.items()]

    @property
    def odd(self) -> list[Signal]:
        """Those that say otherwise than most do; all of them where no answer has more."""
        counts = Counter(answer for answer, _ in self.said).most_common()
        most = counts[0][0] if len(counts) == 1 or counts[0][1] > counts[1][1] else None
        return [signal for answer, signal in self.said if answer != most]


def strictest(signals: Sequence[Signal]) -> dict[str, Answer]:
    """{axis: answer} of the axes that anything speaks about."""
    said = {axis: _about(axis, signals) for axis in AXES}
    return {axis: _first(answers) for axis, answers in said.items() if answers}


def conflicts(signals: Sequence[Signal]) -> list[Conflict]:
    """The uses about which two signals say what cannot both be meant."""
    found = []
    for axis in AXES:
        said = _about(axis, signals)
        if any(_clash(*first, *second) for number, first in enumerate(said) for second in said[:number]):
            found.append(Conflict(axis, _first(said), tuple(said)))
    return found


def _about(axis: str, signals: Sequence[Signal]) -> list[tuple[Answer, Signal]]:
    """The answers about a use. Where an exact signal speaks about it, coarse refusals that it explains are left out.

    A page that says `noai` because its exact terms forbid generative training says nothing against other training: the
    word has no finer form.
    """
    exact = [each for each in signals if not each.coarse]
    spoken = any(axis in each.axes for each in exact)
    said = [(each.axes[axis], each) for each in signals if axis in each.axes]
    return [
        (answer, each) for answer, each in said if answer == Answer.ALLOW or not (spoken and _explained(each, exact))
    ]


def _explained(signal: Signal, exact: Sequence[Signal]) -> bool:
    """Whether a coarse refusal can stand for what exact signals refuse, or give on conditions."""
    closed = [axis for axis, answer in signal.axes.items() if answer != Answer.ALLOW]
    return signal.coarse and any(each.axes.get(axis, Answer.ALLOW) != Answer.ALLOW for each in exact for axis in closed)


def _clash(answer: Answer, signal: Signal, other: Answer, against: Signal) -> bool:
    """Coarse places know yes and no; of exact ones "ask" and "licence" are one answer, as both lead to the artist."""
    if signal.coarse or against.coarse:
        return (answer == Answer.ALLOW) != (other == Answer.ALLOW)
    return _level(answer) != _level(other)


def _level(answer: Answer) -> Answer:
    return Answer.ASK if answer == Answer.LICENCE else answer


def _first(said: Sequence[tuple[Answer, Signal]]) -> Answer:
    return min((answer for answer, _ in said), key=STRICTNESS.index)
