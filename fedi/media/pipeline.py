"""The pipeline: one stage of a job, timed; or all of them in order."""

import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from fedi.media import registry
from fedi.media.job import Job


@dataclass(frozen=True)
class StageResult:
    """`cpu_seconds` counts this process and the children that ended meanwhile."""

    name: str
    seconds: float
    cpu_seconds: float
    detail: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def run_stage(job: Job, name: str) -> StageResult:
    """Raises BadMedia when the picture cannot be protected."""
    wall, cpu = time.monotonic(), _cpu()
    detail = registry.find(name)(job)
    return StageResult(name, round(time.monotonic() - wall, 4), round(_cpu() - cpu, 4), detail)


def run(job: Job, on_progress: Callable[[str], None] = lambda _: None) -> list[StageResult]:
    """Every stage of the plan."""
    results = []
    for name in job.plan.stages:
        on_progress(name)
        results.append(run_stage(job, name))
    return results


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
