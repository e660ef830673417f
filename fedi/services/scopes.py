"""OAuth scopes: Mastodon's names, what covers what, and which of them only moderators may ask for."""

from collections.abc import Iterable

from fedi.errors import BadRequest

READ = (
    "accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "lists", "mutes",
    "notifications", "search", "statuses",
)  # fmt: skip
WRITE = (
    "accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters", "follows", "lists",
    "media", "mutes", "notifications", "reports", "statuses",
)  # fmt: skip
ADMIN = (
    "accounts", "reports", "domain_allows", "domain_blocks", "ip_blocks", "email_domain_blocks",
    "canonical_email_blocks",
)  # fmt: skip
KNOWN: tuple[str, ...] = (
    "read",
    "profile",
    "write",
    "follow",
    "push",
    "admin:read",
    "admin:write",
    *(f"read:{name}" for name in READ),
    *(f"write:{name}" for name in WRITE),
    *(f"admin:read:{name}" for name in ADMIN),
    *(f"admin:write:{name}" for name in ADMIN),
)
# The old `follow` scope stands for six newer ones.
FOLLOW = {f"{verb}:{name}" for verb in ("read", "write") for name in ("blocks", "follows", "mutes")}
DEFAULT = "read"


def parse(text: str) -> list[str]:
    """The scopes of a space-separated list, each once, in order. Raises BadRequest for one that does not exist."""
    found = list(dict.fromkeys(text.replace("+", " ").split()))
    unknown = [scope for scope in found if scope not in KNOWN]
    if unknown:
        raise BadRequest(f"there is no scope {unknown[0][:64]}")
    return found


def covers(granted: Iterable[str], needed: str) -> bool:
    """Whether granted scopes permit what needs `needed`: itself, a parent of it, or `follow`."""
    held = set(granted)
    if needed in held:
        return True
    parts = needed.split(":")
    if any(":".join(parts[:length]) in held for length in range(1, len(parts))):
        return True
    return needed in FOLLOW and "follow" in held


def within(asked: Iterable[str], registered: Iterable[str]) -> bool:
    """Whether everything asked for was registered."""
    have = list(registered)
    return all(covers(have, scope) or (scope == "follow" and _is_follow(have)) for scope in asked)


def _is_follow(registered: list[str]) -> bool:
    return all(covers(registered, scope) for scope in FOLLOW)


def moderators_only(asked: Iterable[str]) -> bool:
    return any(scope.startswith("admin:") for scope in asked)
