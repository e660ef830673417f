"""Who has a post, and who was told that it is gone: seen by its author alone."""

from fedi import clock, db
from fedi.activitypub import expand
from fedi.models.outgoing import DELIVERIES, Delivery, DeliveryState, Outgoing
from tests import people
from tests.web.pages.browsing import write


def settle(host, state, **values):
    """What became of the last delivery to this host."""
    expand.expand_due()
    with db.writing() as session:
        row = session.query(Delivery).filter(Delivery.host == host).order_by(Delivery.id.desc()).first()
        DELIVERIES.move(row, DeliveryState.DELIVERING)
        DELIVERIES.move(row, state, **values)


async def test_who_has_it(as_mira, as_otto, mira):
    for name in ("good", "away", "odd"):
        people.follow(people.stranger("fan", f"{name}.example"), mira.actor)
    post = write(mira, "a heron")
    path = f"/posts/{post}/servers"
    settle("good.example", DeliveryState.DELIVERED, delivered_at=clock.now())
    settle("away.example", DeliveryState.WAITING, last_error="did not answer in time")
    settle("odd.example", DeliveryState.REFUSED, last_error="the server answered 403")
    page = await as_mira.get(path)
    assert "1 of 3 servers took it" in page.words
    assert "good.example has it" in page.words
    assert "did not answer in time" in page.words
    assert "odd.example refused it" in page.words
    assert (await as_otto.get(path)).status == 404
    assert path in (await as_mira.get(f"/@mira/{post}")).text
    assert (await as_mira.post(f"{path}/delete-again")).status == 409


async def test_who_was_told_that_it_is_gone(as_mira, as_otto, mira):
    people.follow(people.stranger("fan", "good.example"), mira.actor)
    post = write(mira, "a heron")
    settle("good.example", DeliveryState.DELIVERED, delivered_at=clock.now())
    await as_mira.post(f"/posts/{post}/delete")
    settle("good.example", DeliveryState.WAITING, last_error="the server answered 500")
    path = f"/posts/{post}/servers"
    assert path in (await as_mira.get("/posts/deleted")).text
    page = await as_mira.get(path)
    assert "0 of 1 server took the deletion" in page.words
    assert "heron" not in page.words
    assert (await as_otto.post(f"{path}/delete-again")).status == 404
    assert (await as_mira.post(f"{path}/delete-again")).status == 303
    settle("good.example", DeliveryState.DELIVERED, delivered_at=clock.now())
    assert "1 of 1 server took the deletion" in (await as_mira.get(path)).words
    with db.reading() as session:
        assert [row.verb for row in session.query(Outgoing).order_by(Outgoing.id)] == ["create", "delete", "delete"]


async def test_a_post_that_nobody_elsewhere_got(as_mira, mira):
    post = write(mira, "a heron")
    assert "No other server got it" in (await as_mira.get(f"/posts/{post}/servers")).words
    assert "There are none" in (await as_mira.get("/posts/deleted")).words
