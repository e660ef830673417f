"""The page of what waits and why, for moderators."""

from fedi import clock, db
from fedi.models.inbox_message import InboxMessage, InboxState
from fedi.models.outgoing import Delivery, DeliveryState, Host
from tests import people


def waiting(mira):
    """A delivery to a server that failed, and a message that broke."""
    people.follow(people.stranger("ann", "away.example"), mira.actor)
    people.say(mira.actor)
    with db.writing() as session:
        outgoing = session.execute(db.Base.metadata.tables["outgoing"].select()).first().id
        session.add(
            Delivery(
                outgoing_id=outgoing, inbox="https://away.example/inbox", host="away.example", object_uri="",
                state=DeliveryState.WAITING, due_at=clock.now(), created_at=clock.now(), last_error="connection refused",
            )
        )  # fmt: skip
        session.add(Host(host="away.example", failures=3, last_error="connection refused <script>"))
        row = InboxMessage(kind="Create", actor_uri="https://odd.example/u", host="odd.example", body=b"{}")
        row.state, row.reason = InboxState.PARKED, "ValueError: odd"
        session.add(row)
        session.flush()
        return row.id


async def test_what_waits_and_why(as_admin, as_mira, stranger, mira):
    message = waiting(mira)
    page = await as_admin.get("/moderation/queue")
    assert page.status == 200
    for word in ("1 waiting", "away.example", "failing", "connection refused", "odd.example", "ValueError: odd"):
        assert word in page.words
    assert "<script>" not in page.text.replace("<script src", "")
    assert (await as_admin.post("/moderation/queue/retry", {"host": "away.example"})).status == 303
    assert (await as_admin.post("/moderation/queue/retry")).status == 303
    with db.reading() as session:
        assert session.query(Host).one().resting_until is None
    assert (await as_admin.post(f"/moderation/queue/parked/{message}")).status == 303
    with db.reading() as session:
        assert session.get(InboxMessage, message).state == InboxState.RECEIVED
    assert (await as_admin.post(f"/moderation/queue/parked/{message}")).status == 409
    assert (await as_admin.post("/moderation/queue/parked/1")).status == 404
    assert (await as_mira.get("/moderation/queue")).status == 404
    assert (await as_mira.post(f"/moderation/queue/parked/{message}")).status == 404


async def test_nothing_waits(as_admin):
    page = await as_admin.get("/moderation/queue")
    assert "Nothing is late." in page.words
