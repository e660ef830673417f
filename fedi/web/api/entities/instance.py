"""The Instance entities, version 1 and 2, with the limits that really hold here."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from fedi import __version__, config, urls
from fedi.models.actor import Actor
from fedi.policy.layers import client_api
from fedi.services import consents, featured_tags, media, polls, posts, rules, statistics, vapid
from fedi.web.api.entities import account as account_entity
from fedi.web.api.entities import rule

MASTODON = "4.6.0"
API_VERSION = 10
# As services.accounts and services.posts check them.
MAX_DISPLAY_NAME, MAX_NOTE, MAX_FIELDS, MAX_PINNED = 255, 5000, 16, 5
MIMES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "image/tiff")
DESCRIPTION = "A place for artists: every picture is protected before it leaves, and says what may be done with it."


def version() -> str:
    """Apps read the first numbers as Mastodon's."""
    return f"{MASTODON} (compatible; fedi {__version__})"


def second(session: Session) -> dict[str, Any]:
    """`GET /api/v2/instance`."""
    settings = config.settings()
    contact = _contact(session)
    return {
        "domain": settings.domain,
        "title": settings.instance_name,
        "version": version(),
        "source_url": f"{urls.origin()}/about",  # says where its source is
        "description": DESCRIPTION,
        "usage": {"users": {"active_month": statistics.active_users(session, timedelta(days=30))}},
        "thumbnail": {"url": _picture(), "description": ""},
        "icon": [{"src": f"{urls.origin()}/static/missing/avatar.png", "size": "400x400"}],
        "languages": ["en"],
        "configuration": _configuration(session),
        "registrations": {
            "enabled": settings.registrations in {"open", "approval"},
            "approval_required": settings.registrations == "approval",
            "reason_required": settings.registrations == "approval",
            "message": None,
            "min_age": None,
            "url": f"{urls.origin()}/auth/sign_up" if settings.registrations in {"open", "approval"} else None,
        },
        "api_versions": {"mastodon": API_VERSION, "fedi": 1},
        "wrapstodon": None,
        "contact": {"email": settings.mail_from, "account": account_entity.one(session, contact) if contact else None},
        "rules": [rule.render(row) for row in rules.listed(session)],
        "fedi": {
            "consent_default": settings.consent_default,
            "consent_floor": settings.consent_floor or None,
            "openapi": f"{urls.origin()}/api/openapi.json",
            **client_api.render(consents.of_instance()),
        },
    }


def first(session: Session) -> dict[str, Any]:
    """`GET /api/v1/instance`, which older apps read."""
    settings = config.settings()
    contact = _contact(session)
    limits = _configuration(session)
    return {
        "uri": settings.domain,
        "title": settings.instance_name,
        "short_description": DESCRIPTION,
        "description": DESCRIPTION,
        "email": settings.mail_from,
        "version": version(),
        "urls": {"streaming_api": _streaming()},
        "stats": {
            "user_count": statistics.users(session),
            "status_count": statistics.local_posts(session),
            "domain_count": len(statistics.peers(session)),
        },
        "thumbnail": _picture(),
        "languages": ["en"],
        "registrations": settings.registrations in {"open", "approval"},
        "approval_required": settings.registrations == "approval",
        "invites_enabled": settings.registrations == "invite",
        "configuration": {name: limits[name] for name in ("accounts", "statuses", "media_attachments", "polls")},
        "contact_account": account_entity.one(session, contact) if contact else None,
        "rules": [rule.render(row) for row in rules.listed(session)],
    }


def _configuration(session: Session) -> dict[str, Any]:
    settings = config.settings()
    everyone = {"local": "public", "remote": "public"}
    return {
        "urls": {
            "streaming": _streaming(),
            "status": None,
            "about": f"{urls.origin()}/about",
            "privacy_policy": None,
            "terms_of_service": f"{urls.origin()}/terms",
        },
        "vapid": {"public_key": vapid.public_key(session)},
        "accounts": {
            "max_display_name_length": MAX_DISPLAY_NAME,
            "max_note_length": MAX_NOTE,
            "max_avatar_description_length": media.MAX_ALT,
            "max_header_description_length": media.MAX_ALT,
            "max_featured_tags": featured_tags.MAX,
            "max_pinned_statuses": MAX_PINNED,
            "max_profile_fields": MAX_FIELDS,
            "profile_field_name_limit": 255,
            "profile_field_value_limit": 2047,
        },
        "statuses": {
            "max_characters": posts.MAX_TEXT,
            "max_media_attachments": posts.MAX_MEDIA,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "description_limit": media.MAX_ALT,
            "image_matrix_limit": settings.media_max_pixels,
            "image_size_limit": settings.media_max_bytes,
            "supported_mime_types": list(MIMES),
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
            "video_size_limit": 0,
        },
        "polls": {
            "max_options": polls.MAX_OPTIONS,
            "max_characters_per_option": polls.MAX_CHARACTERS,
            "min_expiration": polls.MIN_SECONDS,
            "max_expiration": polls.MAX_SECONDS,
        },
        "translation": {"enabled": False},
        "timelines_access": {
            "live_feeds": everyone,
            "hashtag_feeds": everyone,
            "trending_link_feeds": everyone,
        },
        "limited_federation": settings.federation != "open",
    }


def _contact(session: Session) -> Actor | None:
    found = statistics.contact(session)
    return found.actor if found else None


def _streaming() -> str:
    return urls.origin().replace("http", "ws", 1)


def _picture() -> str:
    return f"{urls.origin()}/static/missing/header.png"
