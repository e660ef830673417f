"""The protection report: what was done to a picture and what was measured, as JSON and as a small page.

The shape is the contract's; what a plan does not hold (no cloak, no watermark yet) is null.
"""

import html
from collections.abc import Sequence
from typing import Any

from fedi.media.job import Job
from fedi.media.pipeline import StageResult

VERSION = 1
CLAIMS = (
    "All metadata of the upload is gone; orientation and colours were kept.",
    "Terms of use and a signed statement of provenance are inside the file, and were read back from it.",
)
WARNINGS = (
    "No style cloak and no watermark are in this version: the pixels can be learnt from by those who ignore the terms.",
    "Anyone can strip terms and signature from a copy; they bind those who read them.",
    "Public verifiers call the issuer of the signature untrusted: it is this instance's own certificate.",
)


def make(job: Job, results: Sequence[StageResult], *, consent: str, terms: dict[str, str]) -> dict[str, Any]:
    """`terms` is {layer: value} as written into the file."""
    return {
        "version": VERSION,
        "preset": job.plan.preset,
        "plan": list(job.plan.stages),
        "stages": [
            {
                "name": each.name,
                "seconds": each.seconds,
                "cpu_seconds": each.cpu_seconds,
                "state": "done",
                "detail": each.detail,
            }
            for each in results
        ],
        "quality": None,
        "extractors": None,
        "retention": None,
        "watermark": None,
        "consent": consent,
        "terms": [{"layer": layer, "value": value} for layer, value in terms.items()],
        "grade": None,
        "claims": list(CLAIMS),
        "warnings": list(WARNINGS),
    }


def page(report: dict[str, Any], *, title: str) -> str:
    """The report for people, one self-contained file."""
    rows = "".join(
        f"<tr><td>{html.escape(each['name'])}</td><td>{each['seconds']:.2f} s</td>"
        f"<td>{html.escape(_words(each['detail']))}</td></tr>"
        for each in report["stages"]
    )
    terms = "".join(
        f"<li><b>{html.escape(each['layer'])}</b>: {html.escape(each['value'])}</li>" for each in report["terms"]
    )
    claims = "".join(f"<li>{html.escape(each)}</li>" for each in report["claims"])
    warnings = "".join(f"<li>{html.escape(each)}</li>" for each in report["warnings"])
    name = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Protection of {name}</title>'
        "<style>body{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem}"
        "td{padding:.2rem .8rem .2rem 0;vertical-align:top}</style>"
        f"<h1>Protection of {name}</h1><p>Consent: <b>{html.escape(report['consent'])}</b></p>"
        f"<h2>What holds</h2><ul>{claims}</ul><h2>What does not</h2><ul>{warnings}</ul>"
        f"<h2>Terms inside the file</h2><ul>{terms}</ul><h2>Stages</h2><table>{rows}</table></html>\n"
    )


def _words(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in detail.items() if not isinstance(value, dict | list))
