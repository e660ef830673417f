"""What a reader finds: signals with the axes they speak about, marks of generators, provenance, and further links."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fedi.policy.consent import Answer

Axes = Mapping[str, Answer]
MAX_VALUE = 400
MAX_SIGNALS = 100  # of one document; who says more says it to fill the page


@dataclass(frozen=True)
class Signal:
    """One statement. `layer` is the place and the field (`html meta robots`), `value` what stands there, as it stands.

    `axes` are the uses it speaks about. A `coarse` one comes from a place with no finer form: its no may stand for
    "ask", or for one use among several. `note` says in a sentence what the value alone does not.
    """

    layer: str
    value: str
    axes: dict[str, Answer]
    source: str
    coarse: bool = False
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Signal":
        axes = {axis: Answer(answer) for axis, answer in value["axes"].items()}
        return cls(**{**value, "axes": axes})


@dataclass(frozen=True)
class Mark:
    """A trace of what made a picture; `ai` where it says that a generative model did."""

    layer: str
    value: str
    ai: bool
    source: str


@dataclass
class Found:
    """All that one document says. `links` are addresses of more: `image`, `activity`, `rsl`."""

    signals: list[Signal] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def say(
        self, layer: str, value: object, source: str, axes: Axes | None = None, *, coarse: bool = False, note: str = ""
    ) -> None:
        """Add a signal, its value cleaned and cut; the same one twice counts once, and an empty one not at all."""
        made = Signal(layer, clean(value), dict(axes or {}), source, coarse, note)
        if made.value and made not in self.signals and len(self.signals) < MAX_SIGNALS:
            self.signals.append(made)

    def mark(self, layer: str, value: object, source: str, *, ai: bool) -> None:
        made = Mark(layer, clean(value), ai, source)
        if made.value and made not in self.marks and len(self.marks) < MAX_SIGNALS:
            self.marks.append(made)

    def add(self, other: "Found") -> None:
        self.signals += [each for each in other.signals if each not in self.signals]
        self.marks += [each for each in other.marks if each not in self.marks]
        self.provenance = self.provenance or other.provenance
        self.links = other.links | self.links

    def below(self, prefix: str) -> "Found":
        """The same, said inside something: `activitystreams license` becomes `activitystreams attachment license`."""
        place = prefix.partition(" ")[0]
        signals = [replace(each, layer=prefix + each.layer.removeprefix(place)) for each in self.signals]
        marks = [replace(each, layer=prefix + each.layer.removeprefix(place)) for each in self.marks]
        return Found(signals, marks, self.provenance, self.links)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Found":
        signals = [Signal.from_json(each) for each in value["signals"]]
        return cls(signals, [Mark(**each) for each in value["marks"]], value["provenance"], value["links"])


def clean(value: object, limit: int = MAX_VALUE) -> str:
    """One line of printable characters, cut at `limit`: values reach terminals and pages of ours.

    The escape of a terminal, and marks that turn the direction of writing, are not printable.
    """
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    seen = (each if each.isprintable() else " " if each.isspace() else "" for each in text[: 4 * limit])
    line = " ".join("".join(seen).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
