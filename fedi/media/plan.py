"""The plan: which stages a preset asks for, and their parameters. Kept as JSON with every media."""

from dataclasses import asdict, dataclass, field
from typing import Any

STAGES = ("scrub", "normalise", "encode", "terms", "sign", "verify")
PRESETS = ("fast", "default", "strong")
# What Mastodon keeps byte for byte of a remote picture (its media_attachment.rb, 4.6.5).
PEER_PIXELS = 8_294_400
PEER_BYTES = 16_000_000
MAX_SIDE = 4096
DEFAULT_LONG_SIDE = 2048


@dataclass(frozen=True)
class Plan:
    """`stages` in order. Pixel stages (a cloak, a watermark) stand between normalise and encode."""

    preset: str
    stages: tuple[str, ...] = STAGES
    parameters: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "stages": list(self.stages)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Plan":
        return cls(value["preset"], tuple(value["stages"]), dict(value["parameters"]))


def plan_for(preset: str, *, long_side: int = DEFAULT_LONG_SIDE) -> Plan:
    """`long_side` in pixels of the federated rendition; a picture is never enlarged."""
    return Plan(preset, STAGES, {"long_side": long_side, "max_pixels": PEER_PIXELS, "max_bytes": PEER_BYTES})
