"""One file per place where the terms are said; each renders the same `Terms`, none imports another."""

import importlib
import pkgutil

from fedi.policy.registry import LAYERS, Layer, layer

__all__ = ["LAYERS", "Layer", "layer", "load"]


def load() -> dict[str, Layer]:
    """Every layer of this folder, by name."""
    for info in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{info.name}")
    return dict(LAYERS)
