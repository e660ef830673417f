"""What this server is, what it permits, whom it knows."""

from fedi.web.api.openapi.language import (
    ANY,
    COUNT,
    DAY,
    EMPTY,
    FLAG,
    ID,
    NULL,
    OBJECT,
    TEXT,
    TIME,
    Operation,
    Schema,
    choice,
    entity,
    keys,
    many,
    mapping,
    maybe,
    ref,
    says,
)
from fedi.web.api.openapi.media import AXES_SAID, CONSENT, FACTS
from fedi.web.api.openapi.tags import DIGITS

ACCOUNTS = keys(
    dict.fromkeys(
        (
            "max_display_name_length",
            "max_note_length",
            "max_avatar_description_length",
            "max_header_description_length",
            "max_featured_tags",
            "max_pinned_statuses",
            "max_profile_fields",
            "profile_field_name_limit",
            "profile_field_value_limit",
        ),
        COUNT,
    )
)
STATUSES = keys(dict.fromkeys(("max_characters", "max_media_attachments", "characters_reserved_per_url"), COUNT))
MEDIA = keys(
    {
        **dict.fromkeys(("description_limit", "image_matrix_limit", "image_size_limit"), COUNT),
        **dict.fromkeys(("video_frame_rate_limit", "video_matrix_limit", "video_size_limit"), COUNT),
        "supported_mime_types": many(TEXT),
    }
)
POLLS = keys(
    dict.fromkeys(("max_options", "max_characters_per_option", "min_expiration", "max_expiration"), COUNT),
)
OLD_LIMITS: dict[str, Schema] = {
    "accounts": ACCOUNTS,
    "statuses": STATUSES,
    "media_attachments": MEDIA,
    "polls": POLLS,
}
FEEDS = keys({"local": TEXT, "remote": TEXT})
LIMITS = keys(
    {
        **OLD_LIMITS,
        "urls": keys(
            {
                "streaming": TEXT,
                "about": TEXT,
                **dict.fromkeys(("status", "privacy_policy", "terms_of_service"), maybe(TEXT)),
            }
        ),
        "vapid": keys({"public_key": TEXT}),
        "translation": keys({"enabled": FLAG}),
        "timelines_access": keys(dict.fromkeys(("live_feeds", "hashtag_feeds", "trending_link_feeds"), FEEDS)),
        "limited_federation": FLAG,
    }
)
REGISTRATIONS = keys(
    {
        "enabled": FLAG,
        "approval_required": FLAG,
        "reason_required": FLAG,
        "message": maybe(TEXT),
        "min_age": maybe(COUNT),
        "url": maybe(TEXT),
    }
)
EXTRAS = keys(
    {
        "consent_default": says(CONSENT, "What holds for artists who say nothing."),
        "consent_floor": says(maybe(CONSENT), "What is at least forbidden, whatever an artist allows; null: nothing."),
        "openapi": says(TEXT, "where this document is"),
        "consent": says(CONSENT, "What holds for pages of the house."),
        "axes": AXES_SAID,
        "licence": TEXT,
        "licence_url": TEXT,
        **FACTS,
    }
)
RULES = many(ref("Rule"))
ENTITIES = {
    "Instance": entity(
        "This server.",
        {
            "domain": TEXT,
            "title": TEXT,
            "version": says(TEXT, "begins with the version of Mastodon whose API this is"),
            "source_url": TEXT,
            "description": TEXT,
            "usage": keys({"users": keys({"active_month": COUNT})}),
            "thumbnail": keys({"url": TEXT, "description": TEXT}),
            "icon": many(keys({"src": TEXT, "size": TEXT})),
            "languages": many(TEXT),
            "configuration": LIMITS,
            "registrations": REGISTRATIONS,
            "api_versions": keys({"mastodon": COUNT, "fedi": says(COUNT, "of what is ours alone")}),
            "wrapstodon": NULL,
            "contact": keys({"email": TEXT, "account": maybe(ref("Account"))}),
            "rules": RULES,
            "fedi": EXTRAS,
        },
    ),
    "OldInstance": entity(
        "This server, as older apps read of it.",
        {
            "uri": TEXT,
            "title": TEXT,
            "short_description": TEXT,
            "description": TEXT,
            "email": TEXT,
            "version": TEXT,
            "urls": keys({"streaming_api": TEXT}),
            "stats": keys(dict.fromkeys(("user_count", "status_count", "domain_count"), COUNT)),
            "thumbnail": TEXT,
            "languages": many(TEXT),
            "registrations": FLAG,
            "approval_required": FLAG,
            "invites_enabled": FLAG,
            "configuration": keys(OLD_LIMITS),
            "contact_account": maybe(ref("Account")),
            "rules": RULES,
        },
    ),
    "Rule": entity(
        "A rule of the house.",
        {"id": ID, "text": TEXT, "hint": says(TEXT, "what it means"), "translations": mapping(OBJECT)},
    ),
    "Week": entity("A week of it.", dict.fromkeys(("week", "statuses", "logins", "registrations"), DIGITS)),
    "DomainBlock": entity(
        "A server that is blocked or limited.",
        {"domain": TEXT, "digest": TEXT, "severity": choice("suspend", "silence"), "comment": maybe(TEXT)},
    ),
    "LongText": entity("A text.", {"updated_at": maybe(TIME), "content": says(TEXT, "HTML")}),
}
HOUSE_TERMS = keys({"effective_date": DAY, "effective": FLAG, "content": TEXT, "succeeded_by": maybe(DAY)})
OPERATIONS = {
    "GET /api/v2/instance": Operation("This server", ref("Instance")),
    "GET /api/v1/instance": Operation("The same, the old way", ref("OldInstance")),
    "GET /api/v1/instance/activity": Operation("Its last weeks", many(ref("Week"))),
    "GET /api/v1/instance/domain_blocks": Operation("Whom it blocks or limits", many(ref("DomainBlock"))),
    "GET /api/v1/instance/extended_description": Operation("What it is", ref("LongText")),
    "GET /api/v1/instance/languages": Operation("Always empty", many(ANY)),
    "GET /api/v1/instance/peers": Operation("Which servers it knows", many(TEXT)),
    "GET /api/v1/instance/privacy_policy": Operation("What becomes of one's data", ref("LongText")),
    "GET /api/v1/instance/rules": Operation("Its rules", RULES),
    "GET /api/v1/peers/search": Operation(
        "Servers it knows whose name begins so", many(TEXT), "At most ten.", query={"q": TEXT}
    ),
    "GET /api/v1/instance/terms_of_service": Operation("What holds here, in plain words", HOUSE_TERMS),
    "GET /api/v1/instance/terms_of_service/:id": Operation("Since a day", HOUSE_TERMS, path={"date": DAY}),
    "GET /api/v1/instance/translation_languages": Operation("Always empty", EMPTY),
    "GET /api/openapi.json": Operation("This document", OBJECT, "OpenAPI 3.1."),
}
