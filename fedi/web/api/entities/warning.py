"""The AccountWarning entity: what a moderator's measure says to whom it is about."""

from typing import Any

from fedi import clock
from fedi.models.measure import Measure


def render(measure: Measure, account: dict[str, Any]) -> dict[str, Any]:
    """`account` is the entity of whom it is about."""
    return {
        "id": str(measure.id),
        "action": str(measure.action),
        "text": measure.text,
        "status_ids": None,
        "target_account": account,
        "appeal": None,
        "created_at": clock.iso_millis(measure.created_at),
    }
