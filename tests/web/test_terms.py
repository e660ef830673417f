"""A real work as anyone gets it: page, document, picture and API say the terms of the artist, or the work's own."""

import io
import json
import pkgutil
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import c2pa
import extruct
import lxml.html
import pytest
from protego import Protego
from pyld import jsonld
from sqlalchemy.orm import joinedload

from fedi import config, db, files
from fedi.activitypub import registry
from fedi.media import containers
from fedi.models.actor import Actor
from fedi.models.collection import Collection, CollectionItem
from fedi.models.feature import Feature
from fedi.models.media import Media, RenditionKind
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post, PostState
from fedi.models.quote import Quote, QuoteState
from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.policy.disclosure import AiUse
from fedi.policy.layers import headers as layer
from fedi.services import accounts, consents, galleries, media, posts
from fedi.tasks import media as task
from fedi.web.api import entities
from tests import people
from tests.media_pictures import photograph, pixel_art, saved

NOAI = "https://w3id.org/fedi/noai#"
CONTEXTS = Path(__file__).parent.parent / "documents/contexts"
AS = {"Accept": "application/activity+json"}
HTML = {"Accept": "text/html"}
WORDS = {Answer.DENY: "notAllowed", Answer.ALLOW: "allowed"}
MINING = {
    "prohibited": "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    "generative-prohibited": "DMI-PROHIBITED-GENAIMLTRAINING",
    "ask": "DMI-PROHIBITED-SEECONSTRAINT",
    "licensed": "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
    "allowed": "DMI-ALLOWED",
}
PUBLIC = {
    "page": ("/", "/explore", "/about", "/terms", "/ns", "/inspect", "/policies/prohibited", "/@mira", "/@mira/posts", "/@mira/about", "/@mira/licence", "/@mira/policies/prohibited", "/@mira/follow", "/@mira/{id}", "/@mira/galleries", "/@mira/galleries/herons", "/@mira/collections", "/@mira/collections/{id}"),
    "document": (
        "/users/mira", "/users/mira/outbox", "/users/mira/outbox?page=true", "/users/mira/followers", "/users/mira/following",
        "/users/mira/collections/featured", "/users/mira/collections/tags", "/users/mira/featured_collections",
        "/users/mira/collections/{id}", "/users/mira/collection_items/{id}", "/users/mira/contexts/{id}", "/users/mira/galleries/herons", "/actor/outbox", "/users/mira/posts/{id}", "/users/mira/posts/{id}/activity",
        "/users/mira/posts/{id}/replies", "/users/mira/posts/{id}/likes", "/users/mira/posts/{id}/shares", "/users/mira/quote_authorizations/{id}", "/users/mira/feature_authorizations/{id}", "/actor",
    ),
}  # fmt: skip


def uploaded(account, image_format="JPEG", consent=None):
    """The id of a picture that waits to be protected."""
    picture = photograph(96, 72) if image_format == "JPEG" else pixel_art()
    with files.incoming() as path:
        path.write_bytes(saved(picture, image_format))
        key, sha256, header = media.keep_original(path)
    with db.writing() as session:
        return media.upload(
            session,
            actor=session.get_one(Actor, account.actor_id),
            vault_key=key,
            sha256=sha256,
            mime=header.mime,
            size=header.size,
            alt="A heron",
            consent=consent,
        ).id


def publish(account, *, image_format="JPEG", media_consent=None, **options):
    """A work of the account, its picture really protected; (post id, media id)."""
    media_id = uploaded(account, image_format, media_consent)
    with db.writing() as session:
        actor = session.get_one(Actor, account.actor_id)
        post = posts.compose(session, author=actor, title="Heron", text="dawn", media_ids=[media_id], **options)
        ids = post.id, media_id
    task.protect()
    with db.reading() as session:
        assert session.get_one(Post, ids[0]).state == PostState.PUBLISHED
    return ids


def stamped(post_id):
    """Somebody may quote the post, and have its author in a collection; the stamps have the post's number."""
    ann = people.stranger("ann", "else.example")
    with db.writing() as session:
        uri = "https://else.example/n/1"
        row = Quote(id=post_id, post_id=post_id, quoted_uri=uri, actor_id=ann.id, instrument_uri=uri)
        row.request_uri = f"{uri}#ask"
        row.state = QuoteState.ACCEPTED
        session.add(row)
        author = session.get_one(Post, post_id).actor_id
        session.add(
            Feature(
                id=post_id, actor_id=author, curator_id=ann.id, instrument_uri=uri, request_uri=uri,
                state=QuoteState.ACCEPTED,
            )
        )  # fmt: skip


def recommended(post_id):
    """The author of the post is in a collection of her own; both have the post's number."""
    with db.writing() as session:
        author = session.get_one(Post, post_id).actor_id
        session.add(Collection(id=post_id, actor_id=author, name="Herons"))
        session.flush()
        session.add(CollectionItem(id=post_id, collection_id=post_id, actor_id=author, state=QuoteState.ACCEPTED))


def hung(post_id):
    """The post is in a gallery of its artist."""
    with db.writing() as session:
        post = session.get_one(Post, post_id)
        galleries.add(session, galleries.create(session, post.actor, title="Herons"), post)


@pytest.fixture(autouse=True)
def ended():
    yield
    task.close()


def addresses(media_id):
    with db.reading() as session:
        return {kind: session.get_one(Media, media_id).rendition(kind).key for kind in RenditionKind}


async def get(client, path, headers=None):
    answer = await client.get(path, headers=headers or {})
    assert answer.status_code == 200, path
    return answer, await answer.get_data()


def said_by(headers):
    """The headers of the layer as they came; Link may name other things too."""
    return {name: headers.get(name) for name in ("X-Robots-Tag", "tdm-reservation", "Content-Usage", "Content-Signal")}


def expected(consent, account):
    with db.reading() as session:
        terms = consents.of_actor(session.get_one(Actor, account.actor_id))
    said = layer.render(replace(terms, consent=consent))
    return {name: said.get(name) for name in said_by({})}


def offline(url, _options):
    file = {
        "https://www.w3.org/ns/activitystreams": "activitystreams.json",
        "https://w3id.org/security/v1": "security-v1.json",
    }[url]
    return {"contextUrl": None, "documentUrl": url, "document": json.loads((CONTEXTS / file).read_text())}


def iri(consent):
    return NOAI + {"generative-prohibited": "generativeProhibited"}.get(consent.state, consent.state)


CASES = {
    "nothing said": (None, None, "prohibited"),
    "artist allows": ("allowed", None, "allowed"),
    "work allows": (None, "allowed", "allowed"),
    "work forbids": ("allowed", "prohibited", "prohibited"),
    "work asks": ("generative-prohibited", "ask", "ask"),
    "artist is in between": ("generative-prohibited", None, "generative-prohibited"),
}


@pytest.mark.parametrize(("artist", "work", "state"), CASES.values(), ids=CASES)
async def test_the_same_is_said_everywhere(client, mira, artist, work, state):
    consent = PRESETS[state]
    if artist:
        with db.writing() as session:
            consents.set_default(session, session.get_one(Actor, mira.actor_id), consent=artist, licence=None)
    post_id, media_id = publish(mira, consent=work)
    headers = expected(consent, mira)

    # The page, by lxml and extruct.
    answer, body = await get(client, f"/@mira/{post_id}", HTML)
    assert said_by(answer.headers) == headers
    head = lxml.html.fromstring(body)
    assert head.xpath("string(//meta[@name='robots']/@content)") == (headers["X-Robots-Tag"] or "")
    assert head.xpath("//meta[@name='tdm-reservation']/@content") == [headers["tdm-reservation"]]
    assert head.xpath("//link[@rel='license'][not(@type)]/@href") == ["https://art.test/@mira/licence"]
    (work,) = extruct.extract(body.decode(), syntaxes=["json-ld"])["json-ld"]
    assert (work["@type"], work["name"]) == ("VisualArtwork", "Heron")
    (image,) = work["image"]
    assert work["license"] == image["license"] == "https://art.test/@mira/licence"
    assert image["usageInfo"].partition("?")[0] == f"https://art.test/@mira/policies/{state}"

    # The documents, by PyLD with the real contexts.
    keys = addresses(media_id)
    for path in (f"/users/mira/posts/{post_id}", f"/users/mira/posts/{post_id}/activity"):
        answer, body = await get(client, path, AS)
        assert said_by(answer.headers) == headers
        (document,) = jsonld.expand(json.loads(body), {"documentLoader": offline})
        assert document[f"{NOAI}consent"] == [{"@id": iri(consent)}]
    note = json.loads((await get(client, f"/users/mira/posts/{post_id}", AS))[1])
    (note_ld,) = jsonld.expand(note, {"documentLoader": offline})
    assert note_ld["http://www.w3.org/ns/tdmrep#reservation"][0]["@value"] == int(headers["tdm-reservation"])
    (attachment,) = note_ld["https://www.w3.org/ns/activitystreams#attachment"]
    assert attachment[f"{NOAI}consent"] == [{"@id": iri(consent)}]
    assert note["attachment"][0]["url"] == f"https://art.test/media/{keys[RenditionKind.FEDERATED]}"

    # The client API.
    _, body = await get(client, f"/api/v1/statuses/{post_id}")
    status = json.loads(body)
    assert status["fedi"]["consent"] == status["media_attachments"][0]["fedi"]["consent"] == state
    assert status["fedi"]["axes"] == consent.axes
    assert image["contentUrl"] == status["media_attachments"][0]["url"] == note["attachment"][0]["url"]

    # The bytes, by c2pa and exiftool, and the headers they come with.
    for key in keys.values():
        answer, data = await get(client, f"/media/{key}")
        assert said_by(answer.headers) == headers
        check_file(data, answer.content_type, consent)

    # And where crawlers ask first.
    _, body = await get(client, "/robots.txt")
    robots = Protego.parse(body.decode())
    assert robots.can_fetch(image["contentUrl"], "GPTBot") == (state == "allowed")


def check_file(data, mime, consent):
    manifest = c2pa.Reader(mime, io.BytesIO(data))
    assert manifest.get_validation_state() in {"Valid", "Trusted"}
    read = json.loads(manifest.json())
    active = read["manifests"][read["active_manifest"]]
    entries = next(each["data"]["entries"] for each in active["assertions"] if "training-mining" in each["label"])
    axes = {"ai_generative_training": "train_generative", "ai_training": "train_other", "ai_inference": "inference"}
    for word, axis in (axes | {"data_mining": "data_mining"}).items():
        assert entries[f"cawg.{word}"]["use"] == WORDS.get(consent.axes[axis], "constrained"), axis
    if shutil.which("exiftool"):
        command = ["exiftool", "-json", "-n", "-G1", "-"]
        (said,) = json.loads(subprocess.run(command, input=data, capture_output=True, check=True).stdout)
        assert said["XMP-plus:DataMining"] == f"http://ns.useplus.org/ldf/vocab/{MINING[consent.state]}"
        assert said["XMP-xmpRights:WebStatement"] == "https://art.test/@mira/licence"
        assert said["XMP-iptcCore:AltTextAccessibility"] == "A heron"


async def test_what_is_said_of_ai_and_the_licence_are_in_a_file_that_was_made_before_its_post(client, mira):
    """Apps upload first and post then: the file is made anew under the words of the post."""
    media_id = uploaded(mira)
    task.protect()
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        post = posts.compose(session, author=actor, media_ids=[media_id], licence="cc-by", ai=AiUse.GENERATED)
        post_id = post.id
        assert post.state == PostState.PREPARING
    task.protect()
    _, body = await get(client, f"/api/v1/statuses/{post_id}")
    status = json.loads(body)
    assert (status["fedi"]["licence"], status["fedi"]["ai"]) == ("cc-by", "generated")
    note = json.loads((await get(client, f"/users/mira/posts/{post_id}", AS))[1])
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert (note["license"], note["digitalSourceType"], note["genAI"]) == (
        "https://creativecommons.org/licenses/by/4.0/",
        source,
        True,
    )
    _, data = await get(client, f"/media/{addresses(media_id)[RenditionKind.FEDERATED]}")
    packet = containers.xmp_of(data).decode()
    assert f'DigitalSourceType="{source}"' in packet
    assert "CC BY 4.0" in packet
    manifest = json.loads(c2pa.Reader("image/jpeg", io.BytesIO(data)).json())
    (action,) = next(
        each["data"]["actions"]
        for each in manifest["manifests"][manifest["active_manifest"]]["assertions"]
        if each["label"].startswith("c2pa.actions")
    )
    assert action["digitalSourceType"] == source
    page = (await get(client, f"/@mira/{post_id}", HTML))[1].decode()
    assert "Made by AI, says the artist." in page


@pytest.mark.parametrize("state", ["prohibited", "allowed"])
async def test_a_png_says_it_too(client, mira, state):
    _, media_id = publish(mira, image_format="PNG", consent=state)
    answer, data = await get(client, f"/media/{addresses(media_id)[RenditionKind.FEDERATED]}")
    assert answer.content_type == "image/png"
    check_file(data, "image/png", PRESETS[state])


@pytest.mark.parametrize("kind", PUBLIC)
async def test_nothing_public_is_without_terms(client, mira, kind):
    post_id, _ = publish(mira)
    stamped(post_id)
    recommended(post_id)
    hung(post_id)
    for path in PUBLIC[kind]:
        answer, body = await get(client, path.format(id=post_id), HTML if kind == "page" else AS)
        assert said_by(answer.headers) == expected(Consent(), mira), path
        assert 'rel="license"' in ", ".join(answer.headers.getlist("Link")), path
        if kind == "document":
            document = json.loads(body)
            assert (document["aiConsent"], bool(document["license"])) == (f"{NOAI}prohibited", True), path
        else:
            tree = lxml.html.fromstring(body)
            assert tree.xpath("//meta[@name='tdm-reservation']/@content") == ["1"], path
            assert tree.xpath("//link[@rel='license'][not(@type)]/@href"), path


# What else a machine may get: (address, header of the layer or None where the terms stand inside alone).
OTHERS = {
    "feeds.show_rss": "/@mira.rss",
    "feeds.show_atom": "/@mira.atom",
    "sitemaps.index": "/sitemap.xml",
    "sitemaps.of_artist": "/@mira/sitemap.xml",
    "oembed.show": "/api/oembed?url=https://art.test/@mira",
    "policies.of_artist": "/@mira/policies/prohibited",
    "policies.of_instance": "/policies/prohibited",
    "vocabulary.show": "/ns",
    "explore.tag": "/tags/heron",
    "media.show": "/media/{media}",
}
INSIDE = {
    "wellknown.show_robots": ("/robots.txt", "Content-Usage: / train-ai=n, search=y"),
    "wellknown.show_tdmrep": ("/.well-known/tdmrep.json", '"tdm-reservation":1'),
    "wellknown.show_ai_txt": ("/ai.txt", "Disallow: /"),
    "wellknown.show_rsl": ("/rsl.xml", '<prohibits type="usage">ai-all</prohibits>'),
    "wellknown.show_nodeinfo": ("/nodeinfo/2.1", '"train_generative":"deny"'),
}
# Addresses that hold no work and nobody's words.
NOTHING = {
    "activitypub.closed_inbox": "answers 405",
    "activitypub.show_boost": "names a work, most often of somebody else, whose terms it must not say",
    "activitypub.show_followers_on_server": "answers signed requests only; has the terms of its artist",
    "policies.offer_of_artist": "there is none for what is prohibited (tests/web/pages/test_policies.py)",
    "policies.offer_of_instance": "likewise",
    "remote.show": "a picture of another server, under the strictest of its terms (tests/web/test_remote.py)",
    "wellknown.change_password": "leads on", "wellknown.show_webfinger": "addresses", "wellknown.show_host_meta": "addresses",
    "wellknown.show_host_meta_json": "addresses", "wellknown.show_nodeinfo_discovery": "addresses",
    "health.health": "operators'", "health.ready": "operators'", "health.metrics": "operators'",
    "oauth.metadata": "addresses", "oauth.authorize": "signed in", "oauth.native": "a code", "sockets.talk": "a WebSocket",
    "static": "our own style and script",
    "wait.trap": "leads nowhere", "welcome.ask": "a form", "password.ask": "a form", "password.choose": "a form", "sign_in.ask": "a form",
    "sign_up.ask": "a form", "sign_up.invited": "leads to a form", "sign_up.look": "a form",
}  # fmt: skip


def test_no_route_is_forgotten(app):
    """A new address has to be named above, as one that says terms or as one that holds nothing to say them of."""
    adapter = app.url_map.bind("art.test")
    walked = {
        adapter.match(path.partition("?")[0].format(id=1), method="GET")[0]
        for paths in PUBLIC.values()
        for path in paths
    }
    private = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "__wrapped__", None) is not None
    }
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    shown = {each for each in shown if not each.startswith("api_")}  # test_the_client_api
    named = walked | set(OTHERS) | set(INSIDE) | set(NOTHING)
    assert shown - named <= private, "only pages of who is signed in: tests/web/pages/test_every_page.py"
    assert not {each for each in named - shown if each not in private}


async def test_what_machines_get_besides_pages_and_documents(client, mira):
    post_id, media_id = publish(mira)
    with db.writing() as session:
        session.get_one(Actor, mira.actor_id).indexable = True
    key = addresses(media_id)[RenditionKind.FEDERATED]
    for endpoint, path in OTHERS.items():
        answer, _ = await get(client, path.format(media=key, id=post_id))
        assert said_by(answer.headers) == expected(Consent(), mira), endpoint
        assert 'rel="license"' in ", ".join(answer.headers.getlist("Link")), endpoint
    for endpoint, (path, words) in INSIDE.items():
        _, body = await get(client, path)
        assert words in body.decode(), endpoint


@pytest.mark.parametrize("path", ["/explore", "/", "/tags/heron", "/@mira/galleries"])
async def test_a_page_of_many_is_as_strict_as_the_strictest(client, mira, path):
    """The house and the artist allow; one work does not."""
    config.use(config.settings().model_copy(update={"consent_default": "allowed"}))
    first, _ = publish(mira, tags=["heron"])
    hung(first)
    answer, _ = await get(client, path, HTML)
    assert said_by(answer.headers) == expected(PRESETS["allowed"], mira)
    second, _ = publish(mira, consent="prohibited", tags=["heron"])
    with db.writing() as session:
        gallery = galleries.find(session, session.get_one(Actor, mira.actor_id), "herons")
        galleries.change(session, gallery, title="Herons", summary="", works=[second, first], cover=second)
    answer, body = await get(client, path, HTML)
    assert said_by(answer.headers) == expected(PRESETS["prohibited"], mira)
    assert lxml.html.fromstring(body).xpath("//meta[@name='tdm-reservation']/@content") == ["1"]
    answer, _ = await get(client, f"/@mira/{first}", HTML)
    assert said_by(answer.headers) == expected(PRESETS["allowed"], mira), "its own page speaks for it alone"


# --- what goes to other servers and to apps ---------------------------------------------------------------------------

WORKS = {
    "Note", "Question", "Image", "Person", "Service", "Application", "FeaturedItem", "Add", "Create", "Update",
    "QuoteRequest",
}  # fmt: skip
COLLECTIONS = {"FeaturedCollection", "Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
WITH_TERMS = {"add", "create", "update", "quote_request"}
# Activities that bring nothing an artist made: a Follow has no terms to say, and an Announce must not say another's.
BARE = {
    "accept", "announce", "delete", "feature_request", "flag", "follow", "forward", "like", "move", "reject",
    "relay_announce", "relay_follow", "relay_undo", "remove", "request_answer", "undo", "unstamp", "vote",
}  # fmt: skip
ENTITIES_WITH_TERMS = {"status", "account", "media_attachment", "instance", "gallery"}
ENTITIES_OF_THOSE = {
    "admin_account", "admin_report", "announcement", "conversation", "notification", "profile", "report",
    "scheduled_status", "warning",
}  # fmt: skip
ENTITIES_WITHOUT_WORKS = {"collection", "featured_tag", "filter", "plain", "poll", "relationship", "rule", "tag"}


def unsaid(document, *, inside=""):
    """Works, people and collections in a document that say no terms; counts beside a post belong to it."""
    if isinstance(document, list):
        return [found for each in document for found in unsaid(each, inside=inside)]
    if not isinstance(document, dict):
        return []
    missing = [] if {"aiConsent", "license"} <= set(document) else [document.get("type")]
    kinds = WORKS | COLLECTIONS
    here = missing if document.get("type") in kinds and inside not in {"replies", "likes", "shares", "first"} else []
    return here + [
        found
        for name, value in document.items()
        if name not in {"@context", "oneOf", "anyOf"}
        for found in unsaid(value, inside=name)
    ]


async def test_every_document_says_terms_at_every_depth(client, mira):
    post_id, _ = publish(mira)
    stamped(post_id)
    recommended(post_id)
    hung(post_id)
    for path in PUBLIC["document"]:
        document = json.loads((await get(client, path.format(id=post_id), AS))[1])
        assert unsaid(document) == [], path


def test_every_activity_is_one_of_both(instance):
    registry.find()
    assert set(registry.PUBLISHES) == WITH_TERMS | BARE


def test_activities_that_bring_a_work_say_its_terms(mira):
    post_id, _ = publish(mira, consent="ask")
    with db.writing() as session:
        accounts.announce(session, session.get_one(Actor, mira.actor_id))
        posts.edit(session, session.get_one(Post, post_id), text="dusk")
    with db.reading() as session:
        rows = session.query(Outgoing).options(joinedload(Outgoing.actor)).order_by(Outgoing.id).all()
        assert {row.verb for row in rows} == {"create", "update"}
        for row in rows:
            document = registry.PUBLISHES[row.verb](session, row)
            assert unsaid(document) == []
            assert document["aiConsent"] == document["object"]["aiConsent"]
            said = "ask" if "post" in row.subject else "prohibited"
            assert document["aiConsent"] == f"{NOAI}{said}"


def test_every_entity_of_the_client_api_is_known():
    """A new entity file has to be one that holds no work, or to say the terms of what it holds."""
    found = {info.name for info in pkgutil.iter_modules(entities.__path__)}
    assert found == ENTITIES_WITH_TERMS | ENTITIES_OF_THOSE | ENTITIES_WITHOUT_WORKS


async def test_the_client_api(client, mira):
    post_id, _ = publish(mira, consent="ask")
    for path, state in (
        (f"/api/v1/statuses/{post_id}", "ask"), ("/api/v1/accounts/lookup?acct=mira", "prohibited"),
        ("/api/v2/instance", "prohibited"),
    ):  # fmt: skip
        answer, body = await get(client, path)
        said = json.loads(body)
        assert said["fedi"]["axes"] == PRESETS[state].axes, path
        assert said["fedi"]["policy"].partition("?")[0].endswith(f"/policies/{state}")
        assert said_by(answer.headers) == {
            "X-Robots-Tag": "noai, noimageai, noindex", "tdm-reservation": "1", "Content-Usage": "train-ai=n, search=n",
            "Content-Signal": "search=no, ai-input=no, ai-train=no",
        }  # fmt: skip
    status = json.loads((await get(client, f"/api/v1/statuses/{post_id}"))[1])
    for said, state in ((status["account"], "prohibited"), (status["media_attachments"][0], "ask")):
        assert said["fedi"]["axes"] == PRESETS[state].axes
        assert said["fedi"]["license"] == "https://art.test/@mira/licence"


async def test_the_floor_holds_over_everything_an_artist_allows(client, mira):
    config.use(config.settings().model_copy(update={"consent_floor": "train_generative=deny,search=allow"}))
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, mira.actor_id), consent="allowed", licence=None)
    post_id, media_id = publish(mira, consent="allowed", media_consent="allowed")
    for path in (
        f"/@mira/{post_id}",
        f"/users/mira/posts/{post_id}",
        f"/media/{addresses(media_id)[RenditionKind.PREVIEW]}",
    ):
        answer, _ = await get(client, path, AS if path.startswith("/users") else HTML)
        assert said_by(answer.headers) == expected(Consent(), mira), path
    status = json.loads((await get(client, f"/api/v1/statuses/{post_id}"))[1])
    assert status["fedi"]["consent"] == status["media_attachments"][0]["fedi"]["consent"] == "prohibited"
    for page in ("/@mira", "/users/mira"):
        answer, _ = await get(client, page, AS if page.startswith("/users") else HTML)
        assert answer.headers["X-Robots-Tag"] == "noai, noimageai", page


async def test_a_work_that_forbids_is_shut_below_an_artist_who_allows(client, mira):
    """Site-wide files know paths: the work's own is said there, not only its artist's."""
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, mira.actor_id), consent="allowed", licence=None)
    shut, _ = publish(mira, consent="prohibited")
    open_, _ = publish(mira)
    robots = Protego.parse((await get(client, "/robots.txt"))[1].decode())
    spawning = Protego.parse((await get(client, "/ai.txt"))[1].decode())
    tdm = json.loads((await get(client, "/.well-known/tdmrep.json"))[1])
    for post_id, allowed in ((shut, False), (open_, True)):
        for path in (f"/@mira/{post_id}", f"/users/mira/posts/{post_id}", f"/users/mira/posts/{post_id}/activity"):
            assert robots.can_fetch(f"https://art.test{path}", "GPTBot") is allowed, path
            assert spawning.can_fetch(f"https://art.test{path}", "img2dataset") is allowed, path
            rule = next(rule for rule in tdm if path.startswith(rule["location"].rstrip("$")))
            assert rule["tdm-reservation"] == (0 if allowed else 1), path
