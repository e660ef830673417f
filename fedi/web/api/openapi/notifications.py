"""Notifications, whose are held back, and where the reader stopped."""

from fedi.models.measure import Action
from fedi.models.notification import NotificationKind
from fedi.services.notification_policies import DEFAULTS, Verdict
from fedi.web.api.openapi.language import (
    COUNT,
    FLAG,
    ID,
    NULL,
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

KIND = says(
    choice(*NotificationKind),
    "Mastodon's names, and ours: `media_failed`, a picture of one's own could not be protected (told to apps that ask "
    "for it by name).",
)
OLD = ("filter_not_following", "filter_not_followers", "filter_new_accounts", "filter_private_mentions")
SUMMARY = keys({"pending_requests_count": COUNT, "pending_notifications_count": COUNT})
MARKER = entity("Where the reader stopped.", {"last_read_id": ID, "version": COUNT, "updated_at": TIME})
MARKERS: Schema = {"type": "object", "properties": {"home": ref("Marker"), "notifications": ref("Marker")}}
WISH: dict[str, Schema] = {
    "types[]": many(KIND),
    "exclude_types[]": many(KIND),
    "account_id": says(ID, "by this account alone"),
    "include_filtered": says(FLAG, "those held back too"),
}
ENTITIES = {
    "Notification": entity(
        "Something happened that one wants to hear of.",
        {"id": ID, "type": KIND, "created_at": TIME, "group_key": TEXT, "account": ref("Account")},
        {
            "filtered": says(FLAG, "it is held back"),
            "status": ref("Status"),
            "report": maybe(ref("Report")),
            "moderation_warning": ref("AccountWarning"),
            "collection": ref("Collection"),
        },
    ),
    "AccountWarning": entity(
        "What a moderator decided about somebody.",
        {
            "id": ID,
            "action": choice(*Action),
            "text": TEXT,
            "status_ids": maybe(many(ID)),
            "target_account": ref("Account"),
            "appeal": NULL,
            "created_at": TIME,
        },
    ),
    "GroupedNotifications": entity(
        "Notifications that belong together; accounts and posts stand once, beside them.",
        {
            "accounts": many(ref("Account")),
            "statuses": many(ref("Status")),
            "notification_groups": many(
                keys(
                    {
                        "group_key": TEXT,
                        "notifications_count": COUNT,
                        "type": KIND,
                        "most_recent_notification_id": WHOLE,
                        "page_min_id": ID,
                        "page_max_id": ID,
                        "latest_page_notification_at": TIME,
                        "sample_account_ids": many(ID),
                    },
                    {"status_id": ID, "report": maybe(ref("Report")), "collection": ref("Collection")},
                )
            ),
        },
        {
            "partial_accounts": says(
                many(
                    keys(
                        {
                            "id": ID,
                            "acct": TEXT,
                            "locked": FLAG,
                            "bot": FLAG,
                            "url": TEXT,
                            "avatar": TEXT,
                            "avatar_static": TEXT,
                            "avatar_description": TEXT,
                        }
                    )
                ),
                "with `expand_accounts=partial_avatars`: those of whom but a face is shown",
            )
        },
    ),
    "NotificationPolicy": entity(
        "Whose notifications are taken, held back or dropped.",
        {**{name: choice(*Verdict) for name in DEFAULTS}, "summary": SUMMARY},
    ),
    "OldNotificationPolicy": entity("Its first version.", {**dict.fromkeys(OLD, FLAG), "summary": SUMMARY}),
    "NotificationRequest": entity(
        "Somebody whose notifications are held back.",
        {
            "id": ID,
            "created_at": TIME,
            "updated_at": TIME,
            "account": ref("Account"),
            "notifications_count": says(ID, "a number"),
            "last_status": maybe(ref("Status")),
        },
    ),
    "Marker": MARKER,
    "Count": entity("A number.", {"count": COUNT}),
    "Nothing": entity("It is done, and there is nothing to tell.", {}),
}
NOTHING = ref("Nothing")
GROUP = {"group_key": TEXT}
COUNTING = Operation(
    "How many are unread", ref("Count"), query={"limit": {**WHOLE, "minimum": 1, "maximum": 200, "default": 100}}
)
_PLACE = {"type": "object", "properties": {"last_read_id": ID}}
_SEVERAL: dict[str, Schema] = {"id": many(ID)}
_POLICY = Operation("Change that", ref("NotificationPolicy"), body={name: choice(*Verdict) for name in DEFAULTS})
OPERATIONS = {
    "GET /api/v1/notifications": Operation("Notifications", many(ref("Notification")), query=WISH, page=40),
    "GET /api/v1/notifications/:id": Operation("One of them", ref("Notification")),
    "POST /api/v1/notifications/clear": Operation("Forget all of them", NOTHING),
    "POST /api/v2/notifications/clear": Operation("Forget all of them", NOTHING),
    "POST /api/v1/notifications/:id/dismiss": Operation("Forget one", NOTHING),
    "POST /api/v1/notifications/dismiss": Operation("Forget one, the old way", NOTHING, body={"id": ID}),
    "GET /api/v1/notifications/unread_count": COUNTING,
    "GET /api/v2/notifications/unread_count": COUNTING,
    "GET /api/v2/notifications": Operation(
        "Notifications in groups",
        ref("GroupedNotifications"),
        query={**WISH, "grouped_types[]": many(KIND), "expand_accounts": choice("full", "partial_avatars")},
        page=40,
    ),
    "GET /api/v2/notifications/:id": Operation("A group", ref("GroupedNotifications"), path=GROUP),
    "GET /api/v2/notifications/:id/accounts": Operation("Who made it", many(ref("Account")), path=GROUP),
    "POST /api/v2/notifications/:id/dismiss": Operation("Forget it", NOTHING, path=GROUP),
    "GET /api/v2/notifications/policy": Operation("Whose are held back", ref("NotificationPolicy")),
    "PATCH /api/v2/notifications/policy": _POLICY,
    "PUT /api/v2/notifications/policy": _POLICY,
    "GET /api/v1/notifications/policy": Operation("The same, the old way", ref("OldNotificationPolicy")),
    "PUT /api/v1/notifications/policy": Operation(
        "Change that, the old way", ref("OldNotificationPolicy"), body=dict.fromkeys(OLD, FLAG)
    ),
    "GET /api/v1/notifications/requests": Operation("Who is held back", many(ref("NotificationRequest")), page=40),
    "GET /api/v1/notifications/requests/:id": Operation("One of them", ref("NotificationRequest")),
    "GET /api/v1/notifications/requests/merged": Operation(
        "Whether what was accepted is heard", entity("Always so.", {"merged": FLAG})
    ),
    "POST /api/v1/notifications/requests/:id/accept": Operation("Hear somebody from now on", NOTHING),
    "POST /api/v1/notifications/requests/:id/dismiss": Operation("Forget what was held back", NOTHING),
    "POST /api/v1/notifications/requests/accept": Operation("Hear several", NOTHING, body=_SEVERAL),
    "POST /api/v1/notifications/requests/dismiss": Operation("Forget those of several", NOTHING, body=_SEVERAL),
    "GET /api/v1/markers": Operation(
        "Where the reader stopped", MARKERS, query={"timeline[]": many(choice("home", "notifications"))}
    ),
    "POST /api/v1/markers": Operation(
        "Say where the reader stopped", MARKERS, body={"home": _PLACE, "notifications": _PLACE}
    ),
}
