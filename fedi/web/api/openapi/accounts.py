"""People: their accounts, how one stands to them, and one's own account."""

from dataclasses import replace

from fedi.models.quote import QuotePolicy
from fedi.services.drafts import VISIBILITIES
from fedi.web.api.openapi.language import (
    ANY,
    COUNT,
    DAY,
    FLAG,
    ID,
    TEXT,
    TIME,
    WHOLE,
    Operation,
    Schema,
    choice,
    entity,
    keys,
    many,
    maybe,
    ref,
    says,
)
from fedi.web.api.openapi.media import BRIEF, CONSENT

# What `quotes.told_to_apps` says: apps know no word for asking.
QUOTE_POLICY = choice(*(each for each in QuotePolicy if each != QuotePolicy.ASK))
EMOJI = entity(
    "A custom emoji: `:shortcode:` in a text.",
    {
        "shortcode": TEXT,
        "url": TEXT,
        "static_url": TEXT,
        "visible_in_picker": FLAG,
        "category": maybe(TEXT),
    },
)
FIELD = keys({"name": TEXT, "value": says(TEXT, "HTML"), "verified_at": maybe(TIME)})
ACCOUNT: dict[str, Schema] = {
    "id": ID,
    "username": TEXT,
    "acct": says(TEXT, "`mira` here, `mira@elsewhere.example` elsewhere"),
    "display_name": says(TEXT, "plain text"),
    "locked": FLAG,
    "bot": FLAG,
    "discoverable": FLAG,
    "indexable": FLAG,
    "group": FLAG,
    "created_at": TIME,
    "note": says(TEXT, "HTML"),
    "url": says(TEXT, "the page"),
    "uri": says(TEXT, "the ActivityPub id"),
    "avatar": TEXT,
    "avatar_static": TEXT,
    "avatar_description": TEXT,
    "header": TEXT,
    "header_static": TEXT,
    "header_description": TEXT,
    "followers_count": COUNT,
    "following_count": COUNT,
    "statuses_count": COUNT,
    "last_status_at": maybe(DAY),
    "hide_collections": FLAG,
    "show_media": FLAG,
    "show_media_replies": FLAG,
    "show_featured": FLAG,
    "noindex": FLAG,
    "feature_approval": keys({"automatic": many(TEXT), "manual": many(TEXT), "current_user": TEXT}),
    "emojis": many(ref("CustomEmoji")),
    "roles": many(keys({"id": TEXT, "name": TEXT, "color": TEXT})),
    "fields": many(FIELD),
}
RARE: dict[str, Schema] = {
    "fedi": says(keys({"consent": CONSENT, **BRIEF}), "of artists here: what machines may do with their works"),
    "suspended": says({"const": True}, "said of those who are"),
    "limited": says({"const": True}, "said of those who are"),
    "moved": says(ref("Account"), "where somebody who moved is now"),
}
SOURCE = keys(
    {
        "privacy": choice(*VISIBILITIES),
        "sensitive": FLAG,
        "language": maybe(TEXT),
        "note": says(TEXT, "as it was typed"),
        "fields": many(FIELD),
        "follow_requests_count": COUNT,
        "hide_collections": FLAG,
        "discoverable": FLAG,
        "indexable": FLAG,
        "attribution_domains": many(TEXT),
        "quote_policy": QUOTE_POLICY,
    }
)
ROLE = keys(
    {"id": TEXT, "name": TEXT, "permissions": TEXT, "color": TEXT, "highlighted": FLAG, "collection_limit": COUNT}
)
PROFILE = (
    "id", "display_name", "avatar_description", "header_description", "locked", "bot", "hide_collections",
    "discoverable", "indexable", "show_media", "show_media_replies", "show_featured",
)  # fmt: skip
RELATIONSHIP: dict[str, Schema] = {
    "id": ID,
    "following": FLAG,
    "showing_reblogs": FLAG,
    "notifying": FLAG,
    "languages": maybe(many(TEXT)),
    "followed_by": FLAG,
    "blocking": FLAG,
    "blocked_by": FLAG,
    "muting": FLAG,
    "muting_notifications": FLAG,
    "muting_expires_at": maybe(TIME),
    "requested": FLAG,
    "requested_by": FLAG,
    "domain_blocking": FLAG,
    "endorsed": FLAG,
    "note": TEXT,
}
ENTITIES = {
    "Account": entity("Somebody, here or elsewhere.", ACCOUNT, RARE),
    "CredentialAccount": entity("One's own account.", {**ACCOUNT, "source": SOURCE, "role": ROLE}, RARE),
    "MutedAccount": entity(
        "Somebody muted, and until when (null: for ever).", {**ACCOUNT, "mute_expires_at": maybe(TIME)}, RARE
    ),
    "Relationship": entity("How the reader stands to somebody.", RELATIONSHIP),
    "FamiliarFollowers": entity("Whom one follows that follow `id`.", {"id": ID, "accounts": many(ref("Account"))}),
    "Suggestion": entity(
        "Somebody one may want to follow, and why.", {"source": TEXT, "sources": many(TEXT), "account": ref("Account")}
    ),
    "Profile": entity(
        "What one may change of oneself, as it was written and as it is shown.",
        {
            **{name: ACCOUNT[name] for name in PROFILE},
            **dict.fromkeys(("avatar", "avatar_static", "header", "header_static"), maybe(TEXT)),
            "note": says(TEXT, "as it was typed"),
            "fields": many(FIELD),
            "formatted_note": says(TEXT, "HTML"),
            "formatted_fields": many(FIELD),
            "attribution_domains": many(TEXT),
            "featured_tags": many(ref("FeaturedTag")),
        },
    ),
    "CustomEmoji": EMOJI,
    "Preferences": entity(
        "What apps should begin with.",
        {
            "posting:default:visibility": choice(*VISIBILITIES),
            "posting:default:sensitive": FLAG,
            "posting:default:language": maybe(TEXT),
            "posting:default:quote_policy": QUOTE_POLICY,
            "reading:expand:media": TEXT,
            "reading:expand:spoilers": FLAG,
            "reading:autoplay:gifs": FLAG,
        },
    ),
}
PEOPLE = many(ref("Account"))
_IDS = {"id[]": many(ID)}
_SLICE: dict[str, Schema] = {"limit": {**WHOLE, "minimum": 1, "maximum": 80, "default": 40}, "offset": COUNT}


def _deed(summary: str, words: str = "", **body: Schema) -> Operation:
    return Operation(summary, ref("Relationship"), words, body=body or None)


_UPDATE = Operation(
    "Change one's profile",
    ref("CredentialAccount"),
    "New pictures are protected before they are shown. JSON will do where there are none.",
    body={
        "display_name": TEXT,
        "note": TEXT,
        "avatar_description": TEXT,
        "header_description": TEXT,
        "locked": FLAG,
        "bot": FLAG,
        "discoverable": FLAG,
        "indexable": FLAG,
        "hide_collections": says(FLAG, "show nobody whom one follows, and who follows one"),
        "attribution_domains": says(many(TEXT), "websites that may name one as their author"),
        "fields_attributes": many({"type": "object", "properties": {"name": TEXT, "value": TEXT}}),
        "source": {
            "type": "object",
            "properties": {"privacy": choice(*VISIBILITIES), "sensitive": FLAG, "language": TEXT},
        },
    },
    files=("avatar", "header"),
)
_PROFILE = replace(_UPDATE, answer=ref("Profile"))
OPERATIONS = {
    "GET /api/v1/accounts": Operation("Several accounts", PEOPLE, query=_IDS),
    "GET /api/v1/accounts/:id": Operation(
        "An account", ref("Account"), "A profile of another server is asked for anew, once a day."
    ),
    "GET /api/v1/accounts/:id/followers": Operation("Who follows it", PEOPLE, page=40),
    "GET /api/v1/accounts/:id/following": Operation("Whom it follows", PEOPLE, page=40),
    "GET /api/v1/accounts/:id/identity_proofs": Operation("Always empty", many(ANY)),
    "GET /api/v1/accounts/:id/statuses": Operation(
        "What it posted",
        many(ref("Status")),
        query={
            "only_media": FLAG,
            "exclude_replies": FLAG,
            "exclude_reblogs": FLAG,
            "pinned": FLAG,
            "tagged": says(TEXT, "with this hashtag"),
        },
        page=20,
    ),
    "GET /api/v1/accounts/familiar_followers": Operation(
        "Common acquaintances", many(ref("FamiliarFollowers")), query=_IDS
    ),
    "GET /api/v1/accounts/lookup": Operation(
        "An account by its handle", ref("Account"), query={"acct": says(TEXT, "`mira`, or `mira@elsewhere.example`")}
    ),
    "GET /api/v1/accounts/relationships": Operation("How one stands to people", many(ref("Relationship")), query=_IDS),
    "GET /api/v1/accounts/search": Operation(
        "People by name",
        PEOPLE,
        query={
            "q": TEXT,
            "limit": {**WHOLE, "minimum": 1, "maximum": 80, "default": 40},
            "offset": COUNT,
            "following": FLAG,
            "resolve": says(FLAG, "ask other servers"),
        },
    ),
    "GET /api/v1/accounts/verify_credentials": Operation("One's own account", ref("CredentialAccount")),
    "PATCH /api/v1/accounts/update_credentials": _UPDATE,
    "DELETE /api/v1/profile/avatar": Operation("Take the portrait away", ref("CredentialAccount")),
    "DELETE /api/v1/profile/header": Operation("Take the banner away", ref("CredentialAccount")),
    "GET /api/v1/profile": Operation("What one may change of oneself", ref("Profile")),
    "PATCH /api/v1/profile": _PROFILE,
    "PUT /api/v1/profile": _PROFILE,
    "GET /api/v1/preferences": Operation("One's own preferences", ref("Preferences")),
    "GET /api/v1/directory": Operation(
        "People who like to be found",
        PEOPLE,
        query={
            "order": choice("active", "new"),
            "local": FLAG,
            "offset": COUNT,
            "limit": {**WHOLE, "minimum": 1, "maximum": 80, "default": 40},
        },
    ),
    "POST /api/v1/accounts/:id/follow": _deed(
        "Follow",
        reblogs=says(FLAG, "their boosts too"),
        notify=says(FLAG, "tell of every post"),
        languages=says(many(TEXT), "home takes no other posts of theirs; none: all"),
    ),
    "POST /api/v1/accounts/:id/unfollow": _deed("Follow no more"),
    "POST /api/v1/accounts/:id/remove_from_followers": _deed("Take somebody out of one's followers"),
    "POST /api/v1/accounts/:id/block": _deed("Block"),
    "POST /api/v1/accounts/:id/unblock": _deed("Block no more"),
    "POST /api/v1/accounts/:id/mute": _deed("Mute", notifications=FLAG, duration=says(COUNT, "seconds, 0: for ever")),
    "POST /api/v1/accounts/:id/unmute": _deed("Mute no more"),
    "POST /api/v1/accounts/:id/endorse": _deed("Recommend somebody on one's profile"),
    "POST /api/v1/accounts/:id/unendorse": _deed("Recommend no more"),
    "POST /api/v1/accounts/:id/pin": _deed("Recommend somebody, by the older name"),
    "POST /api/v1/accounts/:id/unpin": _deed("Recommend no more, by the older name"),
    "GET /api/v1/endorsements": Operation("Whom one recommends", PEOPLE, page=40),
    "GET /api/v1/accounts/:id/endorsements": Operation("Whom somebody recommends", PEOPLE, page=40),
    "GET /api/v1/suggestions": Operation("Whom one may want to follow, the old way", PEOPLE, query=_SLICE),
    "GET /api/v2/suggestions": Operation("Whom one may want to follow", many(ref("Suggestion")), query=_SLICE),
    "DELETE /api/v1/suggestions/:id": Operation("Suggest somebody no more", ref("Nothing")),
    "POST /api/v1/accounts/:id/note": _deed("Write something down about somebody, for oneself", comment=TEXT),
    "GET /api/v1/blocks": Operation("Whom one blocks", PEOPLE, page=40),
    "GET /api/v1/mutes": Operation("Whom one mutes", many(ref("MutedAccount")), page=40),
    "GET /api/v1/domain_blocks": Operation("Which servers one hides", many(TEXT), page=100),
    "GET /api/v1/domain_blocks/preview": Operation(
        "What hiding a server would end",
        keys({"following_count": COUNT, "followers_count": COUNT}),
        query={"domain": TEXT},
    ),
    "POST /api/v1/domain_blocks": Operation("Hide a server", ref("Nothing"), body={"domain": TEXT}),
    "DELETE /api/v1/domain_blocks": Operation("Show it again", ref("Nothing"), query={"domain": TEXT}),
    "GET /api/v1/follow_requests": Operation("Who asks to follow", PEOPLE, page=40),
    "POST /api/v1/follow_requests/:id/authorize": _deed("Let somebody follow"),
    "POST /api/v1/follow_requests/:id/reject": _deed("Let somebody not follow"),
    "GET /api/v1/custom_emojis": Operation("Always empty: there are none of this server's own", many(EMOJI)),
}
