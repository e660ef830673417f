"""terms: the XMP packet into the encoded file, without encoding again."""

from typing import Any

from fedi import failpoints
from fedi.media import containers
from fedi.media.job import RENDITIONS, Job
from fedi.media.registry import stage

failpoints.declare("media.terms.before_write")


@stage("terms")
def run(job: Job) -> dict[str, Any]:
    for rendition in RENDITIONS:
        source = job.encoded(rendition, "encode")
        draft = job.file(f"{rendition}.draft")
        draft.write_bytes(containers.with_xmp(source.read_bytes(), job.xmp))
        failpoints.point("media.terms.before_write")
        draft.replace(job.file(f"{rendition}.terms{source.suffix}"))
    return {"xmp_bytes": len(job.xmp)}
