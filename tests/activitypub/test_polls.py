"""Polls between servers: votes for ours, counts that go out, polls of others and our votes for them."""

import json
from datetime import timedelta

import pytest

from fedi import clock, db
from fedi.activitypub import asking, errands, expand
from fedi.models.actor import Actor
from fedi.models.notification import Notification
from fedi.models.outgoing import Delivery, Outgoing
from fedi.models.poll import Poll, Vote
from fedi.models.post import Post, Visibility
from fedi.services import polls, tokens
from fedi.services.polls import Question
from fedi.tasks import upkeep
from tests import people
from tests.origins import AS, PUBLIC

MIRA = "https://art.test/users/mira"


def ballot(post_id, viewer=None):
    with db.reading() as session:
        return polls.of_post(session, session.get_one(Post, post_id), viewer)


def asked(world, *options, multiple=False, hidden=False, **more):
    question = Question(options or ("ink", "oil"), 86_400, multiple, hidden)
    return world.post("which?", question=question, **more)


def vote(person, post, name="ink", number=9, **more):
    note = {
        "id": f"{person.id}/v/{number}", "type": "Note", "attributedTo": person.id, "to": [MIRA], "name": name,
        "inReplyTo": post.uri,
    }  # fmt: skip
    return person.create(note | more, number)


def sent(verb):
    with db.reading() as session:
        return session.query(Outgoing).filter(Outgoing.verb == verb).order_by(Outgoing.id).all()


async def document(world, post):
    answer = await world.client.get(
        post.uri.removeprefix("https://art.test"), headers={"Accept": "application/activity+json"}
    )
    return json.loads(await answer.get_data())


async def test_a_question_as_mastodon_writes_it(world):
    said = await document(world, asked(world))
    assert said["type"] == "Question"
    none = {"type": "Collection", "totalItems": 0}
    assert said["oneOf"] == [{"type": "Note", "name": name, "replies": none} for name in ("ink", "oil")]
    assert said["votersCount"] == 0
    lasts = clock.parse_iso(said["endTime"]) - clock.parse_iso(said["published"])
    assert abs(lasts - timedelta(days=1)) < timedelta(minutes=1), "published when it was written, a moment before"
    assert not {"anyOf", "closed"} & set(said)
    assert (await document(world, asked(world, multiple=True)))["anyOf"]
    hidden = await document(world, asked(world, hidden=True))
    assert "totalItems" not in hidden["oneOf"][0]["replies"]


async def test_votes_count_once_and_are_no_posts(world, ann, eve):
    post = asked(world)
    for number in (1, 2):
        assert await world.send(ann, vote(ann, post, number=number)) == 202
    await world.send(ann, vote(ann, post, "oil", 3))
    await world.send(eve, vote(eve, post, "oil", 4))
    await world.send(eve, vote(eve, post, "chalk", 5))
    assert ballot(post.id).votes == [1, 1]
    assert ballot(post.id).voters == 2
    assert world.rows(Post, Post.local.is_(False)) == []
    assert world.rows(Notification) == []
    said = await document(world, post)
    assert [each["replies"]["totalItems"] for each in said["oneOf"]] == [1, 1]
    assert said["votersCount"] == 2


async def test_several_of_a_poll_with_several(world, ann):
    post = asked(world, "ink", "oil", "chalk", multiple=True)
    for number, name in enumerate(("ink", "chalk", "ink")):
        await world.send(ann, vote(ann, post, name, number))
    assert (ballot(post.id).votes, ballot(post.id).voters) == ([1, 0, 1], 1)


async def test_a_reply_that_has_a_name_of_its_own_is_a_reply(world, ann):
    post = asked(world)
    reply = vote(ann, post, "not an option", 1, content="<p>chalk!</p>", tag=[{"type": "Mention", "href": MIRA}])
    await world.send(ann, reply)
    assert [each.content for each in world.rows(Post, Post.local.is_(False))] == ["<p>chalk!</p>"]


@pytest.mark.parametrize("why", ["over", "blocked", "unseen", "no poll"])
async def test_votes_that_do_not_count(world, ann, why):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    post = asked(world, visibility=Visibility.FOLLOWERS if why == "unseen" else Visibility.PUBLIC)
    if why == "over":
        with db.writing() as session:
            session.get_one(Poll, post.id).expires_at = clock.now() - timedelta(seconds=1)
    if why == "blocked":
        await world.send(ann, ann.activity("Block", MIRA, 2))
    if why == "no poll":
        post = world.post("no poll")
    await world.send(ann, vote(ann, post))
    assert world.message().state == "ignored"
    assert world.rows(Vote) == []


async def test_new_counts_leave_once_in_a_while(world, ann, eve):
    follower = people.stranger("fan", "fan.example")
    people.follow(follower, world.mira)
    post = asked(world)
    await world.send(ann, vote(ann, post))
    await world.send(eve, vote(eve, post))
    upkeep.sweep_once()
    assert sent("update") == []
    with db.writing() as session:
        poll = session.get_one(Poll, post.id)
        assert poll.due_at <= clock.now() + polls.UPDATE_AFTER
        poll.due_at = clock.now()
    upkeep.sweep_once()
    upkeep.sweep_once()
    (update,) = sent("update")
    expand.expand_due()
    inboxes = {row.inbox for row in world.rows(Delivery, Delivery.outgoing_id == update.id)}
    assert {ann.document()["endpoints"]["sharedInbox"], "https://fan.example/inbox"} <= inboxes
    with db.reading() as session:
        body = json.loads(session.get_one(Outgoing, update.id).body)
    assert body["type"] == "Update"
    assert "updated" not in body["object"]
    assert body["object"]["votersCount"] == 2


async def test_the_end_is_told_to_all_who_took_part(world, otto, ann):
    post = asked(world)
    with db.writing() as session:
        voter = session.get_one(Actor, otto.actor_id)
        polls.vote(session, session.get_one(Post, post.id), voter, [1])
        poll = session.get_one(Poll, post.id)
        poll.expires_at = poll.due_at = clock.now() - timedelta(seconds=1)
    for _ in range(3):
        upkeep.sweep_once()
    told = {row.account_id for row in world.rows(Notification, Notification.kind == "poll")}
    assert told == {world.account.id, otto.id}
    assert len(sent("update")) == 1
    assert (await document(world, post))["closed"]


# --- others' ----------------------------------------------------------------------------------------------------------


def question(person, number=1, *, ink=3, oil=4, **more):
    options = [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}
        for name, votes in (("ink", ink), ("oil", oil))
    ]
    note = person.note(type="Question", content="<p>which?</p>", number=number)
    return note | {"oneOf": options, "endTime": "2999-01-01T00:00:00Z", "votersCount": 7} | more


@pytest.fixture
async def theirs(world, ann):
    """A poll of ann, whom mira follows."""
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(question(ann), 2))
    (post,) = world.rows(Post, Post.local.is_(False))
    return post


async def test_a_poll_of_others_and_its_counts(world, ann, theirs):
    assert theirs.content == "<p>which?</p>"
    seen = ballot(theirs.id)
    assert (seen.options, seen.votes, seen.voters, seen.multiple, seen.expired) == (
        ["ink", "oil"],
        [3, 4],
        7,
        False,
        False,
    )
    await world.send(ann, ann.activity("Update", question(ann, ink=5, votersCount=9), 3, to=[PUBLIC]))
    assert (ballot(theirs.id).votes, ballot(theirs.id).voters) == ([5, 4], 9)
    other = question(ann, updated="2998-01-01T00:00:00Z")
    other["oneOf"][0]["name"] = "chalk"
    await world.send(ann, ann.activity("Update", other, 4, to=[PUBLIC]))
    assert ballot(theirs.id).options == ["chalk", "oil"]


async def test_our_vote_goes_to_its_author_alone(world, ann, theirs):
    with db.writing() as session:
        me = session.get_one(Actor, world.mira.id)
        polls.vote(session, session.get_one(Post, theirs.id), me, [1])
    assert ballot(theirs.id).votes == [3, 5]
    assert ballot(theirs.id).voters == 8
    (row,) = sent("vote")
    expand.expand_due()
    assert [each.inbox for each in world.rows(Delivery, Delivery.outgoing_id == row.id)] == [ann.document()["inbox"]]
    with db.reading() as session:
        body = json.loads(session.get_one(Outgoing, row.id).body)
    assert (body["type"], body["actor"], body["to"]) == ("Create", MIRA, [ann.id])
    note = body["object"]
    assert note["id"].startswith(f"{MIRA}/votes/")
    assert (note["type"], note["name"], note["inReplyTo"], note["to"]) == ("Note", "oil", theirs.uri, [ann.id])
    assert "content" not in note


@pytest.mark.parametrize(
    "said",
    [
        {"closed": True}, {"closed": "2020-01-01T00:00:00Z"}, {"endTime": "2020-01-01T00:00:00Z"},
    ],
)  # fmt: skip
async def test_what_is_over(world, ann, said):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    await world.send(ann, ann.create(question(ann, **said), 2))
    (post,) = world.rows(Post, Post.local.is_(False))
    assert ballot(post.id).expired


@pytest.mark.parametrize(
    "said",
    [
        {"oneOf": "x"}, {"oneOf": []}, {"oneOf": [1, None, {"name": 5}]}, {"oneOf": None, "anyOf": {"name": ""}},
        {"oneOf": [{"name": "a" * 600, "replies": {"totalItems": -1}}] * 1000, "votersCount": "many", "endTime": 5},
        {"oneOf": [{"name": "a", "replies": {"totalItems": 1e300}}], "votersCount": -1, "closed": {}},
    ],
)  # fmt: skip
async def test_odd_polls_are_posts_within_limits(world, ann, said):
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    assert await world.send(ann, ann.create(question(ann, **said), 2)) == 202
    assert world.message().state == "processed"
    (post,) = world.rows(Post, Post.local.is_(False))
    seen = ballot(post.id)
    assert seen is None or (len(seen.options) <= 500 and max(map(len, seen.options)) <= 500 and min(seen.votes) >= 0)


async def test_a_deleted_poll_leaves_no_votes(world, ann, theirs):
    await world.send(ann, ann.activity("Delete", {"id": theirs.uri, "type": "Tombstone"}, 3))
    with db.reading() as session:
        assert session.query(Poll).count() == 0


async def test_counts_are_asked_for_anew_when_somebody_looks(world, ann, theirs):
    asking.forget()
    with db.writing() as session:
        token = tokens.issue(session, world.account, "read")

    async def look(signed_in=True):
        headers = {"Authorization": f"Bearer {token}"} if signed_in else {}
        answer = await world.client.get(f"/api/v1/polls/{theirs.id}", headers=headers)
        assert answer.status_code == 200
        return (await answer.get_json())["votes_count"], errands.run_due()

    def told(**more):
        ann.origin.put("/u/ann/n/1", {"@context": AS, **question(ann, **more)})

    errands.run_due()
    told(ink=5, votersCount=9)
    assert await look() == (7, 0)
    now = clock.timestamp()
    with clock.frozen(now + 240):
        assert await look(signed_in=False) == (7, 0)
        assert await look() == (7, 1)
        assert await look() == (9, 0)
        assert ballot(theirs.id).voters == 9
    with clock.frozen(now + 480):
        ann.origin.put("/u/ann/n/1", {"@context": AS, **question(ann), "attributedTo": f"{ann.id}/other"})
        assert await look() == (9, 1)
        assert await look() == (9, 0)
    with clock.frozen(now + 720):
        told(endTime=clock.iso(clock.now() - timedelta(minutes=1)), ink=6)
        assert await look() == (9, 1)
        assert ballot(theirs.id).votes == [6, 4]
    with clock.frozen(now + 960):
        assert await look() == (10, 0)
