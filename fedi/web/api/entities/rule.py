"""The Rule entity."""

from typing import Any

from fedi.models.rule import Rule


def render(row: Rule) -> dict[str, Any]:
    return {"id": str(row.id), "text": row.text, "hint": row.hint, "translations": {}}
