"""Update: edits of posts and profiles."""

import pytest

from fedi.models.notification import Notification
from fedi.models.post import Post, PostEdit

MIRA = "https://art.test/users/mira"
LATER = "2026-11-23T05:00:00Z"


@pytest.fixture
async def noted(world, ann):
    """ann, whom mira follows, with a note here."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(ann.note(sensitive=False)))
    return ann


def post_of(world):
    return world.row(Post, Post.local.is_(False))


async def test_an_edit(world, noted):
    mention = {"type": "Mention", "href": MIRA, "name": "@mira@art.test"}
    changed = noted.note(content="<p>better</p>", updated=LATER, cc=[MIRA], tag=[mention], to=[])
    await world.send(noted, noted.activity("Update", changed))
    post = post_of(world)
    assert (post.content, post.visibility) == ("<p>better</p>", "public"), "visibility never changes"
    assert post.edited_at is not None
    assert [edit.content for edit in world.rows(PostEdit)] == ["<p>note 1</p>"]
    assert [row.kind for row in world.rows(Notification)] == ["mention"]


async def test_edits_under_one_id(world, noted):
    """GoToSocial sends every edit with the same activity id."""
    for second in (1, 2):
        changed = noted.note(content=f"<p>{second}</p>", updated=f"2026-11-23T05:00:0{second}Z")
        await world.send(noted, noted.activity("Update", changed, 1))
    assert post_of(world).content == "<p>2</p>"
    assert len(world.rows(PostEdit)) == 2


async def test_an_older_edit_and_one_without_a_date(world, noted):
    await world.send(noted, noted.activity("Update", noted.note(content="<p>new</p>", updated=LATER), 1))
    old = noted.note(content="<p>old</p>", updated="2026-11-23T04:30:00Z")
    undated = noted.note(content="<p>undated</p>", likes={"type": "Collection", "totalItems": 9})
    await world.send(noted, noted.activity("Update", old, 2))
    await world.send(noted, noted.activity("Update", undated, 3))
    assert post_of(world).content == "<p>new</p>"
    assert post_of(world).remote_counts == {"likes": 9}


async def test_an_edit_of_nothing_seen_is_none(world, noted):
    await world.send(noted, noted.activity("Update", noted.note(updated=LATER)))
    assert world.rows(PostEdit) == []
    assert post_of(world).edited_at is None


async def test_an_edit_of_an_old_unknown_post(world, noted):
    old = noted.note(9, published="2020-01-01T00:00:00Z", updated=LATER)
    await world.send(noted, noted.activity("Update", old))
    assert world.message().state == "ignored"


async def test_a_profile(world, noted):
    changed = noted.document(
        name="Ann <b>A</b>",
        summary="<p>new<script>x</script></p>",
        attachment=[{"type": "PropertyValue", "name": "web", "value": '<a href="javascript:x">x</a>'}],
        icon={"type": "Image", "url": "https://x.example/a.png", "name": "me"},
        url="javascript:alert(1)",
        manuallyApprovesFollowers=True,
    )
    await world.send(noted, noted.activity("Update", changed))
    known = world.actor(noted.id)
    assert (known.display_name, known.summary, known.locked) == ("Ann A", "<p>new</p>", True)
    assert "javascript" not in known.fields[0]["value"]
    assert (known.icon_url, known.icon_alt, known.url) == ("https://x.example/a.png", "me", noted.id)
