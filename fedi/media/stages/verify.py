"""verify: every claim read back from the final bytes. Only what passes here may ever be served."""

import hashlib
import io
import json
from typing import Any

import c2pa

from fedi.errors import BadMedia
from fedi.media import containers, geometry
from fedi.media.formats import Header, read_header
from fedi.media.job import RENDITIONS, Job
from fedi.media.plan import MAX_SIDE
from fedi.media.registry import stage

TRAINING = "cawg.training-mining"


@stage("verify")
def run(job: Job) -> dict[str, Any]:
    return {rendition: _verify(job, rendition) for rendition in RENDITIONS}


def _verify(job: Job, rendition: str) -> dict[str, Any]:
    path = job.encoded(rendition, "sign")
    data = path.read_bytes()
    header = read_header(
        path,
        max_bytes=job.plan.parameters["max_bytes"],
        max_pixels=job.max_pixels,
    )
    checks = {
        "its size is not one that peers keep": _size(job, header),
        "the terms in it are not the ones asked for": containers.xmp_of(data) == job.xmp,
        "something foreign is left inside": not containers.foreign(data),
        "the provenance statement in it is not valid": _provenance(job, data, header.mime),
    }
    wrong = [claim for claim, holds in checks.items() if not holds]
    if wrong:
        raise BadMedia(f"the finished picture did not pass its check: {'; '.join(wrong)}")
    return {
        "file": path.name,
        "mime": header.mime,
        "width": header.width,
        "height": header.height,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "c2pa": "Valid",
    }


def _size(job: Job, header: Header) -> bool:
    most: int = job.plan.parameters["max_pixels"]
    tall = header.height >= geometry.TALL * header.width
    return header.width * header.height <= most and (tall or max(header.width, header.height) <= MAX_SIDE)


def _provenance(job: Job, data: bytes, mime: str) -> bool:
    """The manifest is valid over these bytes and says what was asked for; an untrusted issuer is expected."""
    try:
        reader = c2pa.Reader(mime, io.BytesIO(data))
        if reader.get_validation_state() not in {"Valid", "Trusted"}:
            return False
        said = json.loads(reader.json())
    except c2pa.C2paError:
        return False
    active = said["manifests"][said["active_manifest"]]
    asked = {each["label"]: each["data"] for each in job.manifest["assertions"]}
    written = {each["label"]: each["data"] for each in active["assertions"]}
    return bool(written.get(TRAINING) == asked[TRAINING])
