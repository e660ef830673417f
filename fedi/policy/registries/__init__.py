"""Registries where artists say no to AI: one file per registry, found by its name in the folder.

Each says who runs it, what it takes, which consents it can hear, and writes the file that an artist hands over. None
opens a connection: `docs/registries.md` tells where the file goes, and what is known of each.
"""

import importlib
import pkgutil
from functools import cache

from fedi.policy.registries.registry import Entry, Registry

__all__ = ["Entry", "Registry", "load"]


@cache
def load() -> dict[str, Registry]:
    """Every registry of this folder, by name, in the order of names."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name != "registry")
    return {name: importlib.import_module(f"{__name__}.{name}").REGISTRY for name in names}
