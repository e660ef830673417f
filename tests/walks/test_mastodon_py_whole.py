"""Every public method of Mastodon.py is called, and what it hands out is what it is annotated with."""

import inspect
import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Any, get_type_hints

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonError, StreamListener
from mastodon.return_types import GroupedNotificationsResults, PushNotification

from fedi import clock, config, db
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.services import accounts, announcements, apps, features, tokens
from fedi.tasks import media as media_task
from fedi.tasks import push as push_task
from fedi.web.api import streaming
from tests import people
from tests.media_pictures import photograph, saved
from tests.push_service import Service
from tests.servers import serving
from tests.walks import hints
from tests.walks.towns import Authority

pytestmark = [pytest.mark.walk, pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

SCOPES = ["read", "write", "follow", "push", "profile"]
# Parts of it that are for moderators.
APART = {"mastodon.admin"}
# Answers that are annotated otherwise than they come: from us, or from Mastodon.py itself.
ANNOTATED_OTHERWISE = {
    "Application.id: NoneType for Union": "of the app of a post Mastodon tells name and website",
    "Application.redirect_uri: NoneType for str": "the same",
    "Application.redirect_uris: NoneType for NonPaginatableList": "the same",
    "Application.scopes: NoneType for NonPaginatableList": "the same",
    "Application.vapid_key: NoneType for str": "the same",
    "ExtendedDescription.updated_at: NoneType for datetime": "nobody wrote one",
    "FeaturedTag.statuses_count: NoneType for str": "featured_tag_suggestions gives tags",
    "Filter.irreversible: NoneType for bool": "filter_v2 gives a FilterV2",
    "Filter.phrase: NoneType for str": "the same",
    "Filter.whole_word: NoneType for bool": "the same",
    "Instance.contact_account: NoneType for Account": "nobody is named",
    "InstanceContact.account: NoneType for Account": "the same",
    "MediaAttachment.blurhash: NoneType for str": "it is being protected",
    "MediaAttachment.url: NoneType for str": "the same",
    "MediaAttachmentMetadataContainer.original: NoneType for Union": "the same",
    "MediaAttachmentMetadataContainer.small: NoneType for MediaAttachmentImageMetadata": "the same",
    "Report.rules_ids: NoneType for NonPaginatableList": "Mastodon calls it rule_ids",
    "await_async_refresh: PaginatableList for Optional": "what it was given",
    "endorsements: PaginatableList for NonPaginatableList": "it has pages, in Mastodon too",
    "fetch_remaining: list for PaginatableList": "its own list",
    "filters_apply: list for Union": "its own list",
    "get_approx_server_time: datetime for datetime": "the module stands for the class",
    "make_poll: dict for Poll": "its own dict",
    "push_subscription_generate_keys[]: bytes for str": "its own keys",
    "push_subscription_generate_keys[]: int for str": "its own keys",
    "status_card: NoneType for PreviewCard": "no cards are made of links",
    "status_favourited_by: PaginatableList for NonPaginatableList": "it has pages, in Mastodon too",
    "status_reblogged_by: PaginatableList for NonPaginatableList": "it has pages, in Mastodon too",
    "suggestions: list for Union": "its own list",
    "trends: PaginatableList for NonPaginatableList": "it has pages, in Mastodon too",
}


class Watched:
    """Mastodon.py in the hands of a person: every call is remembered and its answer is held to its annotation."""

    def __init__(self, client, called, faults):
        self.client, self.called, self.faults = client, called, faults

    def __getattr__(self, name):
        return partial(self._call, name)

    def _call(self, name, /, *args, **more):
        self.called.add(name)
        answer = getattr(self.client, name)(*args, **more)
        self.faults |= hints.faults(answer, get_type_hints(getattr(Mastodon, name)).get("return", Any), name)
        return answer

    def refuses(self, name, *args, **more):
        """What is called in vain: Mastodon.py says so with an error of its own."""
        self.called.add(name)
        with pytest.raises(MastodonError):
            getattr(self.client, name)(*args, **more)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Over TLS, as Mastodon.py asks some things of no other server."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    trusted = str(authority.certificate)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REQUESTS_CA_BUNDLE", trusted)
        patched.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", trusted)
        with serving(tmp_path_factory.mktemp("house"), tls_cert=trusted, tls_key=str(authority.key)) as address:
            yield address


@pytest.fixture(scope="module")
def walked(server):
    """What the walk has come to know, filled by the tests in their order."""
    client_id, secret = Mastodon.create_app("Lab", api_base_url=server, scopes=SCOPES, website="https://lab.example")
    return {"client_id": client_id, "client_secret": secret, "called": set(), "faults": set()}


def signed_in(server, walked, name):
    """An app of theirs with a token of its own."""
    client = Mastodon(walked["client_id"], walked["client_secret"], api_base_url=server, version_check_mode="none")
    with db.writing() as session:
        made = accounts.create(
            session, name=name, email=f"{name}@mail.example", password_hash="!", key=people.rsa_key()
        )
        code = tokens.make_code(
            session,
            app=apps.find(session, walked["client_id"]),
            account=session.get_one(Account, made.id),
            redirect_uri=apps.OUT_OF_BAND,
            scopes=SCOPES,
        )
    watched = Watched(client, walked["called"], walked["faults"])
    watched.log_in(code=code, scopes=SCOPES)
    return watched


@pytest.fixture(scope="module")
def mira(server, walked):
    return signed_in(server, walked, "mira")


@pytest.fixture(scope="module")
def otto(server, walked):
    return signed_in(server, walked, "otto")


@pytest.fixture(scope="module")
def ben(server, walked):
    return signed_in(server, walked, "ben")


def ids(found):
    return [each.id for each in found]


def test_the_app(server, mira, walked):
    fresh = Watched(mira.client, walked["called"], walked["faults"])
    client_id, secret = fresh.create_app("Lab", api_base_url=server)
    assert client_id != walked["client_id"]
    assert secret
    assert fresh.app_verify_credentials().name == "Lab"
    assert fresh.auth_request_url(client_id=client_id).startswith(f"{server}/oauth/authorize?")
    assert fresh.persistable_login_credentials().split("\n")[1] == server
    assert fresh.oauth_authorization_server_info().issuer == f"{server}/"
    assert fresh.oauth_userinfo().sub == f"{server}/users/mira"
    assert fresh.retrieve_mastodon_version().startswith("4.")
    assert fresh.verify_minimum_version("4.3.0")
    assert fresh.get_supported_version()
    fresh.set_language("en")
    assert abs(fresh.get_approx_server_time() - datetime.now()) < timedelta(minutes=1)
    fresh.clear_caches()
    # Nobody may sign up here, and her address waits for nothing.
    fresh.refuses("create_account", "lea", "correct horse battery", "lea@mail.example", agreement=True)
    fresh.refuses("email_resend_confirmation")


def test_the_instance(mira):
    assert mira.instance().domain == mira.instance_v2().domain == mira.instance_v1().uri
    assert mira.instance_health()
    assert mira.instance_nodeinfo().software.name == "fedi"
    assert mira.instance_peers() == []
    for name in ("activity", "rules", "domain_blocks", "languages", "translation_languages", "extended_description"):
        getattr(mira, f"instance_{name}")()
    mira.custom_emojis()


def test_terms_of_service(mira):
    assert mira.instance_terms_of_service().content


def test_the_profile(mira, otto):
    me = mira.account_verify_credentials()
    assert me == mira.me()
    picture = saved(photograph(), "PNG")
    changed = mira.account_update_credentials(
        display_name="Mira", note="inks", avatar=picture, avatar_mime_type="image/png", avatar_description="a face",
        fields=[("Site", "https://mira.example")], discoverable=True, bot=False, default_language="de",
    )  # fmt: skip
    assert (changed.display_name, changed.avatar_description, changed.source.language) == ("Mira", "a face", "de")
    assert (
        mira.profile_update(note="inks and oils", header=picture, header_mime_type="image/png").note == "inks and oils"
    )
    assert mira.profile().display_name == "Mira"
    assert mira.account_delete_avatar().id == me.id
    assert mira.account_delete_header().id == me.id
    otto.account_update_credentials(discoverable=True)
    assert set(ids(mira.directory(local=True))) <= {me.id, otto.me().id}
    assert mira.preferences()["posting:default:language"] == "de"


def test_pictures_and_posts(mira, otto, walked):
    upload = mira.media_post(
        saved(photograph(), "PNG"), mime_type="image/png", description="a heron", synchronous=False
    )
    assert mira.media_update(upload.id, description="A heron", focus=(0.1, 0.2)).meta.focus.x == 0.1
    written = mira.status_post(
        "a work #ink https://mira.example", media_ids=[upload], language="en", quote_approval_policy="public"
    )
    media_task.protect()
    seen = otto.status(written)
    assert (seen.language, seen.media_attachments[0].description) == ("en", "A heron")
    assert len(otto.decode_blurhash(mira.media(upload))[0][0]) == 3
    new = mira.generate_media_edit_attributes(upload.id, description="A heron, ink")
    edited = mira.status_update(written, "a better work #ink", media_attributes=[new])
    assert edited.media_attachments[0].description == "A heron, ink"
    assert len(mira.status_history(written)) == 2
    assert mira.status_source(written).text == "a better work #ink"
    assert mira.get_status_length("a better work #ink") == 18
    assert mira.toot("words").content == "<p>words</p>"
    assert ids(mira.statuses([written.id])) == [written.id]
    later = mira.status_post("later", scheduled_at=clock.now() + timedelta(days=1))
    assert ids(mira.scheduled_statuses()) == [later.id]
    assert mira.scheduled_status(later).params.text == "later"
    moved = mira.scheduled_status_update(later, clock.now() + timedelta(days=2))
    assert moved.scheduled_at > later.scheduled_at
    mira.scheduled_status_delete(later)
    walked |= {"work": written.id, "upload": upload}


def test_otto_answers(mira, otto, walked):
    work = walked["work"]
    reply = otto.status_reply(otto.status(work), "lovely")
    assert ids(mira.status_context(work).descendants) == [reply.id]
    assert otto.status_favourite(work).favourited
    assert ids(otto.favourites()) == [work]
    assert ids(mira.status_favourited_by(work)) == [otto.me().id]
    assert not otto.status_unfavourite(work).favourited
    assert otto.status_reblog(work).reblog.id == work
    assert ids(mira.status_reblogged_by(work)) == [otto.me().id]
    assert not otto.status_unreblog(work).reblogged
    assert otto.status_bookmark(work).bookmarked
    assert ids(otto.bookmarks()) == [work]
    assert not otto.status_unbookmark(work).bookmarked
    assert otto.status_mute(work).muted
    assert not otto.status_unmute(work).muted
    assert mira.status_pin(work).pinned
    assert not mira.status_unpin(work).pinned
    otto.status_card(work)
    mira.refuses("status_translate", work)  # nothing here translates
    walked["reply"] = reply.id


def test_quotes(mira, otto, walked):
    quote = otto.status_post("look", quoted_status_id=walked["work"])
    assert quote.quote.quoted_status.id == walked["work"]
    assert ids(mira.status_quotes(walked["work"])) == [quote.id]
    assert mira.status_quote_revoke(walked["work"], quote).quote.state == "revoked"
    changed = mira.status_update_quote_approval_policy(walked["work"], "nobody")
    assert changed.quote_approval.automatic == []


def test_polls(mira, otto):
    asked = mira.status_post("which?", poll=mira.make_poll(["ink", "oil"], 3600, multiple=True)).poll
    voted = otto.poll_vote(asked, [0, 1])
    assert (voted.own_votes, [each.votes_count for each in voted.options]) == ([0, 1], [1, 1])
    assert mira.poll(asked).voters_count == 1


def test_people(mira, otto, ben):
    me, him = mira.me().id, otto.me().id
    assert otto.account_follow(me, notify=True).notifying
    assert ids(mira.account_followers(me)) == [him]
    assert ids(mira.account_following(him)) == [me]
    assert mira.account(him).acct == mira.account_lookup("otto").acct == "otto"
    assert ids(mira.accounts([him])) == ids(mira.account_search("ott")) == [him]
    assert mira.account_relationships(him)[0].followed_by
    assert mira.account_remove_from_followers(him).followed_by is False
    assert mira.account_note_set(him, "a friend").note == "a friend"
    assert otto.follows("mira").following
    assert not otto.account_unfollow(me).following
    assert mira.account_mute(him, duration=3600).muting
    assert mira.mutes()[0].mute_expires_at > clock.now()
    assert not mira.account_unmute(him).muting
    assert mira.account_block(him).blocking
    assert ids(mira.blocks()) == [him]
    assert not mira.account_unblock(him).blocking
    mira.domain_block("bad.example")
    assert mira.domain_blocks() == ["bad.example"]
    mira.domain_unblock("bad.example")
    mira.account_follow(him)
    for pin, unpin in (("endorse", "unendorse"), ("pin", "unpin")):
        assert getattr(mira, f"account_{pin}")(him).endorsed
        assert ids(mira.endorsements()) == [him]
        assert not getattr(mira, f"account_{unpin}")(him).endorsed
    ben.account_follow(me)
    assert ids(ben.account_familiar_followers(him)[0].accounts) == [me]
    for name in ("suggestions", "suggestions_v1", "suggestions_v2"):
        assert getattr(ben, name)()
    ben.suggestion_delete(him)
    assert him not in [each.account.id for each in ben.suggestions_v2()]
    mira.account_update_credentials(locked=True)
    for answer, followed in (("reject", False), ("authorize", True)):
        assert otto.account_follow(me).requested
        assert ids(mira.follow_requests()) == [him]
        assert getattr(mira, f"follow_request_{answer}")(him).followed_by is followed
    mira.account_update_credentials(locked=False)


def test_collections(mira, otto):
    me, other = mira.me(), otto.me()
    with db.writing() as session:
        features.set_policy(session, session.get_one(Actor, int(other.id)), "public")
    made = mira.collection_create("Ink", "those who draw", language="en", tag_name="ink", discoverable=True).collection
    item = mira.collection_item_add(made, other).collection_item
    assert (item.account_id, item.state) == (other.id, "accepted")
    assert ids(mira.collection(made).accounts) == [me.id, other.id]
    assert mira.collection_update(made, name="Pens").collection.name == "Pens"
    assert ids(otto.account_collections(me).collections) == [made.id]
    assert ids(otto.account_in_collections(other).collections) == [made.id]
    assert [(each.type, each.collection.id) for each in otto.notifications(limit=2)] == [
        ("collection_update", made.id),
        ("added_to_collection", made.id),
    ]
    otto.collection_item_revoke(made, item)
    assert mira.collection(made).collection.item_count == 0
    mira.collection_item_delete(made, item)
    mira.collection_delete(made)
    mira.refuses("collection", made)


def test_timelines(mira, otto, walked):
    work = walked["work"]
    assert work in ids(otto.timeline_home())
    assert work in ids(otto.timeline(timeline="home"))
    assert work in ids(otto.timeline_public(local=True))
    assert work in ids(otto.timeline_local(only_media=True))
    assert work in ids(otto.timeline_hashtag("ink"))
    assert work in ids(otto.account_statuses(mira.me(), only_media=True))
    assert otto.timeline_is_available("public", with_auth=True)
    otto.refuses("timeline_link", "https://mira.example")  # no link trends here
    kept = otto.list_create("inks", replies_policy="none")
    otto.list_accounts_add(kept, [mira.me()])
    assert ids(otto.list_accounts(kept)) == [mira.me().id]
    assert ids(otto.account_lists(mira.me())) == [kept.id]
    assert work in ids(otto.timeline_list(kept))
    assert otto.list_update(kept, "oils", exclusive=True).exclusive
    assert otto.list(kept).title == otto.lists()[0].title == "oils"
    otto.list_accounts_delete(kept, [mira.me()])
    otto.list_delete(kept)
    assert otto.lists() == []


def test_pages(mira):
    for number in range(5):
        mira.status_post(f"number {number}")
    first = mira.timeline_home(limit=2)
    second = mira.fetch_next(first)
    assert ids(mira.fetch_previous(second)) == ids(first)
    assert len(mira.fetch_remaining(first)) > 5
    assert len(list(mira.pagination_iterator(first))) > 5
    assert len(next(mira.pagination_page_iterator(first))) == 2
    assert mira.get_pagination_info(first, "next")["max_id"] == int(first[-1].id)
    assert mira.get_async_refresh_info(first) is None
    assert mira.await_async_refresh(first) == first
    mira.refuses("get_async_refresh_status", "1")  # nothing is fetched in the background


def test_search(mira, otto):
    assert ids(mira.search("otto").accounts) == ids(mira.search_v2("otto").accounts) == [otto.me().id]
    mira.refuses("search_v1", "otto")  # Mastodon ended it in 3.0


def test_tags(mira):
    assert mira.tag("ink").name == "ink"
    assert mira.tag_follow("ink").following
    assert [each.name for each in mira.followed_tags()] == ["ink"]
    assert not mira.tag_unfollow("ink").following
    assert mira.tag_feature("ink").featuring
    assert not mira.tag_unfeature("ink").featuring
    featured = mira.featured_tag_create("ink")
    assert ids(mira.featured_tags()) == [featured.id]
    assert [each.name for each in mira.account_featured_tags(mira.me())] == ["ink"]
    mira.featured_tag_delete(featured)
    mira.featured_tag_suggestions()
    for name in ("trends", "trending_tags", "trending_statuses", "trending_links"):
        getattr(mira, name)()


def test_filters(mira, walked):
    made = mira.create_filter_v2("birds", ["home"], "warn", keywords_attributes=[{"keyword": "egret"}])
    word = mira.add_filter_keyword_v2(made, "work", whole_word=True)
    assert ids(mira.filter_keywords_v2(made)) == [made.keywords[0].id, word.id]
    kept = mira.add_filter_status_v2(made, walked["reply"])
    assert ids(mira.filter_statuses_v2(made)) == [kept.id]
    assert mira.filter_status_v2(kept).status_id == walked["reply"]
    assert mira.status(walked["reply"]).filtered[0].status_matches == [walked["reply"]]
    assert {each.filtered[0].filter.title for each in mira.timeline_home() if each.filtered} == {"birds"}
    mira.delete_filter_keyword_v2(word)
    mira.delete_filter_status_v2(kept)
    assert mira.update_filter_v2(made, title="herons").title == "herons"
    assert mira.filter_v2(made).id == made.id
    assert ids(mira.filters_v2()) == [made.id]
    mira.delete_filter_v2(made)
    old = mira.filter_create("number", ["home"], whole_word=True)
    assert mira.filter_update(old, phrase="number 4").phrase == "number 4"
    assert mira.filter(old).id == mira.filters()[0].id == old.id
    shown = mira.timeline_home(limit=5)
    left = mira.filters_apply(shown, mira.filters(), "home")
    assert len(left) < len(shown)
    mira.filter_delete(old)


def test_notifications(mira, otto, walked):
    otto.status_favourite(walked["work"])
    said = otto.status_post("@mira good morning")
    told = mira.notifications(types=["mention"])
    assert told[0].status.id == said.id
    assert mira.notifications(id=told[0].id).type == "mention"
    assert mira.notifications_unread_count().count > 0
    assert mira.unread_grouped_notifications_count() > 0
    grouped = mira.grouped_notifications()
    assert isinstance(grouped, GroupedNotificationsResults)
    key = next(each.group_key for each in grouped.notification_groups if each.type == "favourite")
    assert mira.grouped_notification(key).notification_groups[0].group_key == key
    assert ids(mira.grouped_notification_accounts(key)) == [otto.me().id]
    mira.dismiss_grouped_notification(key)
    assert mira.notifications(types=["favourite"]) == []
    mira.notifications_dismiss(told[0])
    mira.notifications_clear()
    mira.markers_set(["home"], [walked["work"]])
    assert mira.markers_get(["home"])["home"].last_read_id == walked["work"]


def test_whose_notifications_are_taken(mira, otto, ben):
    assert mira.notifications_policy().for_not_following == "accept"
    assert mira.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    for who, deed, several in (
        (otto, "dismiss_notification_request", False),
        (otto, "dismiss_multiple_notification_requests", True),
        (otto, "accept_notification_request", False),
        (ben, "accept_multiple_notification_requests", True),
    ):
        mira.account_unfollow(who.me())
        who.status_post("@mira are you there?")
        request = mira.notification_requests()[0]
        assert mira.notification_request(request).account.id == who.me().id
        getattr(mira, deed)([request] if several else request)
        assert mira.notification_requests() == []
    assert mira.notifications_merged()
    mira.update_notifications_policy(for_not_following="accept")


def test_conversations(mira, otto):
    otto.status_post("@mira between us", visibility="direct")
    talk = mira.conversations()[0]
    assert talk.unread
    assert not mira.conversations_read(talk).unread


def test_a_report(mira, otto, walked):
    made = mira.report(otto.me(), status_ids=[walked["reply"]], comment="only a test", category="spam")
    assert made.target_account.id == otto.me().id
    mira.refuses("reports")  # Mastodon ended it in 2.5


def test_announcements(mira):
    with db.writing() as session:
        announcements.say(session, "we move on Monday")
    told = mira.announcements()[0]
    mira.announcement_reaction_create(told, "🎨")
    assert mira.announcements()[0].reactions[0].me
    mira.announcement_reaction_delete(told, "🎨")
    mira.announcement_dismiss(told)
    assert mira.announcements() == []


def test_annual_reports(mira):
    year = clock.now().year - 1
    assert mira.annual_reports().annual_reports == []
    assert mira.annual_report_state(year).state == "ineligible"
    mira.annual_report_generate(year)
    mira.refuses("annual_report", year)
    mira.refuses("annual_report_read", year)


def test_push(mira, otto):
    service = Service()
    private, public = mira.push_subscription_generate_keys()
    made = mira.push_subscription_set(service.url, public, mention_events=True)
    assert made.alerts.mention
    assert mira.push_subscription().endpoint == service.url
    assert mira.push_subscription_update(mention_events=True, follow_events=True).alerts.follow
    otto.status_post("@mira hello")
    push_task.send_due()
    service.server.shutdown()
    ((headers, body),) = service.got
    said = mira.push_subscription_decrypt_push(body, private, headers["Encryption"], headers["Crypto-Key"])
    assert isinstance(said, PushNotification)
    assert said.notification_type == "mention"
    mira.push_subscription_delete()


class Heard(StreamListener):
    def __init__(self):
        self.posts, self.told = [], threading.Event()

    def on_update(self, status):
        self.posts.append(status)
        self.told.set()


def test_streams(mira, otto, monkeypatch):
    monkeypatch.setattr(streaming, "LASTS_SECONDS", 3600.0)
    assert mira.stream_healthy()
    mira.account_follow(otto.me())
    kept = mira.list_create("otto")
    mira.list_accounts_add(kept, [otto.me()])
    heard = {name: Heard() for name in ("user", "public", "local", "hashtag", "list", "websocket")}
    more = {"hashtag": ["ink"], "list": [kept.id]}
    opened = [
        getattr(mira, f"stream_{name}")(*more.get(name, []), heard[name], run_async=True)
        for name in ("user", "public", "local", "hashtag", "list")
    ]
    opened += [getattr(mira, f"stream_{name}")(Heard(), run_async=True) for name in ("direct", "user_notifications")]
    socket = mira.stream_open_websocket()
    opened.append(socket)
    mira.stream_user(heard["websocket"], websocket_handle=socket)
    for _ in range(50):
        otto.status_post("new #ink")
        if all(each.told.wait(0.1) for each in heard.values()):
            break
    for name, each in heard.items():
        assert each.posts, name
        assert each.posts[0].account.acct == "otto", name
    for each in opened:
        each.close()


def test_deleting_and_leaving(mira, otto, walked):
    assert mira.status_delete(walked["work"], delete_media=True).text == "a better work #ink"
    otto.revoke_access_token()
    with pytest.raises(MastodonAPIError):
        otto.client.me()


def test_signing_up(server, walked, monkeypatch):
    monkeypatch.setattr(config, "_settings", config.settings().model_copy(update={"registrations": "open"}))
    client = Mastodon(walked["client_id"], walked["client_secret"], api_base_url=server, version_check_mode="none")
    fresh = Watched(client, walked["called"], walked["faults"])
    lea = ("lea", "correct horse battery", "lea@mail.example")
    assert fresh.create_account(*lea, agreement=True, scopes=SCOPES)
    assert fresh.account_verify_credentials().acct == "lea"
    told = fresh.create_account(*lea, scopes=SCOPES, return_detailed_error=True)[1].details
    assert [told.username[0].error, told.email[0].error] == ["ERR_TAKEN", "ERR_TAKEN"]
    assert told.agreement[0].description == "must be accepted"


def test_nothing_was_left_out(walked):
    methods = inspect.getmembers(Mastodon, inspect.isfunction)
    wanted = {name for name, each in methods if name[0] != "_" and each.__module__ not in APART}
    assert wanted - walked["called"] == set()
    assert walked["faults"] == set(ANNOTATED_OTHERWISE)
