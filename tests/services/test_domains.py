"""Domain rules: the nearest wins, sub-domains follow, follows across a block end, and Mastodon's CSV goes both ways."""

import pytest

from fedi import clock, config, db
from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.models.follow import Follow, FollowState
from fedi.models.instance import DomainSeverity
from fedi.models.post import Visibility
from fedi.services import domains, remote_posts
from tests import people

BLOCK, LIMIT, ALLOW = DomainSeverity.BLOCK, DomainSeverity.LIMIT, DomainSeverity.ALLOW


def rule(domain, severity, **more):
    with db.writing() as session:
        domains.set_rule(session, domain, severity, **more)


def verdict(host):
    with db.reading() as session:
        return domains.verdict(session, host)


def remote(host):
    with db.writing() as session:
        actor = Actor(
            uri=f"https://{host}/u",
            name="u",
            domain=host,
            name_key="u",
            domain_key=host,
            host=host,
            inbox=f"https://{host}/i",
        )
        session.add(actor)
        session.flush()
        return actor.id


def test_the_nearest_rule_wins(instance):
    rule("bad.example", BLOCK)
    rule("good.bad.example", ALLOW)
    rule("loud.example", LIMIT)
    assert [verdict(host) for host in ("bad.example", "x.bad.example", "good.bad.example", "a.good.bad.example")] == [
        "block", "block", "allow", "allow",
    ]  # fmt: skip
    assert [verdict(host) for host in ("BAD.example.", "bad.example:8443", "notbad.example", "loud.example")] == [
        "block", "block", "allow", "limit",
    ]  # fmt: skip
    assert verdict("art.test") == "allow"


def test_a_rule_may_name_a_port(instance):
    rule("localhost:8001", BLOCK)
    assert (verdict("localhost:8001"), verdict("localhost:8002")) == ("block", "allow")


@pytest.mark.parametrize(
    ("mode", "answers"), [("open", ["allow", "allow"]), ("limited", ["allow", "block"]), ("closed", ["block"] * 2)]
)
def test_modes(instance, mode, answers):
    rule("friend.example", ALLOW)
    config.use(config.settings().model_copy(update={"federation": mode}))
    assert [verdict("friend.example"), verdict("other.example")] == answers


def test_a_block_ends_follows_and_hides_everybody(instance, mira):
    near, far = remote("sub.bad.example"), remote("fine.example")
    with db.writing() as session:
        session.add_all(
            Follow(follower_id=a, followee_id=b, state=FollowState.ACCEPTED)
            for a, b in ((near, mira.actor_id), (mira.actor_id, near), (mira.actor_id, far))
        )
    rule("bad.example", BLOCK)
    with db.reading() as session:
        states = sorted(row.state for row in session.query(Follow))
        assert states == ["accepted", "rejected", "rejected"]
        assert session.get(Actor, near).suspended_at
        assert session.get(Actor, far).suspended_at is None
    with db.writing() as session:
        domains.remove_rule(session, "bad.example")
    with db.reading() as session:
        assert session.get(Actor, near).suspended_at is None


def test_a_limit_marks_and_unmarks(instance):
    actor_id = remote("loud.example")
    rule("loud.example", LIMIT)
    with db.reading() as session:
        assert session.get(Actor, actor_id).limited_at <= clock.now()
    rule("loud.example", ALLOW)
    with db.reading() as session:
        assert session.get(Actor, actor_id).limited_at is None


@pytest.mark.parametrize(
    "bad", ["", " ", "a b.example", "exa_mple..org", "-x.example", "art.test", "a/b", "x" * 300, "a:b"]
)
def test_what_is_no_domain_is_refused(instance, bad):
    with pytest.raises(BadRequest):
        rule(bad, BLOCK)


def test_unicode_is_kept_as_ascii(instance):
    rule("https://Bücher.example/", BLOCK)
    assert verdict("xn--bcher-kva.example") == "block"
    with db.writing() as session, pytest.raises(NotFound):
        domains.remove_rule(session, "nothing.example")


MASTODON = """#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
bad.example,suspend,false,false,"spam, much of it",true
loud.example,silence,true,true,,false
quiet.example,noop,true,false,,false
b**.example,suspend,false,false,,false
nonsense here,suspend,false,false,,false
"""


def test_csv_goes_both_ways(instance):
    with db.writing() as session:
        done = domains.import_csv(session, "\ufeff" + MASTODON)
    assert done.domains == ["bad.example", "loud.example"]
    assert [number for number, _ in done.skipped] == [4, 5, 6]
    with db.reading() as session:
        exported = domains.export_csv(session)
        assert exported.splitlines()[1:] == MASTODON.splitlines()[1:3]
    with db.writing() as session:
        assert domains.import_csv(session, "plain.example\nother.example\n").domains == [
            "plain.example",
            "other.example",
        ]
    assert verdict("plain.example") == "block"


@pytest.mark.parametrize("text", ["", "\n\n", "x" * 6_000_000])
def test_csv_that_is_none(instance, text):
    with db.writing() as session, pytest.raises(BadRequest):
        domains.import_csv(session, text)


def test_hidden_names():
    assert domains.obfuscated("bad.example") == "bad.****ple"


def test_pictures_of_a_server_that_are_not_wanted(instance):
    with db.writing() as session:
        domains.set_rule(session, "loud.example", severity=DomainSeverity.ALLOW, reject_media=True)
    for host, kept in (("loud.example", 0), ("other.example", 1)):
        author = people.stranger("ann", host)
        with db.writing() as session:
            uri = f"https://{host}/n/1"
            picture = remote_posts.RemoteAttachment(url=f"{uri}.jpg", mime="image/jpeg")
            values = remote_posts.RemotePost(
                uri=uri, actor_uri=author.uri, visibility=Visibility.PUBLIC, content="<p>x</p>", attachments=[picture]
            )
            post = remote_posts.store(session, session.get_one(Actor, author.id), values)
            assert len(remote_posts.attachments(session, post)) == kept
