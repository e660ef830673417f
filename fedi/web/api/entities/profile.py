"""The Profile entity: what its owner may change, as it was written and as it is shown (Mastodon 4.6)."""

from typing import Any

from sqlalchemy.orm import Session

from fedi.models.account import Account
from fedi.services import featured_tags
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import featured_tag

SAME = (
    "id", "display_name", "avatar_description", "header_description", "locked", "bot", "hide_collections",
    "discoverable", "indexable", "show_media", "show_media_replies", "show_featured",
)  # fmt: skip
PICTURES = {"avatar": "icon_url", "avatar_static": "icon_url", "header": "image_url", "header_static": "image_url"}


def render(session: Session, account: Account) -> dict[str, Any]:
    """Pictures are null where there is none."""
    shown = account_entity.credentials(session, account)
    return {
        **{name: shown[name] for name in SAME},
        **{name: shown[name] if getattr(account.actor, ours) else None for name, ours in PICTURES.items()},
        "note": shown["source"]["note"],
        "fields": shown["source"]["fields"],
        "formatted_note": shown["note"],
        "formatted_fields": shown["fields"],
        "attribution_domains": shown["source"]["attribution_domains"],
        "featured_tags": [featured_tag.render(each) for each in featured_tags.of_actor(session, account.actor)],
    }
