"""A house with one of everything that the API can tell of, made by the API where it can be."""

from dataclasses import dataclass

from fedi import db
from fedi.models.account import Role
from fedi.models.actor import Actor
from fedi.models.media import RemoteMedia
from fedi.models.post import Post, Visibility
from fedi.services import announcements, features, rules
from fedi.tasks import media as media_task
from fedi.web import terms_of_service

from .conftest import ALL_SCOPES, Person, make_person, make_remote, picture

STAFF_SCOPES = f"{ALL_SCOPES} admin:read admin:write"
PUSH_KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


# Where what stands before an id does not tell what it is the id of.
NAMES = {
    "/api/v1/filters/:id": "keywords",
    "/api/v2/filters/statuses/:id": "filter statuses",
    "/api/v2/notifications/:id": "groups",
}


@dataclass(frozen=True)
class House:
    """`ids` are by what stands before an id in an address: `{"polls": ["1"], "galleries": [...]}`."""

    mira: Person
    otto: Person
    vera: Person
    ids: dict[str, list[str]]

    def fill(self, path):
        """A path of the table of routes with each of the ids it may have."""
        front, variable, rest = path.partition(":id")
        if not variable:
            return [path]
        name = next((name for start, name in NAMES.items() if path.startswith(start)), front.split("/")[-2])
        return [f"{front}{each}{end}" for each in self.ids.get(name, ["1"]) for end in self.fill(rest)]


async def furnish(api, role=Role.ARTIST):
    """`role` is mira's, whose house it is."""
    mira = make_person("mira", ALL_SCOPES if role == Role.ARTIST else STAFF_SCOPES, role)
    otto, vera = make_person("otto"), make_person("vera", STAFF_SCOPES, Role.ADMIN)
    remote = str(make_remote())
    theirs = _elsewhere(int(remote))

    async def call(method, path, who, **given):
        answer = await api.call(method, path, who, **({"json": given} if given else {}))
        assert answer.status < 300, (method, path, answer.status, answer.body)
        return answer.body

    async def write(who, text="hello #ink", **given):
        return (await call("POST", "/api/v1/statuses", who, status=text, **given))["id"]

    async def upload(who, **fields):
        answer = await api.upload(who, picture(), **fields)
        assert answer.status == 202, answer.body
        return answer.body["id"]

    await call("POST", f"/api/v1/accounts/{mira.id}/follow", otto, notify=True)
    await call("POST", f"/api/v1/accounts/{otto.id}/follow", mira)
    image = await upload(mira, description="a round", focus="0.1,0.2")
    terms = {"title": "Round", "consent": "ask", "licence": "cc-by", "ai": "none"}
    work = await write(
        mira, media_ids=[image], fedi=terms, quote_approval_policy="public", spoiler_text="round", sensitive=True
    )
    media_task.protect()
    draft = await write(mira, media_ids=[await upload(mira)])
    await call("POST", f"/api/v1/statuses/{draft}/cancel", mira)
    poll = await write(otto, poll={"options": ["ink", "oil"], "expires_in": 3600})
    await call("POST", f"/api/v1/polls/{poll}/votes", mira, choices=[0])
    quote = await write(otto, quoted_status_id=work)
    inner = await write(mira, quoted_status_id=quote, quote_approval_policy="followers")
    reply = await write(otto, "@mira lovely", in_reply_to_id=work)
    direct = await write(otto, "@mira psst", visibility="direct")
    boost = (await call("POST", f"/api/v1/statuses/{work}/reblog", otto))["id"]
    await call("POST", f"/api/v1/statuses/{work}/favourite", otto)
    for deed in ("favourite", "bookmark", "pin"):
        await call("POST", f"/api/v1/statuses/{work}/{deed}", mira)
    await call("PUT", f"/api/v1/statuses/{work}", mira, status="hello again #ink")
    await call("POST", f"/api/v1/accounts/{otto.id}/endorse", mira)
    await call("POST", f"/api/v1/accounts/{remote}/mute", mira, duration=60)
    await call("POST", f"/api/v1/accounts/{remote}/block", otto)
    await call("POST", "/api/v1/domain_blocks", mira, domain="bad.example")
    await call("PATCH", "/api/v1/accounts/update_credentials", vera, locked=True)
    await call("POST", f"/api/v1/accounts/{vera.id}/follow", otto)
    await call("POST", "/api/v1/tags/ink/follow", mira)
    tag = await call("POST", "/api/v1/featured_tags", mira, name="ink")
    circle = await call("POST", "/api/v1/lists", mira, title="friends")
    await call("POST", f"/api/v1/lists/{circle['id']}/accounts", mira, account_ids=[otto.id])
    words = [{"keyword": "lovely"}]
    kept = await call("POST", "/api/v2/filters", mira, title="x", context=["home"], keywords_attributes=words)
    named = await call("POST", f"/api/v2/filters/{kept['id']}/statuses", mira, status_id=reply)
    await call("POST", "/api/v1/markers", mira, home={"last_read_id": work})
    question = {"options": ["ink", "oil"], "expires_in": 3600}
    later = await write(mira, scheduled_at="2030-06-01T00:00:00Z", in_reply_to_id=work, poll=question)
    place = {"endpoint": "https://push.example/1", "keys": PUSH_KEYS}
    await call("POST", "/api/v1/push/subscription", mira, subscription=place, data={"policy": "all"})
    gallery = await call("POST", "/api/fedi/v1/galleries", mira, title="Rounds", status_ids=[work])
    kept_people = await _collections(call, mira, otto)
    report = await call("POST", "/api/v1/reports", otto, account_id=mira.id, status_ids=[work], comment="look")
    block = await call("POST", "/api/v1/admin/domain_blocks", vera, domain="worse.example", severity="silence")
    allow = await call("POST", "/api/v1/admin/domain_allows", vera, domain="good.example")
    said = _announced()
    await call("PUT", f"/api/v1/announcements/{said}/reactions/%F0%9F%8E%A8", mira)
    await call("PATCH", "/api/v2/notifications/policy", mira, for_not_following="filter")
    await write(vera, "@mira who are you?")
    held = await call("GET", "/api/v1/notifications/requests", mira)
    told = await call("GET", "/api/v1/notifications", mira)
    groups = await call("GET", "/api/v2/notifications", mira)
    talks = await call("GET", "/api/v1/conversations", mira)
    people, posts = [mira.id, otto.id, remote], [work, poll, quote, inner, reply, direct, boost, draft, theirs]
    return House(
        mira,
        otto,
        vera,
        {
            "accounts": people,
            "suggestions": [otto.id],
            "follow_requests": [otto.id],
            "statuses": posts,
            "quotes": [quote],
            "polls": [poll],
            "drafts": [draft],
            "media": [image],
            "galleries": [gallery["id"]],
            **kept_people,
            "lists": [circle["id"]],
            "list": [circle["id"]],
            "filters": [kept["id"]],
            "keywords": [kept["keywords"][0]["id"]],
            "scheduled_statuses": [later],
            "conversations": [talks[0]["id"]],
            "notifications": [told[0]["id"]],
            "groups": [groups["notification_groups"][0]["group_key"]],
            "requests": [held[0]["id"]],
            "announcements": [said],
            "reactions": ["🎨"],
            "featured_tags": [tag["id"]],
            "filter statuses": [named["id"]],
            "tag": ["ink"],
            "annual_reports": ["2026"],
            "terms_of_service": [terms_of_service.EFFECTIVE],
            "tags": ["ink"],
            "reports": [report["id"]],
            "domain_blocks": [block["id"]],
            "domain_allows": [allow["id"]],
        },
    )


async def _collections(call, mira, otto):
    """Mira recommends otto, who lets everybody do that, and says more of it; mira is in one of another server."""
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, otto.actor_id), "public")
        features.set_policy(session, session.get_one(Actor, mira.actor_id), "public")
    words = {"name": "Ink", "tag_name": "#ink", "language": "en", "account_ids": [otto.id]}
    made = (await call("POST", "/api/v1/collections", mira, **words))["collection"]
    await call("PATCH", f"/api/v1/collections/{made['id']}", mira, description="those who draw")
    with db.writing() as session:
        curator = session.query(Actor).filter(Actor.domain_key == "gts.test").one()
        uri = f"{curator.uri}/collections/1"
        me = session.get_one(Actor, mira.actor_id)
        asked = features.requested(session, me, curator, request_uri=f"{uri}#ask", instrument_uri=uri)
        features.describe(session, uri, curator.uri, title="Pens", summary="<b>", url=None)
        theirs = str(asked.id)
    return {"collections": [made["id"], theirs], "items": [made["items"][0]["id"], theirs]}


def _elsewhere(actor_id):
    """A post of another server, with a picture, terms and all."""
    with db.writing() as session:
        post = Post(
            uri="https://gts.test/n/1",
            actor_id=actor_id,
            content="<p>elsewhere</p>",
            visibility=Visibility.PUBLIC,
            consent="ask",
            licence="https://gts.test/licence",
            terms={"aiConsent": "https://w3id.org/fedi/noai#ask"},
            ai="generated",
        )
        session.add(post)
        session.flush()
        session.add(RemoteMedia(post_id=post.id, url="https://gts.test/a.png", mime="image/png", terms=post.terms))
        return str(post.id)


def _announced():
    """An announcement, and a rule of the house."""
    with db.writing() as session:
        rules.write(session, "Be kind", "To everybody.")
        return str(announcements.say(session, "Hello #everybody").id)
