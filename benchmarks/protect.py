"""Seconds and CPU seconds to protect a 4000 x 3000 photograph-like JPEG, beside the bare image work.

`python benchmarks/protect.py [--runs 3]`. The floor is Pillow alone in this process: decode, resize to 2048, encode.
"""

import argparse
import io
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from fedi.media import credentials, pipeline
from fedi.media.job import Job
from fedi.media.plan import plan_for
from fedi.policy.consent import Consent
from fedi.policy.layers import c2pa, xmp
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

TERMS = Terms(
    Consent(), "Bench", "https://art.example/users/b", 2026, LICENCES["all-rights-reserved"], "https://a.example/t"
)


def photograph() -> bytes:
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:3000, 0:4000]
    light = 120 + 80 * np.sin(x / 1300) + 50 * np.cos(y / 700)
    pixels = np.stack([light, light * 0.8 + 20, light * 0.6 + 40], axis=-1) + rng.normal(0, 7, (3000, 4000, 3))
    out = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=92)
    return out.getvalue()


def floor(data: bytes) -> float:
    begun = time.process_time()
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.load()
    small = image.resize((2048, 1536), Image.Resampling.LANCZOS, reducing_gap=3.0)
    small.save(io.BytesIO(), "JPEG", quality=90, subsampling=0, optimize=True)
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    data = photograph()
    walls, cpus = [], []
    with tempfile.TemporaryDirectory() as folder:
        signer = credentials.ensure(Path(folder), "art.example")
        for number in range(runs):
            workdir = Path(folder) / str(number)
            workdir.mkdir()
            original = workdir / "original"
            original.write_bytes(data)
            job = Job(
                workdir,
                original,
                plan_for("default"),
                xmp.render(TERMS),
                c2pa.render(TERMS),
                signer,
                1 << 26,
                66_000_000,
            )
            results = pipeline.run(job)
            walls.append(sum(each.seconds for each in results))
            cpus.append(sum(each.cpu_seconds for each in results))
    floors = [floor(data) for _ in range(runs)]
    print(f"wall {statistics.median(walls):.2f} s, CPU {statistics.median(cpus):.2f} s")
    print(f"floor (decode, resize, encode): CPU {statistics.median(floors):.2f} s")
    print(f"ratio {statistics.median(cpus) / statistics.median(floors):.2f}")


if __name__ == "__main__":
    main()
