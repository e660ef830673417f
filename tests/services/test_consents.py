"""Which terms hold: the nearest scope that speaks, the strictest gallery, the floor over all; and what follows a change."""

import itertools

import pytest

from fedi import config, db, files
from fedi.activitypub.objects import actor as actor_object
from fedi.activitypub.objects import note
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.gallery import Gallery
from fedi.models.media import Media, MediaState, RenditionKind
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post, PostState
from fedi.policy.consent import PRESETS, Answer, Consent, strictest
from fedi.policy.layers import fallback
from fedi.services import consents, galleries, media, posts, term_changes
from fedi.tasks import media as task
from tests.media_pictures import photograph, saved

SCOPES = ("image", "work", "gallery", "artist")


@pytest.fixture(autouse=True)
def ended():
    yield
    task.close()


@pytest.mark.parametrize("spoken", [each for count in range(5) for each in itertools.combinations(SCOPES, count)])
def test_the_nearest_that_speaks(instance, spoken):
    said = dict(zip(SCOPES, ("ask", "licensed", "generative-prohibited", "allowed"), strict=True))
    said = {scope: said[scope] if scope in spoken else None for scope in SCOPES}
    actor = Actor(uri="https://art.test/users/m", name="m", display_name="M", consent=said["artist"], terms_version=1)
    post = Post(actor=actor, consent=said["work"], hung_consent=said["gallery"])
    post.created_at = actor.created_at = config_time()
    row = Media(consent=said["image"])
    row.created_at = config_time()
    nearest = next((said[scope] for scope in SCOPES if said[scope]), "prohibited")
    assert consents.of_picture(row, post).consent == PRESETS[nearest]
    nearest = next((said[scope] for scope in SCOPES[1:] if said[scope]), "prohibited")
    assert consents.of_post(post).consent == PRESETS[nearest]
    assert consents.of_actor(actor).consent == PRESETS[said["artist"] or "prohibited"]
    for floor in ("prohibited", "train_generative=ask,train_other=allow,inference=allow,data_mining=allow", "allowed"):
        config.use(config.settings().model_copy(update={"consent_floor": floor}))
        assert consents.of_post(post).consent == strictest(PRESETS[nearest], Consent.parse(floor))


def config_time():
    from fedi import clock

    return clock.now()


# --- galleries --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hung(mira):
    """(post id, {title: gallery id}): a text in two galleries."""
    with db.writing() as session:
        actor = session.get_one(Actor, mira.actor_id)
        post = posts.compose(session, author=actor, text="dawn")
        made = {title: galleries.create(session, actor, title=title) for title in ("One", "Two")}
        for gallery in made.values():
            galleries.add(session, gallery, post)
        return post.id, {title: gallery.id for title, gallery in made.items()}


def tell(gallery_id, consent, licence=None):
    with db.writing() as session:
        galleries.set_terms(session, session.get_one(Gallery, gallery_id), consent=consent, licence=licence)


def holds(post_id):
    with db.reading() as session:
        return consents.of_post(session.get_one(Post, post_id))


def updates():
    with db.reading() as session:
        return [row.subject for row in session.query(Outgoing).filter_by(verb="update").order_by(Outgoing.id)]


def test_a_gallery_speaks_for_its_works(hung):
    post_id, (one, two) = hung[0], hung[1].values()
    tell(one, "allowed", "cc-by")
    assert (holds(post_id).consent, holds(post_id).licence.key) == (PRESETS["allowed"], "cc-by")
    tell(two, "generative-prohibited")
    assert holds(post_id).consent == PRESETS["generative-prohibited"], "the strictest of both"
    with db.writing() as session:
        galleries.remove(session, session.get_one(Gallery, two))
    assert holds(post_id).consent == PRESETS["allowed"]
    with db.writing() as session:
        gallery = session.get_one(Gallery, one)
        galleries.change(session, gallery, title="One", summary="", works=[], cover=None)
    assert holds(post_id).consent == PRESETS["prohibited"]
    assert [said["post"] for said in updates()] == [post_id] * 4, "each time its servers were told"


def test_a_work_that_speaks_follows_no_gallery(mira, hung):
    with db.writing() as session:
        post = posts.compose(session, author=session.get_one(Actor, mira.actor_id), text="x", consent="ask")
        galleries.add(session, session.get_one(Gallery, hung[1]["One"]), post)
    tell(hung[1]["One"], "allowed")
    assert holds(post.id).consent == PRESETS["ask"]
    assert [said["post"] for said in updates()] == [hung[0]]


def test_the_same_again_is_no_decision(hung):
    tell(hung[1]["One"], "allowed")
    tell(hung[1]["One"], "allowed")
    with db.reading() as session:
        assert session.query(Actor).filter_by(name="mira").one().terms_version == 2
    assert len(updates()) == 1


# --- what is out already ----------------------------------------------------------------------------------------------


def publish(account, **options):
    with files.incoming() as path:
        path.write_bytes(saved(photograph(96, 72), "JPEG"))
        key, sha256, header = media.keep_original(path)
    with db.writing() as session:
        actor = session.get_one(Actor, account.actor_id)
        row = media.upload(
            session, actor=actor, vault_key=key, sha256=sha256, mime=header.mime, size=header.size, alt="A"
        )
        ids = posts.compose(session, author=actor, text="dawn", media_ids=[row.id], **options).id, row.id
    task.protect()
    return ids


def decide(account, consent):
    with db.writing() as session:
        row = session.get_one(Account, account.id)
        term_changes.of_artist(session, row, consent=consent, licence=None, tag=True, field=True)


def shown(media_id):
    with db.reading() as session:
        row = session.get_one(Media, media_id)
        return row.state, row.rendition(RenditionKind.FEDERATED)


def test_pictures_become_as_strict_as_the_artist(mira):
    decide(mira, "allowed")
    post_id, media_id = publish(mira)
    own, own_media = publish(mira, consent="ask")
    before = shown(media_id)[1]
    assert before.consent == "allowed"
    decide(mira, "prohibited")
    state, during = shown(media_id)
    assert (state, during.key) == (MediaState.PROTECTING, before.key), "the old one serves on"
    with db.reading() as session:
        served = consents.of_rendition(session, during, session.get_one(Media, media_id))
    assert served.consent == PRESETS["prohibited"], "but its headers are strict at once"
    assert shown(own_media)[0] == MediaState.PROTECTED, "what speaks for itself is not touched"
    said = len(updates())
    task.protect()
    state, after = shown(media_id)
    assert (state, after.consent) == (MediaState.PROTECTED, "prohibited")
    assert after.key != before.key
    assert [each["post"] for each in updates()[said:]] == [post_id], "once, with the new address"
    assert holds(own).consent == PRESETS["ask"]


def test_what_becomes_more_open_stays(mira):
    _, media_id = publish(mira)
    decide(mira, "allowed")
    assert shown(media_id)[0] == MediaState.PROTECTED
    with db.reading() as session:
        row = session.get_one(Media, media_id)
        rendition = row.rendition(RenditionKind.FEDERATED)
        assert consents.of_rendition(session, rendition, row).consent == PRESETS["prohibited"]


def test_a_work_can_be_edited_after_the_terms_changed(mira):
    """It was refused for ever: the pictures were never under the terms of today."""
    post_id, _ = publish(mira)
    decide(mira, "allowed")
    with db.writing() as session:
        posts.edit(session, session.get_one(Post, post_id), text="dusk")
        assert session.get_one(Post, post_id).state == PostState.PUBLISHED


# --- the visible fallbacks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("consent", [*PRESETS, "train_generative=ask", "train_generative=allow,search=deny"])
@pytest.mark.parametrize(("tag", "field"), [(True, True), (True, False), (False, True), (False, False)])
def test_hashtag_and_field_can_be_switched_off(mira, consent, tag, field):
    with db.writing() as session:
        account = session.get_one(Account, mira.id)
        term_changes.of_artist(session, account, consent=consent, licence="cc-by", tag=tag, field=field)
        post = posts.compose(session, author=account.actor, text="dawn")
        terms = consents.of_post(post)
        document = note.bare(post, note.Parts(terms=terms))
        profile = actor_object.to_document(account.actor, [], terms)
    wary = Consent.parse(consent).train_generative in {Answer.DENY, Answer.ASK}
    assert ("#NoAI" in [each["name"] for each in document["tag"]]) == (tag and wary)
    fields = {each["name"]: each["value"] for each in profile["attachment"]}
    assert ("AI and licence" in fields) == field
    if field:
        assert fields["AI and licence"] == fallback.render(terms).value
        assert 'rel="license"' in fields["AI and licence"]
