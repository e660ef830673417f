"""The upload form without JavaScript, the state page, editing and deleting."""

import pytest

from fedi import db, files
from fedi.models.media import Media, MediaState
from fedi.models.post import Post, PostState
from fedi.services import media, posts
from fedi.tasks import media as media_task
from tests.web.pages.browsing import show_work, write


def only_post(state=None):
    with db.reading() as session:
        found = session.query(Post).order_by(Post.id.desc()).first()
        assert state is None or found.state == state
        return found


async def test_a_text_post_is_out_at_once(as_mira, stranger):
    page = await as_mira.upload(
        "/compose", {"text": "Hello #mist @nobody", "title": "", "visibility": "public", "tags": "#Fog, dew"}, {}
    )
    post = only_post(PostState.PUBLISHED)
    assert page.location == f"/@mira/{post.id}"
    assert {tag.label for tag in post.tags} == {"mist", "Fog", "dew"}
    assert "Hello" in (await stranger.get(page.location)).words
    assert "Hello" in (await stranger.get("/@mira/posts")).words
    assert "Hello" not in (await stranger.get("/@mira")).words


async def test_pictures_go_up_in_the_order_that_was_chosen(as_mira, stranger, picture):
    form = {
        "title": "Two",
        "visibility": "unlisted",
        "alt-1": "first",
        "alt-2": "second",
        "order-1": "2",
        "order-2": "1",
        "x-2": "0.5",
        "y-2": "-0.25",
        "consent": "ask",
        "licence": "cc-by",
    }
    page = await as_mira.upload("/compose", form, {"file-1": ("a.png", picture), "file-2": ("b.png", picture)})
    post = only_post(PostState.PREPARING)
    assert page.location == f"/posts/{post.id}/state"
    assert (post.consent, post.licence) == ("ask", "cc-by")
    with db.reading() as session:
        rows = media.of_post(session, post)
    assert [(row.alt, row.focus_x, row.focus_y) for row in rows] == [("second", 0.5, -0.25), ("first", 0.0, 0.0)]
    state = await as_mira.get(page.location)
    assert "Being prepared" in state.words
    assert "private data out" in state.words
    assert "waits for its turn" in state.words
    assert (await stranger.get(f"/@mira/{post.id}")).status == 404
    assert (await as_mira.get(f"/@mira/{post.id}")).location == page.location
    assert "Two" in (await as_mira.get("/@mira")).words
    assert "Two" not in (await stranger.get("/@mira")).words


async def test_taken_back_and_shown_again(as_mira, picture):
    page = await as_mira.upload("/compose", {"title": "One"}, {"file-1": ("a.png", picture)})
    path = page.location.removesuffix("/state")
    assert (await as_mira.post(f"{path}/cancel")).location == f"{path}/state?said=cancelled"
    assert "A draft" in (await as_mira.get(f"{path}/state")).words
    assert (await as_mira.post(f"{path}/cancel")).status == 409
    await as_mira.post(f"{path}/retry")
    assert "Being prepared" in (await as_mira.get(f"{path}/state")).words


@pytest.mark.parametrize("data", [b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\x89PNG\r\n\x1a\n"])
async def test_what_is_no_picture_is_told_and_the_words_stay(data, as_mira, picture):
    form = {"title": "Kept title", "text": "kept words", "alt-2": "kept alt"}
    page = await as_mira.upload("/compose", form, {"file-1": ("bad.png", data), "file-2": ("good.png", picture)})
    assert page.status == 422
    assert "Picture 1" in page.tree.xpath("//*[@id='problem']")[0].text_content()
    assert page.tree.xpath("//input[@name='title']/@value") == ["Kept title"]
    assert page.tree.xpath("//textarea[@name='alt-1']")[0].text == "kept alt"
    kept = page.tree.xpath("//input[@name='media-1']/@value")
    again = await as_mira.upload("/compose", form | {"media-1": kept[0], "alt-1": "kept alt"}, {})
    assert again.location.endswith("/state")
    with db.reading() as session:
        assert [row.alt for row in session.query(Media)] == ["kept alt"]


async def test_a_picture_of_somebody_else_is_not_mine_to_show(as_mira, as_otto, picture):
    await as_otto.upload("/compose/pictures", {}, {"file": ("a.png", picture)})
    with db.reading() as session:
        theirs = session.query(Media).one().id
    page = await as_mira.upload("/compose", {"title": "Mine?", "media-1": str(theirs)}, {})
    assert page.status == 404
    assert str(theirs) not in page.text


async def test_one_picture_at_once_for_the_form_with_javascript(as_mira, picture):
    page = await as_mira.upload("/compose/pictures", {}, {"file": ("a.png", picture)})
    assert page.status == 201
    assert page.headers["Content-Type"] == "application/json"
    bad = await as_mira.upload("/compose/pictures", {}, {"file": ("a.png", b"no")})
    assert bad.status == 422


async def test_pressing_twice_posts_once(as_mira):
    form = {"text": "Once", "key": "abc"}
    first, second = await as_mira.upload("/compose", form, {}), await as_mira.upload("/compose", form, {})
    assert first.location == second.location


async def test_nothing_is_no_post(as_mira):
    page = await as_mira.upload("/compose", {"text": "  "}, {})
    assert page.status == 422
    assert "needs a text or a picture" in page.words


async def test_an_original_that_was_refused_is_gone(as_mira, picture):
    page = await as_mira.upload("/compose", {"alt-1": "x" * 10_001}, {"file-1": ("a.png", picture)})
    assert page.status == 422
    assert not list(files.folder("vault").rglob("*/*"))


async def test_editing_keeps_what_is_not_changed(as_mira, mira, stranger):
    work = show_work(mira, "Heron", text="Old #ink", tags=["reeds"])
    form = await as_mira.get(f"/posts/{work}/edit")
    assert form.tree.xpath("//input[@name='tags']/@value") == ["reeds"]
    media_id = form.tree.xpath("//input[@name='media-1']/@value")[0]
    changed = {
        "title": "Heron, again",
        "text": "New words",
        "tags": "reeds",
        "media-1": media_id,
        "alt-1": "A better alt.",
    }
    page = await as_mira.upload(f"/posts/{work}/edit", changed, {})
    assert page.location == f"/@mira/{work}?said=saved"
    shown = await stranger.get(f"/@mira/{work}")
    assert "Heron, again" in shown.words
    assert "A better alt." in shown.text
    with db.reading() as session:
        assert posts.history(session, session.get_one(Post, work))[0].title == "Heron"


async def test_deleting_asks_first_and_leaves_a_gravestone(as_mira, mira, stranger):
    work = show_work(mira, "Heron")
    assert "Delete" in (await as_mira.get(f"/posts/{work}/delete")).words
    assert (await stranger.get(f"/@mira/{work}")).status == 200
    assert (await as_mira.post(f"/posts/{work}/delete")).location == "/@mira?said=deleted"
    assert (await stranger.get(f"/@mira/{work}")).status == 410
    assert "Heron" not in (await stranger.get("/@mira")).words


async def test_followers_only_text(as_mira, as_otto, mira, stranger):
    note = write(mira, "for friends", visibility="followers")
    assert (await stranger.get(f"/@mira/{note}")).status == 404
    assert (await as_otto.get(f"/@mira/{note}")).status == 404
    assert (await as_mira.get(f"/@mira/{note}")).status == 200


@pytest.mark.slow
async def test_protected_and_shown_by_itself(as_mira, stranger, picture):
    page = await as_mira.upload("/compose", {"title": "Reeds", "alt-1": "Reeds."}, {"file-1": ("a.png", picture)})
    media_task.protect()
    media_task.close()
    post = only_post(PostState.PUBLISHED)
    assert "It is out" in (await as_mira.get(page.location)).words
    shown = await stranger.get(f"/@mira/{post.id}")
    source = shown.tree.xpath("//figure//img/@src")[0]
    assert (await stranger.get(source)).status == 200
    with db.reading() as session:
        assert media.of_post(session, post)[0].state == MediaState.PROTECTED
    assert "xmp plus:DataMining" in (await as_mira.get(page.location)).words


async def test_words_that_a_link_brings_along(as_mira):
    """FEP-3b86: what WebFinger offers as the Create intent leads to the form with its text."""
    page = await as_mira.get("/compose?text=hello%20%3Cb%3Ethere")
    assert page.tree.xpath("//textarea[@name='text']")[0].text == "hello <b>there"
