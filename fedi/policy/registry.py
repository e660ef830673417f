"""The registry the layers write themselves into."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Layer:
    """`lossy` names the states this place cannot say exactly, with what it says instead (always stricter)."""

    name: str
    render: Callable[..., Any]
    lossy: dict[str, str] = field(default_factory=dict)


LAYERS: dict[str, Layer] = {}


def layer(name: str, *, lossy: dict[str, str] | None = None) -> Callable[[F], F]:
    """Register a layer's `render(terms, ...)`."""

    def register(render: F) -> F:
        LAYERS[name] = Layer(name, render, lossy or {})
        return render

    return register
