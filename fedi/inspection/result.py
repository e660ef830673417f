"""The result: signals side by side, contradictions, provenance, generators, and the places that said nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from fedi.policy.consent import Answer
from fedi.policy.reading import conflicts
from fedi.policy.reading.conflicts import Conflict
from fedi.policy.reading.signal import Found, Mark, Signal


@dataclass(frozen=True)
class Look:
    """A place that was looked at, and what came of it: `said`, or words such as "not there"."""

    place: str
    address: str
    outcome: str


@dataclass
class Inspection:
    """`subject` is what was asked about, an address or the name of a file."""

    subject: str
    found: Found = field(default_factory=Found)
    looks: list[Look] = field(default_factory=list)

    def add(self, place: str, address: str, found: Found | str) -> None:
        """What a place said, or why it could not be read."""
        if isinstance(found, str):
            self.looks.append(Look(place, address, found))
            return
        said = bool(found.signals or found.marks or found.provenance)
        self.looks.append(Look(place, address, "said" if said else "nothing said"))
        self.found.add(found)

    @property
    def signals(self) -> list[Signal]:
        return self.found.signals

    @property
    def marks(self) -> list[Mark]:
        return self.found.marks

    @property
    def provenance(self) -> dict[str, Any]:
        return self.found.provenance

    @cached_property
    def conflicts(self) -> list[Conflict]:
        return conflicts.conflicts(self.signals)

    @cached_property
    def reading(self) -> Mapping[str, Answer]:
        """The strictest answer about each use of which anything speaks."""
        return conflicts.strictest(self.signals)

    @property
    def silent(self) -> list[Look]:
        return [each for each in self.looks if each.outcome != "said"]

    def to_json(self) -> dict[str, Any]:
        """The shape that scripts read; `watermark` is null until we can read one."""
        return {
            "subject": self.subject,
            "signals": [_signal(each) for each in self.signals],
            "conflicts": [
                {
                    "axis": each.axis,
                    "strictest": each.strictest,
                    "said": [{"answer": answer, "layer": by.layer, "source": by.source} for answer, by in each.said],
                }
                for each in self.conflicts
            ],
            "reading": dict(self.reading),
            "provenance": self.provenance,
            "watermark": None,
            "generator": [asdict(each) for each in self.marks],
            "looked": [asdict(each) for each in self.looks],
        }


def _signal(signal: Signal) -> dict[str, Any]:
    said = {"layer": signal.layer, "value": signal.value, "axes": signal.axes, "source": signal.source}
    return said | {"note": signal.note} if signal.note else said
