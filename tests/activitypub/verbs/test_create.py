"""Create: what is kept, of whom, and as what."""

import pytest
from sqlalchemy import select

from fedi import db
from fedi.activitypub import registry
from fedi.models.media import RemoteMedia
from fedi.models.notification import Notification
from fedi.models.outgoing import Outgoing
from fedi.models.post import Post
from fedi.services import actors, deletions
from tests.origins import PUBLIC

MIRA = "https://art.test/users/mira"


@pytest.fixture
async def followed(world, ann):
    """ann, whom mira follows."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    return ann


def theirs(world):
    return world.rows(Post, Post.local.is_(False))


async def test_a_note_of_somebody_we_follow(world, followed):
    note = followed.note(
        content='<h1>Big</h1><p onclick="x()">hi<script>alert(1)</script> <a href="javascript:x">no</a></p>',
        summary="cw <b>bold</b>",
        sensitive=True,
        contentMap={"de": "<p>x</p>"},
        tag={"type": "Hashtag", "name": "#MastoArt", "href": "https://x/tags/mastoart"},
        attachment={
            "type": "Document",
            "mediaType": "image/webp",
            "url": "https://x.example/1.webp",
            "name": "a heron",
            "width": 10,
            "height": 20,
            "focalPoint": [0.5, -2],
            "blurhash": "UbJa4pVMS[pQwc2_Xvv~wQTo#E%VR$O?TJj]",
        },
        likes={"type": "Collection", "totalItems": 7},
        xRobotsTag="noai",
        license="https://creativecommons.org/licenses/by/4.0/",
    )
    assert await world.send(followed, followed.create(note)) == 202
    (post,) = theirs(world)
    assert (post.uri, post.visibility, post.summary, post.sensitive, post.language) == (
        note["id"],
        "public",
        "cw bold",
        True,
        "de",
    )
    assert "<strong>Big</strong>" in post.content
    assert "script" not in post.content
    assert "onclick" not in post.content
    assert "javascript" not in post.content
    assert [(tag.name, tag.label) for tag in post.tags] == [("mastoart", "MastoArt")]
    assert post.remote_counts == {"likes": 7}
    assert (post.consent, post.terms["xRobotsTag"], post.licence) == ("prohibited", "noai", note["license"])
    (media,) = world.rows(RemoteMedia)
    assert (media.url, media.alt, media.mime, media.width, media.focus_x, media.focus_y) == (
        "https://x.example/1.webp",
        "a heron",
        "image/webp",
        10,
        0.5,
        -1.0,
    )


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        ([PUBLIC], ["FOLLOWERS"], "public"),
        ("as:Public", [], "public"),
        ("FOLLOWERS", "Public", "unlisted"),
        (["FOLLOWERS"], [], "followers"),
        ([MIRA], [], "direct"),
    ],
)
async def test_visibility(world, followed, to, cc, expected):
    def swap(value):
        if isinstance(value, list):
            return [swap(each) for each in value]
        return followed.followers if value == "FOLLOWERS" else value

    await world.send(followed, followed.create(followed.note(to=swap(to), cc=swap(cc))))
    assert [post.visibility for post in theirs(world)] == [expected]


async def test_the_activity_says_the_audience_when_the_object_does_not(world, followed):
    note = followed.note()
    del note["to"], note["cc"]
    await world.send(followed, followed.create(note, to=[followed.followers]))
    assert [post.visibility for post in theirs(world)] == ["followers"]


async def test_a_stranger_concerns_nobody(world, ann):
    await world.send(ann, ann.create(ann.note()))
    assert world.message().state == "ignored"
    assert theirs(world) == []


async def test_a_mention_is_told_when_it_is_tagged_and_addressed(world, ann):
    mention = {"type": "Mention", "href": MIRA, "name": "@mira@art.test"}
    await world.send(ann, ann.create(ann.note(1, cc=[MIRA], tag=[mention])))
    await world.send(ann, ann.create(ann.note(2, cc=[MIRA]), 2))
    await world.send(ann, ann.create(ann.note(3, tag=[mention]), 3))
    assert len(theirs(world)) == 3
    told = [(row.kind, row.post.uri) for row in world.rows(Notification)]
    assert told == [("mention", f"{ann.id}/n/1")]


async def test_a_reply_to_ours(world, ann):
    post = world.post()
    await world.send(ann, ann.create(ann.note(inReplyTo=post.uri)))
    (reply,) = theirs(world)
    assert (reply.in_reply_to_id, reply.conversation) == (post.id, post.conversation)


async def test_a_reply_that_came_before_what_it_answers(world, followed):
    await world.send(followed, followed.create(followed.note(2, inReplyTo=f"{followed.id}/n/1")))
    await world.send(followed, followed.create(followed.note(1), 2))
    first, reply = sorted(theirs(world), key=lambda post: post.uri)
    assert reply.in_reply_to_id == first.id


@pytest.mark.parametrize("kind", ["Article", "Page", "Image", "Video", "Audio", "Event"])
async def test_other_kinds_are_text_and_link(world, followed, kind):
    note = followed.note(type=kind, name="A <i>title</i>", content="<p>body</p>", url="https://x.example/page")
    await world.send(followed, followed.create(note))
    (post,) = theirs(world)
    assert "<strong>A &lt;i&gt;title&lt;/i&gt;</strong>" in post.content
    assert "https://x.example/page" in post.content


async def test_a_vote_for_what_is_no_poll_is_nothing(world, followed):
    post = world.post()
    vote = {"id": f"{followed.id}/n/9", "type": "Note", "attributedTo": followed.id, "to": [MIRA], "name": "yes"}
    await world.send(followed, followed.create(vote | {"inReplyTo": post.uri}, 2))
    assert world.message().state == "ignored"


async def test_neither_text_nor_picture(world, followed):
    await world.send(followed, followed.create(followed.note(content="")))
    assert (world.message().state, theirs(world)) == ("refused", [])


async def test_an_object_by_its_id_is_asked_for(world, followed):
    followed.serve_note(content="<p>at home</p>")
    await world.send(followed, followed.create(f"{followed.id}/n/1"))
    assert [post.content for post in theirs(world)] == ["<p>at home</p>"]


async def test_limits(world, followed):
    many = [{"type": "Mention", "href": f"https://x.example/u/{number}"} for number in range(5000)]
    pictures = [{"type": "Image", "mediaType": "image/png", "url": f"https://x.example/{n}.png"} for n in range(5000)]
    note = followed.note(tag=many, attachment=pictures, content="<p>" + "x" * 300_000 + "</p>", summary="y" * 9000)
    await world.send(followed, followed.create(note))
    (post,) = theirs(world)
    assert len(post.content) < 120_000
    assert len(post.summary) == 5000
    assert len(world.rows(RemoteMedia)) == 16


@pytest.mark.parametrize(
    "changes",
    [
        {"tag": 5, "attachment": "x", "to": {"id": PUBLIC}, "url": [{"href": 5}], "published": 7, "summary": []},
        {"tag": [None, "x", {"type": ["Hashtag"], "name": 5}], "attachment": [None, 5, {"url": {"href": "x"}}]},
        {"contentMap": {"": 1}, "likes": [], "replies": 5, "focalPoint": "x", "context": {"id": 7}},
        {"attachment": [{"type": "Image", "url": [{"mimeType": "image/png", "href": "https://x.example/1.png"}]}]},
    ],
)
async def test_odd_shapes_do_no_harm(world, followed, changes):
    assert await world.send(followed, followed.create(followed.note(**changes))) == 202
    assert world.message().state == "processed"


def document(world, verb):
    with db.reading() as session:
        row = session.scalars(select(Outgoing).where(Outgoing.verb == verb).order_by(Outgoing.id.desc())).first()
        return registry.document(session, row)


async def test_what_we_send(world, ann):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    with db.reading() as session:
        other = actors.by_uri(session, ann.id)
    post = world.post(
        f"hello @ann@{ann.origin.host} #Ink & pens",
        title="A <heron>",
        summary="birds",
        language="en",
        mentioned={f"ann@{ann.origin.host}": other},
    )
    sent = document(world, "create")
    note = sent["object"]
    assert (sent["id"], sent["type"], sent["actor"]) == (f"{post.uri}/activity", "Create", MIRA)
    assert sent["to"] == note["to"] == [PUBLIC]
    assert sent["cc"] == note["cc"] == [f"{MIRA}/followers", ann.id]
    assert note["type"] == "Note"
    assert "name" not in note
    assert note["content"].startswith("<h2>A &lt;heron&gt;</h2><p>hello <span")
    assert note["contentMap"] == {"en": note["content"]}
    assert note["summary"] == "birds"
    assert note["sensitive"] is True
    assert note["url"] == f"https://art.test/@mira/{post.id}"
    assert {"type": "Mention", "href": ann.id, "name": f"@ann@{ann.origin.host}"} in note["tag"]
    assert {"type": "Hashtag", "href": "https://art.test/tags/ink", "name": "#Ink"} in note["tag"]
    assert note["aiConsent"].endswith("#prohibited")
    assert note["xRobotsTag"] == "noai, noimageai"
    assert sent["aiConsent"].endswith("#prohibited")
    assert note["published"].endswith("Z")
    assert sent["@context"][0] == "https://www.w3.org/ns/activitystreams"


async def test_a_post_that_went_is_not_sent(world):
    post = world.post()
    with db.writing() as session:
        deletions.withdraw(session, session.get_one(Post, post.id))
    from fedi.errors import NotFound

    with pytest.raises(NotFound):
        document(world, "create")
