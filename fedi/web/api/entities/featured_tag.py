"""The FeaturedTag entity."""

from typing import Any

from fedi import urls
from fedi.services.featured_tags import Shown


def render(shown: Shown) -> dict[str, Any]:
    return {
        "id": str(shown.id),
        "name": shown.label,
        "url": urls.tag(shown.name),
        "statuses_count": str(shown.posts),
        "last_status_at": shown.last.date().isoformat() if shown.last else None,
    }
