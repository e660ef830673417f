"""scrub: decode in a sandbox and keep nothing but upright sRGB pixels; every byte of metadata ends here."""

from typing import Any

from fedi import failpoints
from fedi.media.decode import decode
from fedi.media.formats import read_header
from fedi.media.job import Job
from fedi.media.registry import stage

failpoints.declare("media.scrub.before_write")


@stage("scrub")
def run(job: Job) -> dict[str, Any]:
    header = read_header(job.original, max_bytes=job.max_bytes, max_pixels=job.max_pixels)
    pixels, detail = decode(job.original, header, job.workdir, max_pixels=job.max_pixels)
    failpoints.point("media.scrub.before_write")
    pixels.save(job.file("master.npz"))
    return {
        "format": header.format,
        "width": pixels.size[0],
        "height": pixels.size[1],
        "frames": len(pixels.frames),
        "colour_profile": "converted to sRGB" if detail["icc"] else "none, taken as sRGB",
        "sandbox": detail["sandbox"],
    }
