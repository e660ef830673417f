"""masto.js, a client of others' making for JavaScript, walks over its REST and WebSocket clients; TypeScript then holds
every answer to masto's own types."""

import base64
import json
import os
import subprocess
import urllib.parse
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fedi import clock
from fedi.services.apps import OUT_OF_BAND
from tests.media_pictures import photograph, saved
from tests.walks.browser import let_in
from tests.walks.node import installed
from tests.walks.towns import two_towns, until

pytestmark = [pytest.mark.walk, pytest.mark.slow, pytest.mark.timeout(300)]

SCOPES = "read write follow push profile"
# What masto's types say otherwise than Mastodon's server, which we follow; and the two places where we differ from both.
UNLIKE_MASTOS_TYPES = {
    "MediaAttachment.previewUrl: null for string": "ours: nothing has an address before it is protected",
    "Account.lastStatusAt: null for string": "null for who never posted",
    "AccountCredentials.lastStatusAt: null for string": "the same",
    "AccountSource.role: undefined for Role": "it stands beside `source`",
    "Client.clientSecretExpiresAt: 0 for string | null | undefined": "0: never (RFC 7591)",
    "FeatureApproval.current_user: undefined for keyof FeatureApprovalCurrentUserPolicyRegistry": "masto makes it currentUser",
    'FeaturedTag.statusesCount: "1" for number': "a string since Mastodon 4.0",
    "Filter.keywords: undefined for FilterKeyword[]": "not in the `filtered` of a post",
    "Filter.statuses: undefined for FilterStatus[]": "the same",
    "FilterStatus.id: undefined for string": "{} when it is removed",
    "FilterStatus.statusId: undefined for string": "the same",
    "GroupedNotificationsResults.notificationGroups[]: an object for never": "its type can be nothing at all",
    "InstanceApiVersions.mastodon: 10 for string": "a number",
    "InstanceContact.account: null for Account": "null where nobody is named",
    "InstanceThumbnail.blurhash: undefined for string": "there for uploaded ones alone",
    "InstanceThumbnail.versions: undefined for InstanceThumbnailVersions": "the same",
    "InstanceUrls.status: null for string | undefined": "null where there is none",
    "Marker.notifications: undefined for MarkerItem": "what was never set is left out",
    'NotificationRequest.notificationsCount: "1" for number': "a string",
    "PollOption.emojis: undefined for CustomEmoji[]": "they stand in the poll",
    "Relationship.languages: null for string[]": "null: all of them",
    'Role.id: "-99" for number': "a string, as ids are",
    'Role.permissions: "65536" for number': "a string",
    "Role.createdAt: undefined for string": "told to admins alone",
    "Role.position: undefined for number": "the same",
    "Role.updatedAt: undefined for string": "the same",
    "Status.application: null for Application": "null where it is not told",
    "StatusParams.applicationId: 0 for string": "a number",
    "StatusParams.id: undefined for string": "a post that is not written yet has none",
    "StatusParams.sensitive: null for boolean": "null where it was not given",
    "StatusParams.spoilerText: null for string": "the same",
    "StatusParams.visibility: null for keyof StatusVisibilityRegistry": "the same",
    "Tag.id: undefined for string": "not in the `tags` of a post",
    "WebPushSubscriptionAlerts.admin: undefined for { signUp: boolean; report: boolean; }": "they are called admin.sign_up",
}


class Masto:
    """The node process, and all that it was told: (path, value)."""

    def __init__(self, folder, certificate):
        environment = os.environ | {"NODE_EXTRA_CA_CERTS": str(certificate)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.folder, self.told = folder, []
        self.process = subprocess.Popen(["node", "client.mjs"], cwd=folder, env=environment, **pipes)

    def stop(self):
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0

    def ask(self, **asked):
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Refused(Exception):
    """What masto raised: the status of the answer, and its words."""

    def __init__(self, said):
        super().__init__(said["error"])
        self.status = said["status"]


class Client:
    """masto.js in the hands of one person."""

    def __init__(self, masto, town, token=None):
        self.masto, self.url, self.token = masto, town.origin, token

    def __call__(self, path, *args, **params):
        """The value of `client.v1.statuses.$select("5").favourite()` as `client("v1/statuses/:5/favourite")`."""
        value = self._ask(path=path, args=[*args, params] if params else args)
        self.masto.told.append((path, value))
        return value

    def pages(self, path, most, **params):
        found = self._ask(path=path, args=[params], pages=most)
        self.masto.told += [(path, page) for page in found]
        return found

    def listen(self, stream, **params):
        number = self._ask(listen=stream, args=[params])
        return lambda: self._ask(heard=number)

    def _ask(self, **asked):
        said = self.masto.ask(url=self.url, token=self.token, **asked)
        if "error" in said:
            raise Refused(said)
        return said["value"]


@pytest.fixture(scope="module")
def masto(tmp_path_factory):
    packages = installed("masto")
    with two_towns(tmp_path_factory.mktemp("towns")) as (art, other):
        made = Masto(packages, art.authority.certificate)
        made.people = art.person("mira"), art.person("otto"), other.person("bob")
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """What the walk has come to know, filled by the tests in their order."""
    picture = tmp_path_factory.mktemp("pictures") / "heron.png"
    picture.write_bytes(saved(photograph(320, 240), "PNG"))
    return {"picture": {"$file": str(picture), "type": "image/png"}}


@pytest.fixture(scope="module")
def anyone(masto):
    return Client(masto, masto.people[0].town)


def signed_in(anyone, masto, person):
    """Register, be let in on the page, and trade the code, all by masto's own calls but the person's."""
    app = anyone(
        "v1/apps/create", clientName="Lab", redirectUris=OUT_OF_BAND, scopes=SCOPES, website="https://lab.example"
    )
    assert app["name"] == "Lab"
    asked = {"client_id": app["clientId"], "redirect_uri": OUT_OF_BAND, "response_type": "code", "scope": SCOPES}
    code = let_in(person, f"{person.town.origin}/oauth/authorize?{urllib.parse.urlencode(asked)}")
    keys = {"clientId": app["clientId"], "clientSecret": app["clientSecret"]}
    token = anyone(
        "oauth/token/create", grantType="authorization_code", code=code, redirectUri=OUT_OF_BAND, scope=SCOPES, **keys
    )
    assert (token["tokenType"], token["scope"]) == ("Bearer", SCOPES)
    return Client(masto, person.town, token["accessToken"]), keys


@pytest.fixture(scope="module")
def mira(anyone, masto):
    return signed_in(anyone, masto, masto.people[0])[0]


@pytest.fixture(scope="module")
def otto(anyone, masto, walked):
    client, walked["keys"] = signed_in(anyone, masto, masto.people[1])
    return client


@pytest.fixture(scope="module")
def ids(mira, otto):
    return {who: client("v1/accounts/verifyCredentials")["id"] for who, client in (("mira", mira), ("otto", otto))}


def test_verified(mira, ids):
    me = mira("v1/accounts/verifyCredentials")
    assert (me["acct"], me["source"]["privacy"]) == ("mira", "public")
    assert mira("v1/apps/verifyCredentials")["name"] == "Lab"
    assert ids["mira"] != ids["otto"]


def test_the_instance(anyone, masto):
    town = masto.people[0].town
    v2, v1 = anyone("v2/instance/fetch"), anyone("v1/instance/fetch")
    assert (v2["domain"], v1["uri"]) == (town.domain, town.domain)
    assert v2["configuration"]["urls"]["streaming"] == f"wss://{town.domain}"
    assert v2["configuration"]["statuses"]["maxMediaAttachments"] == 10
    for name in ("peers", "activity"):
        anyone(f"v1/instance/{name}/list")
    assert anyone("v1/instance/extendedDescription/fetch")["content"] is not None
    assert anyone("v1/instance/domainBlocks/fetch") == []
    assert anyone("v1/customEmojis/list") == []


def test_the_profile(mira, walked):
    me = mira(
        "v1/accounts/updateCredentials", displayName="Mira", note="inks #ink", avatar=walked["picture"], discoverable=True,
        locked=False, source={"language": "de"}, fieldsAttributes=[{"name": "Site", "value": "https://mira.example"}],
    )  # fmt: skip
    assert (me["displayName"], me["source"]["note"], me["source"]["language"]) == ("Mira", "inks #ink", "de")
    assert me["fields"][0]["name"] == "Site"
    assert mira("v1/preferences/fetch")["posting:default:language"] == "de"
    assert mira("v1/profile/avatar/remove")["id"] == me["id"]


def test_pictures_and_posts(mira, anyone, walked):
    upload = mira("v2/media/create", file=walked["picture"], description="A heron", focus="0.1,-0.2")
    assert upload["url"].startswith(mira.url), "masto waits until it is protected"
    assert (upload["type"], upload["meta"]["focus"]) == ("image", {"x": 0.1, "y": -0.2})
    assert mira(f"v1/media/:{upload['id']}/update", description="A heron, ink")["description"] == "A heron, ink"
    assert mira(f"v1/media/:{upload['id']}/fetch")["blurhash"]
    work = mira(
        "v1/statuses/create",
        status="a work #ink",
        mediaIds=[upload["id"]],
        visibility="public",
        language="en",
        quoteApprovalPolicy="public",
    )
    assert work["mediaAttachments"][0]["description"] == "A heron, ink"
    assert work["tags"] == [{"name": "ink", "url": f"{mira.url}/tags/ink"}]
    seen = until(
        lambda: (found := anyone(f"v1/statuses/:{work['id']}/fetch"))["mediaAttachments"][0]["url"] and found, "it"
    )
    assert seen["account"]["acct"] == "mira"
    early = mira("v2/media/create", file=walked["picture"], description="An egret", skipPolling=True)
    assert early["url"] is None
    both = mira("v1/statuses/create", status="", mediaIds=[early["id"]])
    until(lambda: mira(f"v1/statuses/:{both['id']}/fetch")["mediaAttachments"][0]["url"], "the egret")
    assert [each["id"] for each in mira("v1/statuses/fetch", id=[work["id"], both["id"]])] == [work["id"], both["id"]]
    walked |= {"work": work["id"], "egret": both["id"]}


def test_an_edit(mira, walked):
    path = f"v1/statuses/:{walked['work']}"
    picture = mira(f"{path}/fetch")["mediaAttachments"][0]["id"]
    edited = mira(
        f"{path}/update", status="a better work #ink", spoilerText="a bird", mediaIds=[picture],
        mediaAttributes=[{"id": picture, "description": "A heron, ink on paper"}],
    )  # fmt: skip
    assert edited["editedAt"]
    assert edited["mediaAttachments"][0]["description"] == "A heron, ink on paper"
    source = mira(f"{path}/source/fetch")
    assert (source["text"], source["spoilerText"]) == ("a better work #ink", "a bird")
    assert [each["spoilerText"] for each in mira(f"{path}/history/list")] == ["", "a bird"]


def test_timelines(mira, otto, anyone, walked):
    assert [each["id"] for each in mira("v1/timelines/home/list", limit=1)] == [walked["egret"]]
    pages = mira.pages("v1/timelines/home/list", 5, limit=1)
    assert [each["id"] for page in pages for each in page] == [walked["egret"], walked["work"]]
    assert walked["work"] in [each["id"] for each in anyone("v1/timelines/public/list", local=True, onlyMedia=True)]
    assert [each["id"] for each in otto("v1/timelines/tag/:ink/list")] == [walked["work"]]
    assert otto("v1/timelines/public/list", remote=True) == []


def test_otto_answers(mira, otto, ids, walked):
    path = f"v1/statuses/:{walked['work']}"
    for deed, word in (("favourite", "favourited"), ("bookmark", "bookmarked"), ("mute", "muted")):
        assert otto(f"{path}/{deed}")[word] is True
        assert otto(f"{path}/un{deed}")[word] is False
        assert otto(f"{path}/{deed}")[word] is True
    assert otto(f"{path}/reblog", visibility="unlisted")["reblog"]["id"] == walked["work"]
    assert otto(f"{path}/unreblog")["reblogged"] is False
    assert otto(f"{path}/reblog")["reblog"]["reblogged"] is True
    assert [each["id"] for each in mira(f"{path}/favouritedBy/list")] == [ids["otto"]]
    assert [each["id"] for each in mira(f"{path}/rebloggedBy/list")] == [ids["otto"]]
    for name in ("favourites", "bookmarks"):
        assert [each["id"] for each in otto(f"v1/{name}/list")] == [walked["work"]]
    reply = otto("v1/statuses/create", status="@mira lovely", inReplyToId=walked["work"])
    assert (reply["inReplyToId"], reply["mentions"][0]["acct"]) == (walked["work"], "mira")
    assert [each["id"] for each in mira(f"{path}/context/fetch")["descendants"]] == [reply["id"]]
    seen = mira(f"{path}/fetch")
    assert (seen["favouritesCount"], seen["reblogsCount"], seen["repliesCount"]) == (1, 1, 1)
    assert mira(f"{path}/pin")["pinned"] is True
    assert [each["id"] for each in otto(f"v1/accounts/:{ids['mira']}/statuses/list", pinned=True)] == [walked["work"]]
    assert mira(f"{path}/unpin")["pinned"] is False
    walked["reply"] = reply["id"]


def test_a_quote(mira, otto, walked):
    quote = otto("v1/statuses/create", status="look", quotedStatusId=walked["work"])
    assert quote["quote"]["state"] == "accepted"
    assert quote["quote"]["quotedStatus"]["id"] == walked["work"]
    assert [each["id"] for each in mira(f"v1/statuses/:{walked['work']}/quotes/list")] == [quote["id"]]


def test_a_poll(mira, otto):
    poll = mira("v1/statuses/create", status="which?", poll={"options": ["ink", "oil"], "expiresIn": 3600})["poll"]
    assert (poll["multiple"], poll["expired"], poll["ownVotes"]) == (False, False, [])
    voted = otto(f"v1/polls/:{poll['id']}/votes/create", choices=[1])
    assert [each["votesCount"] for each in voted["options"]] == [0, 1]
    assert (voted["voted"], voted["ownVotes"]) == (True, [1])
    assert mira(f"v1/polls/:{poll['id']}/fetch")["votersCount"] == 1
    with pytest.raises(Refused) as refused:
        otto(f"v1/polls/:{poll['id']}/votes/create", choices=[0])
    assert refused.value.status == 422


def test_a_scheduled_post(mira):
    tomorrow = clock.iso_millis(clock.now() + timedelta(days=1))
    later = mira("v1/statuses/create", status="later", scheduledAt=tomorrow)
    assert later["scheduledAt"] == tomorrow
    path = f"v1/scheduledStatuses/:{later['id']}"
    after = clock.iso_millis(clock.now() + timedelta(days=2))
    assert mira(f"{path}/update", scheduledAt=after)["scheduledAt"] == after
    assert mira(f"{path}/fetch")["params"]["text"] == "later"
    assert [each["id"] for each in mira("v1/scheduledStatuses/list")] == [later["id"]]
    mira(f"{path}/remove")
    assert mira("v1/scheduledStatuses/list") == []


def test_following(mira, otto, ids):
    path = f"v1/accounts/:{ids['mira']}"
    assert otto(f"{path}/follow", reblogs=True, notify=True)["notifying"] is True
    assert [each["id"] for each in mira(f"{path}/followers/list")] == [ids["otto"]]
    assert [each["id"] for each in otto(f"v1/accounts/:{ids['otto']}/following/list")] == [ids["mira"]]
    assert mira("v1/accounts/relationships/fetch", id=[ids["otto"]])[0]["followedBy"] is True
    assert mira(f"v1/accounts/:{ids['otto']}/note/create", comment="a friend")["note"] == "a friend"
    assert mira("v1/accounts/lookup", acct="otto")["id"] == ids["otto"]
    assert [each["id"] for each in mira("v1/accounts/search/list", q="ott")] == [ids["otto"]]
    assert otto(f"{path}/fetch")["followersCount"] == 1
    mira("v1/accounts/updateCredentials", locked=True)
    mira(f"v1/accounts/:{ids['otto']}/removeFromFollowers")
    for answer, followed in (("reject", False), ("authorize", True)):
        assert otto(f"{path}/follow")["requested"] is True
        assert [each["id"] for each in mira("v1/followRequests/list")] == [ids["otto"]]
        assert mira(f"v1/followRequests/:{ids['otto']}/{answer}")["followedBy"] is followed
    mira("v1/accounts/updateCredentials", locked=False)


def test_somebody_elsewhere(mira, masto, walked):
    bob = masto.people[2]
    found = mira("v2/search/list", q=f"@{bob.handle}", resolve=True, type="accounts")["accounts"]
    assert [each["acct"] for each in found] == [bob.handle]
    walked["bob"] = found[0]["id"]
    mira(f"v1/accounts/:{walked['bob']}/follow")
    relation = lambda: mira("v1/accounts/relationships/fetch", id=[walked["bob"]])[0]  # noqa: E731
    until(lambda: relation()["following"], "the Accept")
    written = bob.post("/api/v1/statuses", status="from elsewhere #ink")
    seen = until(lambda: [each for each in mira("v1/timelines/home/list") if each["uri"] == written["uri"]], "it")[0]
    assert (seen["account"]["acct"], seen["url"]) == (bob.handle, written["url"])
    assert mira("v2/search/list", q=written["url"], resolve=True, type="statuses")["statuses"][0]["id"] == seen["id"]
    assert [each["name"] for each in mira("v2/search/list", q="ink", type="hashtags")["hashtags"]] == ["ink"]


def test_lists(mira, walked):
    made = mira("v1/lists/create", title="inks", exclusive=False)
    path = f"v1/lists/:{made['id']}"
    assert mira(f"{path}/update", title="oils")["title"] == "oils"
    mira(f"{path}/accounts/create", accountIds=[walked["bob"]])
    assert [each["id"] for each in mira(f"{path}/accounts/list")] == [walked["bob"]]
    assert mira(f"v1/timelines/list/:{made['id']}/list")[0]["account"]["id"] == walked["bob"]
    assert mira(f"v1/accounts/:{walked['bob']}/lists/list") == [mira(f"{path}/fetch")]
    mira(f"{path}/accounts/remove", accountIds=[walked["bob"]])
    assert mira(f"{path}/accounts/list") == []
    assert mira("v1/lists/list")[0]["title"] == "oils"
    mira(f"{path}/remove")
    assert mira("v1/lists/list") == []


def test_filters(otto, walked):
    made = otto(
        "v2/filters/create", title="birds", context=["home", "thread"], filterAction="warn",
        keywordsAttributes=[{"keyword": "better", "wholeWord": True}],
    )  # fmt: skip
    path = f"v2/filters/:{made['id']}"
    word = otto(f"{path}/keywords/create", keyword="egret")
    assert {each["keyword"] for each in otto(f"{path}/keywords/list")} == {"better", "egret"}
    assert otto(f"v2/filters/keywords/:{word['id']}/update", keyword="crane")["keyword"] == "crane"
    assert otto(f"v2/filters/keywords/:{word['id']}/fetch")["wholeWord"] is True
    otto(f"v2/filters/keywords/:{word['id']}/remove")
    status = otto(f"{path}/statuses/create", statusId=walked["egret"])
    assert [each["statusId"] for each in otto(f"{path}/statuses/list")] == [walked["egret"]]
    seen = next(each for each in otto("v1/timelines/home/list") if each["id"] == walked["work"])
    assert seen["filtered"][0]["filter"]["title"] == "birds"
    assert seen["filtered"][0]["keywordMatches"] == ["better"]
    otto(f"v2/filters/statuses/:{status['id']}/remove")
    kept = made["keywords"][0]["id"]
    changed = otto(f"{path}/update", title="herons", keywordsAttributes=[{"id": kept, "_destroy": True}])
    assert (changed["title"], changed["keywords"]) == ("herons", [])
    assert [each["id"] for each in otto("v2/filters/list")] == [made["id"]]
    otto(f"{path}/remove")


def test_tags(mira):
    assert mira("v1/tags/:ink/follow")["following"] is True
    assert [each["name"] for each in mira("v1/followedTags/list")] == ["ink"]
    assert mira("v1/tags/:ink/fetch")["history"][0]["uses"]
    assert mira("v1/tags/:ink/unfollow")["following"] is False
    featured = mira("v1/featuredTags/create", name="ink")
    assert [each["id"] for each in mira("v1/featuredTags/list")] == [featured["id"]]
    mira("v1/featuredTags/suggestions/list")
    mira(f"v1/featuredTags/:{featured['id']}/remove")
    assert mira("v1/trends/tags/list")[0]["name"] == "ink"
    assert mira("v1/trends/statuses/list") is not None
    assert mira("v1/trends/links/list") == []


def test_notifications(mira, ids, walked):
    told = mira("v1/notifications/list")
    assert {each["type"] for each in told} >= {"favourite", "reblog", "mention", "follow", "quote"}
    mention = mira("v1/notifications/list", types=["mention"])[0]
    assert mention["status"]["id"] == walked["reply"]
    assert mira(f"v1/notifications/:{mention['id']}/fetch")["account"]["id"] == ids["otto"]
    assert mira("v1/notifications/unreadCount/fetch")["count"] > 0
    grouped = mira("v2/notifications/list", expandAccounts="full", groupedTypes=["favourite", "reblog"])
    group = next(each for each in grouped["notificationGroups"] if each["type"] == "favourite")
    assert group["sampleAccountIds"] == [ids["otto"]]
    assert (group["statusId"], group["notificationsCount"]) == (walked["work"], 1)
    assert group["pageMinId"] == group["pageMaxId"]
    assert int(group["pageMaxId"]) == pytest.approx(group["mostRecentNotificationId"])  # a number, as Mastodon has it
    assert {each["id"] for each in grouped["accounts"]} >= {ids["otto"]}
    assert (
        mira(f"v2/notifications/:{group['groupKey']}/fetch")["notificationGroups"][0]["groupKey"] == group["groupKey"]
    )
    assert mira(f"v2/notifications/:{group['groupKey']}/accounts/fetch")[0]["id"] == ids["otto"]
    assert mira("v2/notifications/unreadCount/fetch")["count"] > 0
    mira(f"v2/notifications/:{group['groupKey']}/dismiss")
    assert mira("v1/notifications/list", types=["favourite"]) == []
    assert mira("v1/markers/create", home={"lastReadId": walked["work"]})["home"]["lastReadId"] == walked["work"]
    assert mira("v1/markers/fetch", timeline=["home"])["home"]["version"] == 0
    mira(f"v1/notifications/:{mention['id']}/dismiss")
    mira("v1/notifications/clear")
    assert mira("v1/notifications/list") == []


def test_whose_notifications_are_taken(mira, otto, ids):
    changed = mira("v2/notifications/policy/update", forNotFollowing="filter")
    assert changed["forNotFollowing"] == "filter"
    otto("v1/statuses/create", status="@mira are you there?")
    request = until(lambda: mira("v1/notifications/requests/list"), "the request")[0]
    assert request["account"]["id"] == ids["otto"]
    assert mira("v2/notifications/policy/fetch")["summary"]["pendingRequestsCount"] == 1
    assert mira(f"v1/notifications/requests/:{request['id']}/fetch")["lastStatus"]["mentions"]
    mira(f"v1/notifications/requests/:{request['id']}/accept")
    assert until(lambda: mira("v1/notifications/requests/merged/fetch")["merged"], "the merge")
    assert mira("v1/notifications/list", types=["mention"])
    mira("v2/notifications/policy/update", forNotFollowing="accept")


def test_conversations(mira, otto):
    otto("v1/statuses/create", status="@mira between us", visibility="direct")
    talk = mira("v1/conversations/list")[0]
    assert talk["unread"] is True
    assert mira(f"v1/conversations/:{talk['id']}/read")["unread"] is False
    assert mira(f"v1/conversations/:{talk['id']}/unread")["unread"] is True
    mira(f"v1/conversations/:{talk['id']}/remove")
    assert mira("v1/conversations/list") == []


def test_to_be_left_alone(mira, ids, walked):
    path = f"v1/accounts/:{ids['otto']}"
    assert mira(f"{path}/mute", notifications=False, duration=3600)["mutingNotifications"] is False
    assert [each["id"] for each in mira("v1/mutes/list")] == [ids["otto"]]
    assert mira(f"{path}/unmute")["muting"] is False
    mira("v1/domainBlocks/create", domain="bad.example")
    assert mira("v1/domainBlocks/list") == ["bad.example"]
    mira("v1/domainBlocks/remove", domain="bad.example")
    report = mira("v1/reports/create", accountId=ids["otto"], statusIds=[walked["reply"]], comment="x", category="spam")
    assert (report["targetAccount"]["id"], report["category"]) == (ids["otto"], "spam")
    mira("v1/accounts/familiarFollowers/fetch", id=[ids["otto"]])
    mira("v1/directory/list", local=True, order="active")
    mira("v2/suggestions/list")


def test_push(mira):
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {
        "p256dh": base64.urlsafe_b64encode(point).decode(),
        "auth": base64.urlsafe_b64encode(b"sixteen bytes ok").decode(),
    }
    made = mira(
        "v1/push/subscription/create", subscription={"endpoint": "https://push.example/x", "keys": keys},
        data={"alerts": {"mention": True}}, policy="all",
    )  # fmt: skip
    assert made["alerts"]["mention"] is True
    assert mira("v1/push/subscription/fetch")["endpoint"] == "https://push.example/x"
    assert mira("v1/push/subscription/update", data={"alerts": {"follow": True}})["alerts"]["follow"] is True
    mira("v1/push/subscription/remove")


def test_streams(masto, mira, otto, ids):
    """Over one WebSocket each, with the token as its protocol."""
    kept = mira("v1/lists/create", title="otto")
    mira(f"v1/accounts/:{ids['otto']}/follow")
    mira(f"v1/lists/:{kept['id']}/accounts/create", accountIds=[ids["otto"]])
    streams = {
        "user": mira.listen("user"),
        "notes": mira.listen("user/notification"),
        "local": mira.listen("public/local"),
        "public": mira.listen("public"),
        "tag": mira.listen("hashtag", tag="ink"),
        "list": mira.listen("list", list=kept["id"]),
        "direct": mira.listen("direct"),
    }

    def heard(name, event):
        return [each["payload"] for each in streams[name]() if each["event"] == event]

    said = []

    def said_and_heard():
        """Again and again until all are listening: no answer tells that a subscription stands."""
        said.append(otto("v1/statuses/create", status="@mira new #ink")["id"])
        return all(heard(name, "update") for name in ("user", "local", "public", "tag", "list"))

    until(said_and_heard, "updates in every stream")
    for name in ("user", "local", "public", "tag", "list"):
        assert set(said) >= {each["id"] for each in heard(name, "update")}
    mention = until(lambda: heard("notes", "notification"), "the mention")[0]
    assert (mention["type"], mention["account"]["id"]) == ("mention", ids["otto"])
    otto("v1/statuses/create", status="@mira quietly", visibility="direct")
    assert "quietly" in until(lambda: heard("direct", "conversation"), "it")[0]["lastStatus"]["content"]
    otto(f"v1/statuses/:{said[-1]}/update", status="@mira newer #ink")
    assert until(lambda: heard("user", "status.update"), "the edit")[0]["id"] == said[-1]
    made = mira("v2/filters/create", title="x", context=["home"], filterAction="warn")
    until(lambda: [each for each in streams["user"]() if each["event"] == "filters_changed"], "word of the filter")
    mira(f"v2/filters/:{made['id']}/remove")
    otto(f"v1/statuses/:{said[-1]}/remove")
    assert until(lambda: heard("user", "delete"), "the delete") == [said[-1]]
    masto.told += [("stream", event) for stream in streams.values() for event in stream()]
    masto.ask(close=True)


def test_blocks(mira, otto, ids):
    path = f"v1/accounts/:{ids['otto']}"
    assert mira(f"{path}/block")["blocking"] is True
    assert [each["id"] for each in mira("v1/blocks/list")] == [ids["otto"]]
    with pytest.raises(Refused) as refused:
        otto(f"v1/accounts/:{ids['mira']}/follow")
    assert refused.value.status == 403
    assert mira(f"{path}/unblock")["blocking"] is False


def test_deleting(mira, otto, walked):
    path = f"v1/statuses/:{walked['work']}"
    gone = mira(f"{path}/remove")
    assert (gone["id"], gone["text"]) == (walked["work"], "a better work #ink")
    with pytest.raises(Refused) as refused:
        otto(f"{path}/fetch")
    assert refused.value.status == 404


def test_the_token_is_given_back(otto, walked):
    otto("oauth/revoke", token=otto.token, **walked["keys"])
    with pytest.raises(Refused) as refused:
        otto("v1/accounts/verifyCredentials")
    assert refused.value.status == 401


def typed(path, value):
    """masto's own type of what a call gives."""
    if path == "stream":
        return "mastodon.streaming.Event"
    if path == "v1/statuses/create":  # it has two signatures
        return f"mastodon.v1.{'ScheduledStatus' if 'scheduledAt' in value else 'Status'}"
    kind = "mastodon.oauth.Client" if path.startswith("oauth/") else "mastodon.rest.Client"
    for name in path.removeprefix("oauth/").split("/"):
        kind = f'ReturnType<{kind}["$select"]>' if name.startswith(":") else f'{kind}["{name}"]'
    return f"Answer<{kind}>"


def test_every_answer_is_of_mastos_types(masto):
    told = [(path, typed(path, value), value) for path, value in masto.told]
    assert len(told) > 200
    pipes = {"input": json.dumps(told), "capture_output": True, "text": True, "timeout": 120}
    done = subprocess.run(["node", "types.mjs"], cwd=masto.folder, check=False, **pipes)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout).keys() == UNLIKE_MASTOS_TYPES.keys(), done.stdout
