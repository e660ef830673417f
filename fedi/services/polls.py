"""Polls: asking, voting, counting, and telling everybody the result.

A poll belongs to a post and has its id. Votes for our polls are rows; of remote polls we keep what their server tells,
and the votes of people here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from fedi import clock, db, urls
from fedi.errors import BadRequest, NotFound
from fedi.models.actor import Actor
from fedi.models.errand import ErrandKind
from fedi.models.notification import NotificationKind
from fedi.models.poll import Poll, Vote
from fedi.models.post import Post, PostState
from fedi.services import accounts, errands, notifications, outgoing, relations

MAX_OPTIONS = 4
MAX_CHARACTERS = 50
MIN_SECONDS, MAX_SECONDS = 300, 2_629_746
UPDATE_AFTER = timedelta(minutes=3)  # new counts leave at most this often, as Mastodon's do


@dataclass(frozen=True)
class Question:
    """What an author asks; `seconds` is how long."""

    options: Sequence[str]
    seconds: int
    multiple: bool = False
    hide_totals: bool = False


# What an edit says that leaves the poll alone.
AS_IT_IS = Question((), 0)


@dataclass(frozen=True)
class RemoteQuestion:
    """What another server says of its poll: (option, votes) in order."""

    options: Sequence[tuple[str, int]]
    multiple: bool = False
    ends_at: datetime | None = None
    voters: int | None = None


@dataclass(frozen=True)
class Ballot:
    """A poll as one reader sees it; `votes` are None where totals are hidden until the end."""

    post_id: int
    options: Sequence[str]
    votes: Sequence[int]
    voters: int | None
    multiple: bool
    expires_at: datetime | None
    expired: bool
    hidden: bool
    author: bool = False
    own: Sequence[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.votes)

    @property
    def voted(self) -> bool:
        """Nothing to choose any more: who asks counts as one who has answered."""
        return self.author or bool(self.own)

    def share(self, option: int) -> int:
        """Per cent of those who voted."""
        of = self.voters or self.total
        return round(self.votes[option] * 100 / of) if of else 0


def check(asked: Question) -> Question:
    """The question with its options trimmed. Raises BadRequest, in Mastodon's words."""
    options = [each.replace("\0", "").strip() for each in asked.options]
    options = [each for each in options if each]
    problem = ""
    if len(options) < 2:
        problem = "Options must have more than one item"
    elif len(options) > MAX_OPTIONS:
        problem = f"Options can't contain more than {MAX_OPTIONS} items"
    elif any(len(each) > MAX_CHARACTERS for each in options):
        problem = f"Options can't be longer than {MAX_CHARACTERS} characters each"
    elif len(set(options)) != len(options):
        problem = "Options contain duplicate items"
    elif asked.seconds > MAX_SECONDS:
        problem = "Expires at is too far into the future"
    elif asked.seconds < MIN_SECONDS:
        problem = "Expires at is too soon"
    if problem:
        raise BadRequest(f"Validation failed: {problem}")
    return Question(options, asked.seconds, asked.multiple, asked.hide_totals)


def ask(session: Session, post: Post, question: Question) -> Poll:
    """Put a checked question to a new post. Its time begins when the post is published."""
    poll = Poll(post_id=post.id)
    session.add(poll)
    _set(poll, question, from_=clock.now())
    session.flush()
    return poll


def options(session: Session, post: Post) -> list[str] | None:
    """What can be chosen; None where nothing is asked."""
    poll = session.get(Poll, post.id)
    return list(poll.options) if poll is not None else None


def said(session: Session, post: Post) -> tuple[object, ...] | None:
    """What a post asks, to be compared; None when it asks nothing."""
    poll = session.get(Poll, post.id)
    return (list(poll.options), poll.multiple, poll.hide_totals, poll.expires_at) if poll is not None else None


def start(session: Session, post: Post) -> None:
    """The post is published: the time runs from now, however long its pictures were being protected."""
    poll = session.get(Poll, post.id)
    if poll is not None and poll.expires_at is not None and post.published_at is not None:
        poll.expires_at += post.published_at - post.created_at
        poll.due_at = poll.expires_at
        session.flush()


def change(session: Session, post: Post, question: Question | None) -> None:
    """An edit: other options, or another way of choosing, drop the votes; None takes the poll away (as Mastodon)."""
    if question is AS_IT_IS:
        return
    poll = session.get(Poll, post.id)
    if question is None:
        if poll is not None:
            session.delete(poll)
            session.flush()
        return
    if poll is None:
        ask(session, post, question)
        return
    if list(question.options) != poll.options or question.multiple != poll.multiple:
        session.execute(delete(Vote).where(Vote.post_id == post.id))
    _set(poll, question, from_=clock.now())
    session.flush()


def _set(poll: Poll, question: Question, *, from_: datetime) -> None:
    poll.options, poll.multiple, poll.hide_totals = list(question.options), question.multiple, question.hide_totals
    poll.expires_at = from_ + timedelta(seconds=question.seconds)
    poll.due_at, poll.ended_at = poll.expires_at, None


# --- others' ----------------------------------------------------------------------------------------------------------


def keep(session: Session, post: Post, said: RemoteQuestion | None) -> None:
    """A remote post as it is now; other options drop the votes that people here gave."""
    poll = session.get(Poll, post.id)
    if said is None:
        if poll is not None:
            session.delete(poll)
        return
    if poll is None:
        poll = Poll(post_id=post.id, options=[])
        session.add(poll)
    names = [name for name, _ in said.options]
    if poll.options and (names != poll.options or said.multiple != poll.multiple):
        session.execute(delete(Vote).where(Vote.post_id == post.id))
    poll.options, poll.multiple = names, said.multiple
    _count(session, poll, said)


def recount(session: Session, post: Post, said: RemoteQuestion | None) -> None:
    """Counts alone, of an Update that says nothing of an edit; not for other options than we know."""
    poll = session.get(Poll, post.id)
    if poll is not None and said is not None and [name for name, _ in said.options] == poll.options:
        _count(session, poll, said)


def _count(session: Session, poll: Poll, said: RemoteQuestion) -> None:
    poll.told, poll.voters, poll.told_at = [votes for _, votes in said.options], said.voters, clock.now()
    poll.expires_at = said.ends_at
    if poll.ended_at is None and poll.due_at is not None:
        poll.due_at = said.ends_at
    session.flush()


def recount_wanted(session: Session, post: Post) -> str:
    """The id of a remote post whose poll has counts worth asking for anew, '' for all others."""
    poll = session.get(Poll, post.id) if not post.local else None
    if poll is None:
        return ""
    told, over = poll.told_at, poll.expires_at
    if told is not None and (told > clock.now() - UPDATE_AFTER or (over is not None and told > over)):
        return ""
    return post.uri if errands.is_wanted(session, ErrandKind.POLL, post.uri) else ""


# --- voting -----------------------------------------------------------------------------------------------------------


def vote(session: Session, post: Post, voter: Actor, choices: Sequence[int]) -> None:
    """Somebody here chooses; a remote poll's author is told. Raises BadRequest, NotFound (no poll)."""
    poll = _open(session, post)
    chosen = list(dict.fromkeys(choices))
    if not chosen:
        return
    if post.actor_id == voter.id:
        raise BadRequest("Validation failed: You cannot vote in your own polls")
    if any(not 0 <= each < len(poll.options) for each in chosen):
        raise BadRequest("Validation failed: The chosen vote option does not exist")
    if _own(session, [post.id], voter) or (len(chosen) > 1 and not poll.multiple):
        raise BadRequest("Validation failed: You have already voted on this poll")
    rows = [_put(session, poll, voter, option) for option in chosen]
    if post.local:
        _changed(session, poll)
        return
    poll.told = [told + (option in chosen) for option, told in enumerate(poll.told or [0] * len(poll.options))]
    poll.voters = poll.voters + 1 if poll.voters is not None else None
    poll.due_at = poll.expires_at
    session.flush()
    for row in rows:
        outgoing.put(
            session,
            "vote",
            actor=voter,
            subject={"id": row.uri, "name": poll.options[row.option], "poll": post.uri, "author": post.actor.uri},
            object_uri=row.uri,
            actors=[post.actor],
        )


def received(session: Session, post: Post, voter: Actor, name: str, uri: str) -> bool:
    """A vote from elsewhere for a poll of ours; whether it counts. The same vote again changes nothing."""
    poll = session.get(Poll, post.id, with_for_update=True)
    if poll is None or name not in poll.options or _expired(poll) or post.actor_id == voter.id:
        return False
    if relations.blocked_between(session, post.actor_id, voter.id):
        return False
    option, own = poll.options.index(name), _own(session, [post.id], voter).get(post.id, [])
    if option in own or (own and not poll.multiple):
        return False
    _put(session, poll, voter, option, uri=uri)
    _changed(session, poll)
    return True


def is_option(session: Session, post: Post, name: str) -> bool:
    poll = session.get(Poll, post.id)
    return poll is not None and name in poll.options


def _open(session: Session, post: Post) -> Poll:
    poll = session.get(Poll, post.id, with_for_update=True)
    if poll is None or post.state != PostState.PUBLISHED:
        raise NotFound("there is no such poll")
    if _expired(poll):
        raise BadRequest("Validation failed: The poll has already ended")
    return poll


def _put(session: Session, poll: Poll, voter: Actor, option: int, *, uri: str = "") -> Vote:
    row_id = clock.new_id()
    made = uri or urls.activity(voter.uri, "vote", row_id)
    row = Vote(id=row_id, post_id=poll.post_id, actor_id=voter.id, option=option, uri=made)
    session.add(row)
    session.flush()
    return row


def _changed(session: Session, poll: Poll) -> None:
    """New counts leave in a few minutes, with those that come until then."""
    soon = clock.now() + UPDATE_AFTER
    poll.due_at = min(poll.due_at, soon) if poll.due_at else soon
    session.flush()


def _expired(poll: Poll) -> bool:
    return poll.expires_at is not None and poll.expires_at <= clock.now()


# --- what is due ------------------------------------------------------------------------------------------------------


def settle_due(session: Session, *, most: int = 100) -> int:
    """Send new counts, and tell that a poll is over to who asked and who voted; how many polls were seen to."""
    now = clock.now()
    due = list(
        session.scalars(
            select(Poll).where(Poll.due_at <= now).order_by(Poll.due_at).limit(most).with_for_update(skip_locked=True)
        )
    )
    for poll in due:
        post = session.get_one(Post, poll.post_id)
        over = poll.expires_at is not None and poll.expires_at <= now
        poll.due_at = None if over else poll.expires_at
        if post.state == PostState.PUBLISHED:
            if post.local:
                outgoing.put_update(session, post, actors=_voters(session, post))
            if over and poll.ended_at is None:
                poll.ended_at = now
                _tell_over(session, post)
    session.flush()
    return len(due)


def _tell_over(session: Session, post: Post) -> None:
    for actor in [post.actor, *_voters(session, post)]:
        account = accounts.of_actor(session, actor) if actor.local else None
        if account is not None:
            notifications.notify(session, account, NotificationKind.POLL, post.actor, post)


def _voters(session: Session, post: Post) -> list[Actor]:
    voted = select(Vote.actor_id).where(Vote.post_id == post.id)
    return list(session.scalars(select(Actor).where(Actor.id.in_(voted), Actor.id != post.actor_id)))


# --- reading ----------------------------------------------------------------------------------------------------------


def of_posts(session: Session, posts: Sequence[Post], viewer: Actor | None = None) -> dict[int, Ballot]:
    """The ballots of those posts that ask something, in at most four queries."""
    by_id = {post.id: post for post in posts}
    polls = {poll.post_id: poll for poll in session.scalars(_POLLS, {"ids": db.few_lengths(list(by_id))})}
    if not polls:
        return {}
    ours = [post_id for post_id in polls if by_id[post_id].local]
    counted, people = _counted(session, ours)
    own = _own(session, list(polls), viewer) if viewer is not None else {}
    return {
        post_id: Ballot(
            post_id=post_id,
            options=poll.options,
            votes=counted[post_id] if post_id in counted else _told(poll, local=by_id[post_id].local),
            voters=people.get(post_id, 0) if by_id[post_id].local else poll.voters,
            multiple=poll.multiple,
            expires_at=poll.expires_at,
            expired=_expired(poll),
            hidden=poll.hide_totals and not _expired(poll),
            author=viewer is not None and viewer.id == by_id[post_id].actor_id,
            own=own.get(post_id, []),
        )
        for post_id, poll in polls.items()
    }


_POLLS = select(Poll).where(Poll.post_id.in_(bindparam("ids", expanding=True)))


def of_post(session: Session, post: Post, viewer: Actor | None = None) -> Ballot | None:
    return of_posts(session, [post], viewer).get(post.id)


def _told(poll: Poll, *, local: bool) -> list[int]:
    told = [] if local else list(poll.told or [])
    return (told + [0] * len(poll.options))[: len(poll.options)]


def _counted(session: Session, post_ids: Sequence[int]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """({post: votes by option}, {post: people}) of our own polls that have votes."""
    if not post_ids:
        return {}, {}
    options = {post_id: len(session.get_one(Poll, post_id).options) for post_id in post_ids}  # loaded already
    votes: dict[int, list[int]] = {}
    rows = select(Vote.post_id, Vote.option, func.count()).where(Vote.post_id.in_(post_ids))
    for post_id, option, count in session.execute(rows.group_by(Vote.post_id, Vote.option)):
        votes.setdefault(post_id, [0] * options[post_id])[option] = count
    people = select(Vote.post_id, func.count(Vote.actor_id.distinct())).where(Vote.post_id.in_(post_ids))
    return votes, dict(session.execute(people.group_by(Vote.post_id)).all())


def _own(session: Session, post_ids: Sequence[int], voter: Actor) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = select(Vote.post_id, Vote.option).where(Vote.post_id.in_(post_ids), Vote.actor_id == voter.id)
    for post_id, option in session.execute(rows.order_by(Vote.option)):
        found.setdefault(post_id, []).append(option)
    return found
