"""Posts: writing, reading and changing them, and what one does with those of others."""

from fedi.models.post import PostState
from fedi.models.quote import QuotePolicy
from fedi.policy.licences import LICENCES
from fedi.services.drafts import VISIBILITIES
from fedi.services.interaction_policies import Approval
from fedi.services.posts import MAX_SUMMARY, MAX_TEXT, MAX_TITLE
from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
    NULL,
    OBJECT,
    TEXT,
    TIME,
    WHOLE,
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

VISIBILITY = choice(*VISIBILITIES)
LICENCE = says(
    {"anyOf": [choice(*LICENCES), {"type": "string", "pattern": "^[^<>]{1,100} <https?://[^<>\\s]{1,200}>$"}]},
    "Of the work itself: one of these, or one's own as `TITLE <ADDRESS>`; SPDX ids and titles are understood, too.",
)
AI = says(
    choice("none", "assisted", "generated"),
    "What its maker says of AI: made without it, with its help, or by it.",
)
MENTION = keys({"id": ID, "username": TEXT, "url": TEXT, "acct": TEXT})
QUOTE = keys(
    {"state": says(TEXT, "`accepted` is shown, everything else says why not")},
    {"quoted_status": maybe(ref("Status")), "quoted_status_id": says(maybe(ID), "of a quote inside a quote")},
)
APPROVAL = keys({"automatic": many(TEXT), "manual": many(TEXT), "current_user": choice(*Approval, "unknown")})
EXTRAS = says(
    keys(
        {
            "state": says(
                choice(*PostState),
                "`draft`, `preparing` (its pictures are being protected, then it publishes itself), `failed`, "
                "`published`, `withdrawn`. Only its author sees one that is not published.",
            ),
            "title": says(TEXT, "empty when it has none; `content` begins with it"),
            "artwork": says(FLAG, "whether it hangs in the portfolio"),
            "ai": maybe(AI),
            "consent": maybe(CONSENT),
            "axes": AXES_SAID,
            "licence": says(
                maybe(TEXT),
                "By its key, an artist's own as `TITLE <ADDRESS>`; of other servers as they say it.",
            ),
            "licence_url": says(maybe(TEXT), "where it is told in full"),
            "terms": says(maybe(OBJECT), "The terms of a post of another server in its author's own words."),
        },
        {
            **FACTS,
            "own": says(
                keys({"consent": maybe(TEXT), "licence": maybe(TEXT)}),
                "What was said of this post alone; null: the artist's own terms hold.",
            ),
            "reason": says(maybe(TEXT), "why it could not be published"),
            "deliveries": says(mapping(COUNT), "how many servers it went to, by how that stands"),
        },
    ),
    "What only this server knows of a post; null for a boost. What is not in every answer is for its author alone.",
)
STATUS: dict[str, Schema] = {
    "id": ID,
    "created_at": TIME,
    "in_reply_to_id": maybe(ID),
    "in_reply_to_account_id": maybe(ID),
    "sensitive": FLAG,
    "spoiler_text": says(TEXT, "plain text"),
    "visibility": VISIBILITY,
    "language": maybe(TEXT),
    "uri": TEXT,
    "url": TEXT,
    "replies_count": COUNT,
    "reblogs_count": COUNT,
    "favourites_count": COUNT,
    "quotes_count": COUNT,
    "edited_at": maybe(TIME),
    "content": says(TEXT, "HTML"),
    "reblog": says(maybe(ref("Status")), "what is boosted"),
    "application": maybe(keys({"name": TEXT, "website": maybe(TEXT)})),
    "account": ref("Account"),
    "media_attachments": many(ref("MediaAttachment")),
    "mentions": many(MENTION),
    "tags": many(keys({"name": TEXT, "url": TEXT})),
    "emojis": many(ref("CustomEmoji")),
    "tagged_collections": many(OBJECT),
    "quote": maybe(QUOTE),
    "quote_approval": APPROVAL,
    "card": NULL,
    "poll": maybe(ref("Poll")),
    "fedi": maybe(EXTRAS),
}
RARE: dict[str, Schema] = {
    "favourited": FLAG,
    "reblogged": FLAG,
    "muted": FLAG,
    "bookmarked": FLAG,
    "filtered": many(ref("FilterResult")),
    "pinned": says(FLAG, "said of one's own posts"),
}
EDIT: dict[str, Schema] = {
    "content": TEXT,
    "spoiler_text": TEXT,
    "sensitive": FLAG,
    "created_at": TIME,
    "account": ref("Account"),
    "media_attachments": many(ref("MediaAttachment")),
    "emojis": many(ref("CustomEmoji")),
    "quote": maybe(QUOTE),
}
ENTITIES = {
    "Status": entity("A post. What is not in every answer is for those who read with a token.", STATUS, RARE),
    "DeletedStatus": entity("A deleted post, with what was typed.", {**STATUS, "text": TEXT}, RARE),
    "Context": entity(
        "What stands around a post.", {"ancestors": many(ref("Status")), "descendants": many(ref("Status"))}
    ),
    "StatusSource": entity(
        "A post as it was typed.",
        {"id": ID, "text": TEXT, "spoiler_text": TEXT, "fedi": keys({"title": TEXT})},
    ),
    "StatusEdit": entity(
        "A version of a post.", EDIT, {"poll": says(keys({"options": many(keys({"title": TEXT}))}), "what it asked")}
    ),
}
POLL = says(
    {
        "type": "object",
        "properties": {
            "options": {**many(TEXT), "minItems": 2, "maxItems": 4},
            "expires_in": says(WHOLE, "seconds"),
            "multiple": FLAG,
            "hide_totals": FLAG,
        },
    },
    "A question.",
)
TERMS: dict[str, Schema] = {"consent": CONSENT, "licence": LICENCE, "ai": AI}
TITLE = {**says(TEXT, "what the work is called"), "maxLength": MAX_TITLE}
WRITING: dict[str, Schema] = {
    "status": {**says(TEXT, "plain text; empty when there are pictures"), "maxLength": MAX_TEXT},
    "spoiler_text": {**says(TEXT, "a warning, which hides the rest"), "maxLength": MAX_SUMMARY},
    "sensitive": FLAG,
    "language": says(TEXT, "`en`, `pt-BR`"),
    "media_ids": says(many(ID), "uploads, protected or not, in their order"),
    "poll": POLL,
}
POSTING: dict[str, Schema] = {
    **WRITING,
    "visibility": VISIBILITY,
    "in_reply_to_id": ID,
    "quoted_status_id": ID,
    "quote_approval_policy": choice(*QuotePolicy),
    "fedi": says(
        {"type": "object", "properties": {"title": TITLE, **TERMS}},
        "For this post alone; what is not said is as the artist has it.",
    ),
}
ONCE = {"Idempotency-Key": says(TEXT, "a text of the app's own; with the same one nothing is posted twice")}
_ALTS = keys({"id": ID}, {"description": TEXT, "focus": TEXT})
_IDS = {"id[]": many(ID)}


def _deed(summary: str, words: str = "") -> Operation:
    return Operation(summary, ref("Status"), words)


OPERATIONS = {
    "GET /api/v1/statuses": Operation("Several posts", many(ref("Status")), query=_IDS),
    "POST /api/v1/statuses": Operation(
        "Post",
        {"anyOf": [ref("Status"), ref("ScheduledStatus")]},
        "While its pictures are being protected it is `preparing`, and publishes itself. With `scheduled_at` the "
        "answer is a ScheduledStatus.",
        body={**POSTING, "scheduled_at": TIME},
        headers=ONCE,
    ),
    "GET /api/v1/statuses/:id": Operation("A post", ref("Status")),
    "PUT /api/v1/statuses/:id": Operation(
        "Edit a post",
        ref("Status"),
        body={
            **WRITING,
            "media_attributes": many(_ALTS),
            "fedi": {"type": "object", "properties": {"title": TITLE}},
        },
        required=("status",),
    ),
    "DELETE /api/v1/statuses/:id": Operation(
        "Delete a post for ever",
        ref("DeletedStatus"),
        query={"delete_media": says(FLAG, "its uploads at once, else they are kept a while to write it anew")},
    ),
    "GET /api/v1/statuses/:id/context": Operation("What it answers and what answers it", ref("Context")),
    "GET /api/v1/statuses/:id/source": Operation("What was typed", ref("StatusSource")),
    "GET /api/v1/statuses/:id/history": Operation("Its versions, the first one first", many(ref("StatusEdit"))),
    "PUT /api/v1/statuses/:id/interaction_policy": Operation(
        "Say who may quote it", ref("Status"), body={"quote_approval_policy": choice(*QuotePolicy)}
    ),
    "POST /api/v1/statuses/:id/cancel": _deed("Take a post back into a draft while it is being prepared", "Ours."),
    "POST /api/v1/statuses/:id/retry": _deed("Prepare a draft, or a post that failed, again", "Ours."),
    "POST /api/v1/statuses/:id/favourite": _deed("Like"),
    "POST /api/v1/statuses/:id/unfavourite": _deed("Like no more"),
    "POST /api/v1/statuses/:id/bookmark": _deed("Keep for oneself"),
    "POST /api/v1/statuses/:id/unbookmark": _deed("Keep no more"),
    "POST /api/v1/statuses/:id/pin": _deed("Show on one's profile", "Five at most, of one's own."),
    "POST /api/v1/statuses/:id/unpin": _deed("Show there no more"),
    "POST /api/v1/statuses/:id/mute": _deed("No more notifications from this conversation"),
    "POST /api/v1/statuses/:id/unmute": _deed("Notifications again"),
    "POST /api/v1/statuses/:id/reblog": Operation(
        "Boost", ref("Status"), "The answer is the boost, with the post in `reblog`.", body={"visibility": VISIBILITY}
    ),
    "POST /api/v1/statuses/:id/unreblog": _deed("Boost no more"),
    "GET /api/v1/statuses/:id/favourited_by": Operation("Who likes it", many(ref("Account")), page=40),
    "GET /api/v1/statuses/:id/reblogged_by": Operation("Who boosted it", many(ref("Account")), page=40),
    "GET /api/v1/statuses/:id/quotes": Operation("What quotes it", many(ref("Status")), page=40),
    "POST /api/v1/statuses/:id/quotes/:id/revoke": Operation(
        "Take the yes to a quote back",
        ref("Status"),
        "The answer is the post that quoted.",
        path={"id": ID, "quoting_id": ID},
    ),
    "GET /api/v1/bookmarks": Operation("What one kept", many(ref("Status")), page=20),
    "GET /api/v1/favourites": Operation("What one liked", many(ref("Status")), page=20),
}
