"""What other authors allow, in GoToSocial's and Pixelfed's words, is heeded."""

import json
from pathlib import Path

import pytest

from fedi import db
from fedi.activitypub.objects import policies
from fedi.errors import NotAllowed
from fedi.models.actor import Actor
from fedi.models.post import Mention, Post
from fedi.services import follows, interaction_policies, interactions, posts
from fedi.services.interaction_policies import Approval, Verb
from tests import people

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
NOBODY = {"automatic": [], "manual": []}


def remote(session, said):
    """A post of ann's at another server, known already."""
    author = session.query(Actor).filter(Actor.name == "ann").one()
    author.followers_uri = f"{author.uri}/followers"
    post = Post(uri=f"{author.uri}/n/1", actor_id=author.id, local=False, policies=said, tags=[], mentions=[])
    post.actor = author
    session.add(post)
    session.flush()
    return post


@pytest.mark.parametrize(
    ("document", "verb", "read"),
    [
        ({}, "reply", None),
        ({"interactionPolicy": {"canReply": {"always": PUBLIC}}}, "reply", {"automatic": ["public"], "manual": []}),
        ({"interactionPolicy": {"canReply": {}}}, "reply", NOBODY),
        (
            {
                "interactionPolicy": {
                    "canLike": {"automaticApproval": ["as:Public", 5], "manualApproval": "https://a.b/c"}
                }
            },
            "like",
            {"automatic": ["public"], "manual": ["https://a.b/c"]},
        ),
        ({"commentsEnabled": False}, "reply", {"automatic": []}),
        ({"commentsEnabled": True}, "reply", None),
        ({"capabilities": {"reply": None, "like": PUBLIC}}, "reply", {"automatic": []}),
        ({"capabilities": {"announce": PUBLIC}}, "announce", {"automatic": ["public"]}),
        ({"capabilities": "x", "interactionPolicy": ["y"]}, "like", None),
    ],
)
def test_what_servers_say_is_read(document, verb, read):
    assert (policies.read(document) or {}).get(verb) == read


@pytest.mark.parametrize("name", ["Create-Note", "Create-Note-reply", "Create-Note-followers", "Create-Question"])
def test_gotosocial_lets_people_answer(name):
    path = Path(__file__).parents[1] / "documents" / "gotosocial" / f"{name}.json"
    note = json.loads(path.read_text())["request_body"]["object"]
    assert policies.read(note)["reply"]["automatic"], "said by the real server"


def test_who_may(instance, mira, otto):
    people.stranger("ann", "else.example")
    with db.writing() as session:
        me, other = session.get(Actor, mira.actor.id), session.get(Actor, otto.actor.id)
        post = remote(session, None)
        said = {Verb.REPLY: {"automatic": [post.actor.followers_uri, me.uri], "manual": []}, Verb.LIKE: NOBODY}
        post.policies = {verb.value: each for verb, each in said.items()}

        def may(who, verb):
            return interaction_policies.approval(session, post, who, verb)

        assert may(me, Verb.REPLY) == Approval.AUTOMATIC, "by name"
        assert may(other, Verb.REPLY) == Approval.DENIED
        follows.answered(session, follows.request(session, other, post.actor), yes=True)
        assert may(other, Verb.REPLY) == Approval.AUTOMATIC, "a follower"
        assert may(me, Verb.LIKE) == Approval.DENIED
        assert may(post.actor, Verb.LIKE) == Approval.AUTOMATIC
        assert may(me, Verb.ANNOUNCE) == Approval.AUTOMATIC, "nothing said"
        assert may(me, Verb.QUOTE) == Approval.DENIED, "nothing said about quotes is a no"
        post.policies = {"reply": NOBODY}
        assert may(me, Verb.REPLY) == Approval.DENIED
        mention = Mention(actor_id=me.id)
        mention.actor = me
        post.mentions.append(mention)
        session.flush()
        assert may(me, Verb.REPLY) == Approval.AUTOMATIC, "whoever is named may answer"


def test_our_people_do_not_do_what_is_not_wanted(instance, mira):
    people.stranger("ann", "else.example")
    people.stranger("bob", "third.example")
    with db.writing() as session:
        me = session.get(Actor, mira.actor.id)
        post = remote(session, {"reply": NOBODY, "like": NOBODY, "announce": NOBODY})
        for deed in (
            lambda: interactions.like(session, me, post),
            lambda: interactions.boost(session, me, post),
            lambda: posts.compose(session, author=me, text="but", in_reply_to=post),
        ):
            with pytest.raises(NotAllowed):
                deed()
        stranger = session.query(Actor).filter(Actor.name == "bob").one()
        interactions.like(session, stranger, post)
        assert interactions.find_like(session, stranger, post), (
            "what others do is their server's and the author's affair"
        )
