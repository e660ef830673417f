"""Mastodon.py, a client of others' making, does what an artist does: sign in, upload, post, edit, read, talk, delete."""

import threading
import time

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, StreamListener
from mastodon.return_types import (
    Account,
    Context,
    InstanceV2,
    MediaAttachment,
    Notification,
    Relationship,
    SearchV2,
    Status,
)

from fedi import clock, db
from fedi.models.account import Account as OurAccount
from fedi.services import accounts, apps, tokens
from fedi.tasks import media as media_task
from fedi.web.api import streaming
from tests import people
from tests.media_pictures import photograph, saved
from tests.servers import serving

pytestmark = [pytest.mark.walk, pytest.mark.slow]


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as address:
        yield address


def person(name):
    with db.writing() as session:
        made = accounts.create(
            session, name=name, email=f"{name}@mail.example", password_hash="!", key=people.rsa_key()
        )
        return tokens.issue(session, session.get_one(OurAccount, made.id), "read write follow push profile")


def client(server, token):
    return Mastodon(access_token=token, api_base_url=server, ratelimit_method="throw", version_check_mode="none")


def test_walk(server, tmp_path):
    mira, otto = client(server, person("mira")), client(server, person("otto"))
    me, him = mira.account_verify_credentials(), otto.me()
    assert isinstance(me, Account)
    assert (me.acct, me.created_at.tzinfo is not None) == ("mira", True)
    assert isinstance(mira.instance(), InstanceV2)
    assert mira.instance_v2().configuration.statuses.max_media_attachments == 10
    assert mira.instance_v1().version.startswith("4.")
    assert mira.instance_health()

    upload = mira.media_post(
        saved(photograph(), "PNG"), mime_type="image/png", description="alt", focus=(0.1, -0.2), synchronous=False
    )
    assert isinstance(upload, MediaAttachment)
    assert upload.url is None
    written = mira.status_post("a work #ink", media_ids=[upload], idempotency_key="once")
    assert written.id == mira.status_post("a work #ink", media_ids=[upload], idempotency_key="once").id
    media_task.protect()
    seen = otto.status(written.id)
    assert isinstance(seen, Status)
    assert seen.media_attachments[0].url.startswith(server)
    assert seen.media_attachments[0].meta.focus.x == 0.1
    assert seen.created_at <= clock.now()
    assert mira.media(upload.id).description == "alt"

    edited = mira.status_update(written.id, status="a better work #ink", spoiler_text="cw")
    assert edited.edited_at is not None
    assert mira.status_source(written.id).text == "a better work #ink"
    assert len(mira.status_history(written.id)) == 2

    assert isinstance(otto.account_follow(me), Relationship)
    assert [status.id for status in otto.timeline_home()] == [written.id]
    assert [status.id for status in otto.timeline_hashtag("ink", only_media=True)] == [written.id]
    assert [status.id for status in otto.timeline_local()] == [written.id]
    assert otto.status_favourite(written).favourited
    assert otto.status_reblog(written).reblog.id == written.id
    assert otto.status_bookmark(written).bookmarked
    assert [status.id for status in otto.bookmarks()] == [written.id]
    assert [status.id for status in otto.favourites()] == [written.id]
    reply = otto.status_reply(mira.status(written.id), "lovely")
    assert isinstance(mira.status_context(written.id), Context)
    assert [status.id for status in mira.status_context(written.id).descendants] == [reply.id]
    told = mira.notifications()
    assert all(isinstance(each, Notification) for each in told)
    assert {each.type for each in told} == {"mention", "favourite", "reblog", "follow"}
    assert mira.notifications(types=["mention"])[0].status.id == reply.id
    assert mira.grouped_notifications().notification_groups
    mira.notifications_dismiss(told[0].id)
    mira.notifications_clear()
    assert list(mira.notifications()) == []

    found = mira.search("otto", resolve=False)
    assert isinstance(found, SearchV2)
    assert found.accounts[0].id == him.id
    assert mira.account_lookup("otto").id == him.id
    assert mira.account_search("ott")[0].id == him.id
    assert mira.account_relationships(him)[0].followed_by
    assert mira.account_followers(me)[0].id == him.id
    assert otto.account_following(him)[0].id == me.id
    assert mira.status_favourited_by(written)[0].id == him.id
    assert mira.status_reblogged_by(written)[0].id == him.id
    assert mira.status_pin(written).pinned
    assert mira.account_statuses(me, pinned=True)[0].id == written.id
    assert mira.account_mute(him).muting
    assert mira.mutes()[0].id == him.id
    assert not mira.account_unmute(him).muting
    assert mira.account_block(him).blocking
    assert mira.blocks()[0].id == him.id
    mira.account_unblock(him)
    assert mira.report(him, status_ids=[reply], comment="only a test").target_account.id == him.id
    mira.account_update_credentials(display_name="Mira", note="inks", fields=[("Site", "https://mira.example")])
    assert mira.me().source.note == "inks"
    mira.markers_set(["home"], [written])
    assert mira.markers_get(["home"]).home.last_read_id == written.id
    for method in (
        "preferences", "custom_emojis", "lists", "filters", "filters_v2", "announcements", "conversations", "trending_tags",
        "trending_statuses", "trending_links", "suggestions", "featured_tags", "followed_tags", "scheduled_statuses", "endorsements",
        "domain_blocks", "follow_requests", "instance_peers", "instance_activity", "instance_rules", "directory",
        "notifications_policy",
    ):  # fmt: skip
        getattr(mira, method)()

    page = [mira.status_post(f"number {number}") for number in range(5)]
    first = mira.account_statuses(me, limit=2, exclude_reblogs=True)
    older = mira.fetch_next(first)
    assert [status.id for status in [*first, *older]] == [status.id for status in page[:0:-1]]
    assert mira.fetch_previous(older)[-1].id == first[-1].id
    mira.status_delete(written.id)
    with pytest.raises(MastodonNotFoundError):
        otto.status(written.id)
    with pytest.raises(MastodonAPIError):
        mira.status_post("")


class Heard(StreamListener):
    """What a stream told; `settled` when it said anything."""

    def __init__(self):
        self.posts, self.notifications, self.gone, self.told = [], [], [], threading.Event()

    def on_update(self, status):
        self.posts.append(status)
        self.told.set()

    def on_notification(self, notification):
        self.notifications.append(notification)
        self.told.set()

    def on_delete(self, status_id):
        self.gone.append(status_id)
        self.told.set()

    def next(self):
        assert self.told.wait(5)
        self.told.clear()


def test_streams(server, monkeypatch):
    monkeypatch.setattr(streaming, "LASTS_SECONDS", 3600.0)
    mira, otto = client(server, person("mira")), client(server, person("otto"))
    assert mira.stream_healthy()
    otto.account_follow(mira.me())
    heard, public = Heard(), Heard()
    streams = [otto.stream_user(heard, run_async=True), mira.stream_public(public, run_async=True, local=True)]
    time.sleep(1)
    written = mira.status_post("a work")
    heard.next()
    public.next()
    assert isinstance(heard.posts[0], Status)
    assert [status.id for status in (*heard.posts, *public.posts)] == [written.id] * 2
    mira.account_follow(otto.me())
    heard.next()
    assert [each.type for each in heard.notifications] == ["follow"]
    mira.status_delete(written)
    heard.next()
    assert [str(each) for each in heard.gone] == [str(written.id)]
    for stream in streams:
        stream.close()


def test_signing_in(server):
    """Registration, a code for a token, and revoking it; the pages between are walked by test_oauth."""
    client_id, secret = Mastodon.create_app("Lab", api_base_url=server, scopes=["read", "write"])
    person("mira")
    with db.writing() as session:
        code = tokens.make_code(
            session,
            app=apps.find(session, client_id),
            account=accounts.by_name(session, "mira"),
            redirect_uri=apps.OUT_OF_BAND,
            scopes=["read", "write"],
        )
    app = Mastodon(client_id, secret, api_base_url=server, version_check_mode="none")
    app.log_in(code=code, scopes=["read", "write"], allow_http=True)
    assert app.me().acct == "mira"
    assert app.app_verify_credentials().name == "Lab"
    app.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonAPIError):
        app.me()
