"""A Note with pictures: only what is protected, in order, with alt text twice and a line for what Mastodon drops."""

import pytest

from fedi import clock, db
from fedi.activitypub import posts_out
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import digests
from fedi.errors import OurFault
from fedi.models.media import Media, MediaState, Rendition, RenditionKind
from fedi.models.post import Post, PostState, Visibility
from fedi.services import actors, posts


@pytest.fixture
def artwork(mira):
    """artwork(count) -> a published post of mira with so many protected pictures."""

    def make(count, *, protected=True):
        with db.writing() as session:
            author = actors.by_uri(session, mira.actor.uri)
            post = posts.compose(session, author=author, text="birds", title="Herons")
            for number in range(count):
                row = Media(
                    actor_id=author.id,
                    post_id=post.id,
                    position=count - number,
                    state=MediaState.PROTECTED if protected else MediaState.PROTECTING,
                    vault_key=f"v{number}",
                    sha256="0" * 64,
                    mime="image/png",
                    size=1,
                    alt=f'heron "{number}"' if number else "",
                    focus_x=0.25,
                    preset="default",
                    current_version=1 if protected else None,
                    blurhash="UbJa4pVMS[pQwc2_Xvv~wQTo#E%VR$O?TJj]",
                )
                session.add(row)
                session.flush()
                if protected:
                    session.add(
                        Rendition(
                            media_id=row.id,
                            version=1,
                            kind=RenditionKind.FEDERATED,
                            consent="prohibited",
                            key=f"p/{post.id}/{number}.jpg",
                            mime="image/jpeg",
                            width=2048,
                            height=1536,
                            size=9,
                            sha256=f"{number:064x}",
                        ),
                    )
            return post.id

    return make


def document(post_id):
    with db.reading() as session:
        post, parts = posts_out.published(session, post_id, token="")
        return note.to_document(post, parts)


def test_pictures(artwork):
    sent = document(artwork(2))
    second, first = sent["attachment"][1], sent["attachment"][0]
    assert first["name"] == first["summary"] == 'heron "1"'
    assert "name" not in second, "what has no description says none"
    assert first["type"] == "Image"
    assert first["mediaType"] == "image/jpeg"
    assert first["url"].startswith("https://art.test/media/p/")
    assert (first["width"], first["height"], first["focalPoint"]) == (2048, 1536, [0.25, 0.0])
    assert first["digestMultibase"] == digests.multibase(f"{1:064x}")
    assert first["blurhash"]
    assert first["aiConsent"].endswith("#prohibited")
    assert first["license"] == "https://art.test/@mira/licence"
    assert sent["content"] == "<h2>Herons</h2><p>birds</p>"
    assert "name" not in sent


def test_ten_pictures(artwork):
    sent = document(artwork(10))
    assert [each["name"] for each in sent["attachment"][:4]] == [f'heron "{number}"' for number in (9, 8, 7, 6)]
    assert len(sent["attachment"]) == 10
    assert sent["content"].endswith(f'<p><a href="{sent["url"]}">+6 more</a></p>')


def test_what_is_not_protected_is_never_written(artwork):
    with pytest.raises(OurFault):
        document(artwork(1, protected=False))


def test_a_withdrawn_rendition_is_never_written(artwork):
    post_id = artwork(1)
    with db.writing() as session:
        for rendition in session.query(Rendition):
            rendition.withdrawn_at = clock.now()
    with pytest.raises(OurFault):
        document(post_id)


@pytest.mark.parametrize(
    ("visibility", "to", "cc"),
    [
        (Visibility.PUBLIC, ["P"], ["F"]),
        (Visibility.UNLISTED, ["F"], ["P"]),
        (Visibility.FOLLOWERS, ["F"], []),
        (Visibility.DIRECT, [], []),
    ],
)
def test_audience(mira, visibility, to, cc):
    with db.writing() as session:
        author = actors.by_uri(session, mira.actor.uri)
        post = posts.compose(session, author=author, text="x", visibility=visibility)
        names = {"P": "https://www.w3.org/ns/activitystreams#Public", "F": f"{author.uri}/followers"}
        assert note.audience(post) == ([names[each] for each in to], [names[each] for each in cc])


def test_an_edit_says_when(mira):
    with db.writing() as session:
        author = actors.by_uri(session, mira.actor.uri)
        post = posts.compose(session, author=author, text="x")
        assert post.state == PostState.PUBLISHED
        posts.edit(session, post, text="y")
        post_id = post.id
    sent = document(post_id)
    assert clock.parse_iso(sent["updated"]) > clock.parse_iso(sent["published"])
    with db.reading() as session:
        assert session.get_one(Post, post_id).edited_at is not None
