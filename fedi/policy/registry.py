"""The registry the layers write themselves into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Layer:
    """`lossy` names the states this place cannot say exactly, with what it says instead (always stricter).

    Of the uses in `silent` it says nothing, and who reads nothing has no permission.
    """

    name: str
    render: Callable[..., Any]
    lossy: dict[str, str] = field(default_factory=dict)
    silent: tuple[str, ...] = ()


LAYERS: dict[str, Layer] = {}


def layer(name: str, *, lossy: dict[str, str] | None = None, silent: Sequence[str] = ()) -> Callable[[F], F]:
    """Register a layer's `render(terms, ...)`."""

    def register(render: F) -> F:
        LAYERS[name] = Layer(name, render, lossy or {}, tuple(silent))
        return render

    return register
