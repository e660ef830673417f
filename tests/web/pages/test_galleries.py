"""Galleries: made and put in order by their artist, seen by others as far as the works may be seen, read by machines."""

import json

import pytest

from fedi import db
from fedi.models.actor import Actor
from fedi.models.gallery import Gallery, GalleryItem
from fedi.models.post import Post, Visibility
from fedi.services import deletions, galleries
from tests.web.pages.browsing import show_work, write

AS = {"Accept": "application/activity+json"}


def the_gallery():
    with db.reading() as session:
        return session.query(Gallery).one()


def order():
    with db.reading() as session:
        return [row.post_id for row in session.query(GalleryItem).order_by(GalleryItem.position)]


async def read(client, path):
    answer = await client.get(path, headers=AS)
    assert answer.status_code == 200, path
    return json.loads(await answer.get_data())


@pytest.fixture
async def herons(as_mira, mira):
    """A gallery of three works, and their ids."""
    works = [show_work(mira, title) for title in ("Dawn", "Noon", "Dusk")]
    made = await as_mira.post("/galleries", {"title": "Herons & reeds", "post": str(works[0])})
    assert made.status == 303
    places = {f"place-{post_id}": str(place) for place, post_id in enumerate(works, 1)}
    saved = await as_mira.post(made.headers["Location"], {"title": "Herons & reeds", "summary": "A year.", **places})
    assert saved.status == 303, saved.words
    return works


async def test_make_fill_order_and_see(as_mira, as_otto, stranger, herons):
    gallery = the_gallery()
    assert gallery.slug == "herons-reeds"
    path = "/@mira/galleries/herons-reeds"
    for browser in (stranger, as_otto, as_mira):
        page = await browser.get(path)
        assert page.status == 200
        titles = page.tree.xpath("//ul[contains(@class, 'grid')]//span[@class='title']/text()")
        assert titles == ["Dawn", "Noon", "Dusk"]
        assert "A year." in page.words
    assert "Change it" not in (await as_otto.get(path)).words
    dawn, noon, dusk = herons
    form = {"title": "Herons", "place-" + str(dusk): "1", "place-" + str(dawn): "2", "cover": str(dawn)}
    assert (await as_mira.post(f"/galleries/{gallery.id}/edit", form)).status == 303
    assert order() == [dusk, dawn]
    assert the_gallery().cover_id == dawn
    assert the_gallery().slug == "herons-reeds", "an address stays"
    listed = await stranger.get("/@mira/galleries")
    assert "2 works" in listed.words
    assert noon not in order()
    assert "Herons" in (await stranger.get(f"/@mira/{dawn}")).words
    edit = (await as_mira.get(f"/galleries/{gallery.id}/edit")).text
    assert f'name="place-{noon}"' in edit


async def test_machines_read_the_same(client, stranger, herons):
    uri = "https://art.test/users/mira/galleries/herons-reeds"
    document = await read(client, "/users/mira/galleries/herons-reeds")
    assert (document["id"], document["type"], document["name"]) == (uri, "OrderedCollection", "Herons & reeds")
    assert document["attributedTo"] == "https://art.test/users/mira"
    assert document["totalItems"] == 3
    assert document["orderedItems"] == [f"https://art.test/users/mira/posts/{each}" for each in herons]
    assert document["image"]["type"] == "Image"
    assert document["url"] == "https://art.test/@mira/galleries/herons-reeds"
    assert "aiConsent" in document
    assert await read(client, "/@mira/galleries/herons-reeds") == document
    assert (await read(client, "/users/mira"))["streams"] == [uri]
    for post_id in herons:
        assert (await read(client, f"/users/mira/posts/{post_id}"))["isPartOf"] == [uri]
    page = await client.get("/users/mira/galleries/herons-reeds", headers={"Accept": "text/html"})
    assert page.status_code in {302, 303}
    assert (await client.get("/users/mira/galleries/none", headers=AS)).status_code == 404
    assert (await client.get("/users/nobody/galleries/herons-reeds", headers=AS)).status_code == 404


async def test_what_is_not_for_everybody_is_not_in_it_for_others(client, as_mira, stranger, mira, herons):
    private = show_work(mira, "Secret", visibility=Visibility.FOLLOWERS)
    gallery = the_gallery()
    form = {"title": "Herons", f"place-{private}": "1", f"place-{herons[0]}": "2", "cover": str(private)}
    assert (await as_mira.post(f"/galleries/{gallery.id}/edit", form)).status == 303
    path = "/@mira/galleries/herons-reeds"
    assert "Secret" in (await as_mira.get(path)).words
    assert "Secret" not in (await stranger.get(path)).words
    document = await read(client, "/users/mira/galleries/herons-reeds")
    assert document["totalItems"] == 1
    assert str(private) not in json.dumps(document)
    only = {"title": "Herons", f"place-{private}": "1"}
    await as_mira.post(f"/galleries/{gallery.id}/edit", only)
    assert "Herons" not in (await stranger.get("/@mira/galleries")).words
    assert "image" not in await read(client, "/users/mira/galleries/herons-reeds")


async def test_a_deleted_work_is_in_no_gallery(client, stranger, herons):
    with db.writing() as session:
        deletions.withdraw(session, session.get(Post, herons[0]))
    assert (await read(client, "/users/mira/galleries/herons-reeds"))["totalItems"] == 2
    assert "Dawn" not in (await stranger.get("/@mira/galleries/herons-reeds")).words


async def test_from_the_page_of_a_work(as_mira, as_otto, mira, otto, herons):
    gallery = the_gallery()
    night = show_work(mira, "Night")
    assert f'<option value="{gallery.id}">' in (await as_mira.get(f"/@mira/{night}")).text
    assert f'<option value="{gallery.id}">' not in (await as_otto.get(f"/@mira/{night}")).text
    assert (await as_mira.post(f"/posts/{night}/galleries", {"gallery": str(gallery.id)})).status == 303
    assert order() == [*herons, night]
    await as_mira.post(f"/posts/{night}/galleries", {"gallery": str(gallery.id)})
    assert order() == [*herons, night]
    new = await as_mira.post(f"/posts/{night}/galleries", {"gallery": "new"})
    assert new.headers["Location"] == f"/galleries/new?post={night}"
    assert (await as_otto.post(f"/posts/{night}/galleries", {"gallery": str(gallery.id)})).status == 404
    theirs = show_work(otto, "Fern")
    assert (await as_mira.post(f"/posts/{theirs}/galleries", {"gallery": str(gallery.id)})).status == 404


async def test_nobody_changes_anothers(as_otto, herons):
    gallery = the_gallery()
    for path in (f"/galleries/{gallery.id}/edit", f"/galleries/{gallery.id}/delete"):
        assert (await as_otto.post(path, {"title": "Mine"})).status == 404
    assert (await as_otto.get(f"/galleries/{gallery.id}/edit")).status == 404
    assert the_gallery().title == "Herons & reeds"


@pytest.mark.parametrize(
    "form",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": "x", "summary": "y" * 2001},
        {"title": "x", "place-1": "1"},
        {"title": "x", "place-garbage": "1"},
        {"title": "x", "place-{0}": "first"},
        {"title": "x", "place-{0}": "-1"},
        {"title": "x", "place-{0}": "nan"},
    ],
)
async def test_mistakes_come_back_in_words(as_mira, herons, form):
    filled = {name.replace("{0}", str(herons[0])): value for name, value in form.items()}
    answer = await as_mira.post(f"/galleries/{the_gallery().id}/edit", filled)
    assert answer.status == 422
    assert order() == herons


async def test_others_works_are_not_hung(as_mira, otto, herons):
    theirs = write(otto, "not yours")
    answer = await as_mira.post(f"/galleries/{the_gallery().id}/edit", {"title": "x", f"place-{theirs}": "1"})
    assert answer.status == 422
    assert order() == herons


async def test_slugs(as_mira, mira, instance):
    for title in ("Moor", "moor!", "Ä Ö Ü", "絵"):
        assert (await as_mira.post("/galleries", {"title": title})).status == 303
    assert (await as_mira.post("/galleries", {"title": " "})).status == 422
    with db.reading() as session:
        actor = session.get_one(Actor, mira.actor_id)
        assert [each.slug for each in galleries.of_actor(session, actor)] == ["moor", "moor-2", "a-o-u", "gallery"]


async def test_taking_it_away_leaves_the_works(as_mira, stranger, herons):
    assert (await as_mira.post(f"/galleries/{the_gallery().id}/delete")).status == 303
    assert (await stranger.get("/@mira/galleries/herons-reeds")).status == 404
    assert (await stranger.get(f"/@mira/{herons[0]}")).status == 200
    assert order() == []
