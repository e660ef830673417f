"""A request as the signature rules see it: method, target, headers in order, body."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.errors import FediError


class SignatureError(FediError):
    """The request does not prove who sent it; 400 when it is malformed, else 401."""

    status = 401

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Request:
    """`target` is path and query as sent, `scheme` and `host` those the client used; header names in any case."""

    method: str
    target: str
    scheme: str
    host: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None = None

    @classmethod
    def make(
        cls,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: bytes | None = None,
        *,
        scheme: str = "https",
        host: str = "",
    ) -> "Request":
        kept = tuple((name.lower(), value) for name, value in headers)
        named = next((value for name, value in kept if name == "host"), "")
        return cls(method.upper(), target, scheme, host or named, kept, body)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def get(self, name: str) -> str | None:
        """The header's value; several lines are joined with a comma (RFC 9110 section 5.3)."""
        values = self.all(name)
        return ", ".join(value.strip() for value in values) if values else None
