"""Holds what a client library hands out to its own type annotations, down to the last field."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mastodon.types_base import AttribAccessDict


def faults(value: Any, hint: Any, where: str) -> set[str]:
    """Where the value is not what is annotated: "Status.account: None for Account"."""
    wrong = {f"{where}: {type(value).__name__} for {getattr(hint, '__name__', hint)}"}
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return set()
    if kind in {Union, UnionType}:
        fitting = [each for each in arguments if _is(value, get_origin(each) or each)]
        return min((faults(value, each, where) for each in fitting), key=len, default=wrong)
    if kind is NoneType:
        return set() if value is None else wrong
    if kind is Iterator:
        return set() if hasattr(value, "__next__") else wrong
    if not _is(value, kind):
        return wrong
    if issubclass(kind, tuple):
        return _all(zip(value, arguments, [where] * len(value), strict=True))
    if issubclass(kind, list) and arguments:
        return _all((each, arguments[0], f"{where}[]") for each in value)
    if issubclass(kind, AttribAccessDict):
        return _all(
            (value[name], each, f"{kind.__name__}.{name}")
            for name, each in get_type_hints(kind).items()
            if name[0] != "_"
        )
    if issubclass(kind, dict) and arguments:
        return _all((each, arguments[1], f"{where}[]") for each in value.values())
    return set()


def _is(value: Any, kind: Any) -> bool:
    return isinstance(kind, type) and isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _all(fields) -> set[str]:
    return set().union(*(faults(*each) for each in fields))
