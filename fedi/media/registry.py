"""The registry of stages, filled by the files of `fedi/media/stages`."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from fedi.media.job import Job

Stage = Callable[[Job], dict[str, Any]]
_STAGES: dict[str, Stage] = {}


def stage(name: str) -> Callable[[Stage], Stage]:
    """Register a stage's `run(job) -> detail`; it raises BadMedia for a picture that cannot be protected."""

    def register(run: Stage) -> Stage:
        _STAGES[name] = run
        return run

    return register


def find(name: str) -> Stage:
    """The stage of this name; the folder is imported at first use."""
    if name not in _STAGES:
        package = importlib.import_module("fedi.media.stages")
        for info in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"fedi.media.stages.{info.name}")
    return _STAGES[name]
