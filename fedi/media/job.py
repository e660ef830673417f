"""The job: everything the stages need to know about one picture, as plain data that crosses a process border."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fedi.media.credentials import Credentials
from fedi.media.plan import Plan

RENDITIONS = ("federated", "preview")


@dataclass(frozen=True)
class Job:
    """`xmp` is a whole XMP packet, `manifest` a C2PA manifest definition; both are written as they are."""

    workdir: Path
    original: Path
    plan: Plan
    xmp: bytes
    manifest: dict[str, Any]
    credentials: Credentials
    max_bytes: int
    max_pixels: int

    def to_json(self) -> dict[str, Any]:
        return {
            "workdir": str(self.workdir),
            "original": str(self.original),
            "plan": self.plan.to_json(),
            "xmp": base64.b64encode(self.xmp).decode(),
            "manifest": self.manifest,
            "credentials": self.credentials.to_json(),
            "max_bytes": self.max_bytes,
            "max_pixels": self.max_pixels,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Job":
        return cls(
            workdir=Path(value["workdir"]),
            original=Path(value["original"]),
            plan=Plan.from_json(value["plan"]),
            xmp=base64.b64decode(value["xmp"]),
            manifest=value["manifest"],
            credentials=Credentials.from_json(value["credentials"]),
            max_bytes=value["max_bytes"],
            max_pixels=value["max_pixels"],
        )

    def file(self, name: str) -> Path:
        return self.workdir / name

    def pixels(self, rendition: str, *, before: str) -> Path:
        """The newest pixel file of a rendition made by a stage that stands before `before` in the plan."""
        stages = self.plan.stages[: self.plan.stages.index(before)]
        for stage in reversed(stages):
            path = self.file(f"{rendition}.{stage}.npz")
            if path.exists():
                return path
        raise FileNotFoundError(f"no stage before {before} has written the pixels of {rendition}")

    def encoded(self, rendition: str, stage: str) -> Path:
        """The encoded file a stage has written (`federated.sign.jpg`), whatever its suffix."""
        found = [path for path in self.workdir.glob(f"{rendition}.{stage}.*") if path.suffix in {".jpg", ".png"}]
        if not found:
            raise FileNotFoundError(f"{stage} has not written {rendition}")
        return found[0]
