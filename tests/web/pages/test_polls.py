"""Polls on pages: asking in the form, voting, and the result."""

from datetime import timedelta

from fedi import clock, db
from fedi.models.actor import Actor
from fedi.models.errand import Errand, ErrandKind
from fedi.models.poll import Poll
from fedi.models.post import Post, Visibility
from fedi.services import polls, remote_posts
from tests import people


def the_post():
    with db.reading() as session:
        return session.query(Post).one()


async def asked(as_mira, **more):
    fields = {"text": "which?", "option-1": "ink", "option-2": "oil", "poll-seconds": "3600", "visibility": "public"}
    answer = await as_mira.upload("/compose", fields | more, {})
    assert answer.status == 303, answer.words
    return the_post()


async def test_ask_vote_and_see(as_mira, as_otto, stranger):
    post = await asked(as_mira)
    page = f"/@mira/{post.id}"
    assert "Vote" not in (await as_mira.get(page)).words
    assert "0 people voted" in (await stranger.get(page)).words
    form = (await as_otto.get(page)).words
    assert "Choose one" in form
    assert "Vote" in form
    assert (await as_otto.post(f"/posts/{post.id}/vote", {"choice": "1"})).status == 303
    seen = (await as_otto.get(page)).words
    assert "your choice" in seen
    assert "100 %" in seen
    assert "1 person voted" in seen
    assert (await as_otto.post(f"/posts/{post.id}/vote", {"choice": "0"})).status == 422
    assert "100 %" in (await as_otto.get("/home")).words or "100 %" in (await as_mira.get("/home")).words


async def test_more_than_one_and_the_result_at_the_end(as_mira, as_otto):
    post = await asked(as_mira, **{"poll-multiple": "1", "poll-hidden": "1"})
    assert (await as_otto.post(f"/posts/{post.id}/vote", {"choice-0": "1", "choice-1": "1"})).status == 303
    page = f"/@mira/{post.id}"
    hidden = (await as_otto.get(page)).words
    assert "the result shows at the end" in hidden
    assert "%" not in hidden
    with db.writing() as session:
        session.get_one(Poll, post.id).expires_at = clock.now() - timedelta(seconds=1)
    assert "100 %" in (await as_otto.get(page)).words


async def test_a_question_with_one_answer_comes_back(as_mira):
    fields = {"text": "which?", "option-1": "ink", "poll-seconds": "3600", "visibility": "public"}
    answer = await as_mira.upload("/compose", fields, {})
    assert answer.status == 422
    assert "more than one" in answer.words
    assert 'value="ink"' in answer.text


async def test_an_edit_on_the_page_leaves_the_poll(as_mira):
    post = await asked(as_mira)
    assert (await as_mira.upload(f"/posts/{post.id}/edit", {"text": "which one?"}, {})).status == 303
    with db.reading() as session:
        assert session.get_one(Poll, post.id).options == ["ink", "oil"]


async def test_a_page_with_a_poll_of_elsewhere_asks_for_its_counts(as_otto, stranger):
    gina = people.stranger("gina", "gts.example")
    values = remote_posts.RemotePost(
        uri="https://gts.example/n/1",
        actor_uri=gina.uri,
        visibility=Visibility.PUBLIC,
        content="<p>which?</p>",
        question=polls.RemoteQuestion([("ink", 1), ("oil", 2)]),
    )
    with db.writing() as session:
        post = remote_posts.store(session, session.get_one(Actor, gina.id), values, tell=False)
    page = f"/@gina@gts.example/{post.id}"
    with clock.frozen(clock.timestamp() + 240):
        assert (await stranger.get(page)).status == 200
        assert wanted() == []
        assert "which?" in (await as_otto.get(page)).words
    assert wanted() == ["https://gts.example/n/1"]


def wanted():
    with db.reading() as session:
        return [row.uri for row in session.query(Errand).filter(Errand.kind == ErrandKind.POLL)]
