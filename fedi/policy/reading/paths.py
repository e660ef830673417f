"""Patterns for paths, as robots.txt has them: prefixes with `*` for anything and `$` for the end (RFC 9309, 2.2.3)."""

from urllib.parse import unquote, urlsplit

MAX_PATTERN = 2000


def of(url: str) -> str:
    """Path and query of an address, as patterns are held against it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    return plain((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def plain(text: str) -> str:
    """Escapes resolved, but for those of the signs that mean something."""
    for code in ("2F", "2A", "24"):
        text = text.replace(f"%{code}", f"%25{code}").replace(f"%{code.lower()}", f"%25{code}")
    return unquote(text, errors="replace")


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern covers a path. Takes time in proportion to both, whatever the pattern is."""
    if not pattern or len(pattern) > MAX_PATTERN:
        return False
    whole = pattern.endswith("$")
    first, *rest = plain(pattern.removesuffix("$")).split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return path == first or not whole
    at = len(first)
    for part in rest[:-1]:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if whole:
        return len(path) - len(rest[-1]) >= at and path.endswith(rest[-1])
    return path.find(rest[-1], at) >= 0
