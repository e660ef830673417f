"""Reports: what people tell the moderators, and what moderators do with it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.errors import BadRequest, NotFound
from fedi.models.account import Account, AccountState, Role
from fedi.models.actor import Actor
from fedi.models.notification import NotificationKind
from fedi.models.post import Post, PostState
from fedi.models.report import Report
from fedi.services import instance, notifications, outgoing, posts, rules
from fedi.services.paging import Page, rows

CATEGORIES = {"spam", "legal", "violation", "other"}
MAX_COMMENT, MAX_POSTS = 1000, 100
MAX_REMOTE_COMMENT = 5000  # what Mastodon takes from another server


def make(
    session: Session,
    *,
    reporter: Actor,
    target: Actor,
    post_ids: Sequence[int] = (),
    rule_ids: Sequence[int] = (),
    comment: str = "",
    category: str = "other",
    uri: str | None = None,
    forward: bool = False,
) -> Report:
    """Tell the moderators about `target`, and with `forward` those of its server too, without saying who reports.

    Raises BadRequest, and NotFound for posts the reporter cannot see.
    """
    longest = MAX_COMMENT if reporter.local else MAX_REMOTE_COMMENT
    if len(comment) > longest:
        raise BadRequest(f"Validation failed: Comment is too long (maximum is {longest} characters)")
    category = "violation" if rule_ids else category
    if category not in CATEGORIES:
        raise BadRequest("Validation failed: Category is not included in the list")
    if uri is not None and (known := session.scalar(select(Report).where(Report.uri == uri))) is not None:
        return known
    broken = rules.among(session, rule_ids)
    if len(broken) < len(set(rule_ids)):
        raise BadRequest("Validation failed: Rule ids does not reference valid rules")
    row = Report(
        reporter_id=reporter.id,
        target_id=target.id,
        post_ids=_posts_of(session, reporter, target, post_ids),
        rule_ids=[rule.id for rule in broken],
        comment=comment.replace("\0", ""),
        category=category,
        uri=uri,
    )
    row.reporter, row.target = reporter, target
    session.add(row)
    session.flush()
    for moderator in _moderators(session):
        notifications.notify(session, moderator, NotificationKind.ADMIN_REPORT, reporter, report=row)
    if forward and reporter.local and not target.local:
        _forward(session, row)
    return row


def _forward(session: Session, row: Report) -> None:
    sender = instance.instance_actor(session)
    named = session.scalars(select(Post.uri).where(Post.id.in_(row.post_ids)).order_by(Post.id)).all()
    row.forwarded = True
    outgoing.put(
        session,
        "flag",
        actor=sender,
        subject={
            "uri": urls.activity(sender.uri, "report", row.id),
            "objects": [row.target.uri, *named],
            "comment": row.comment,
        },
        actors=[row.target],
    )


def listed(
    session: Session, page: Page, *, done: bool, by: int | None = None, about: int | None = None
) -> list[Report]:
    """Open or settled ones, the newest first; `by` and `about` are ids of actors."""
    query = select(Report).where(Report.resolved_at.is_not(None) if done else Report.resolved_at.is_(None))
    if by is not None:
        query = query.where(Report.reporter_id == by)
    if about is not None:
        query = query.where(Report.target_id == about)
    return rows(session, query, Report.id, page)


def get(session: Session, report_id: int) -> Report:
    """Raises NotFound."""
    row = session.get(Report, report_id)
    if row is None:
        raise NotFound("Record not found")
    return row


def resolve(session: Session, report: Report, moderator: Account) -> None:
    report.resolved_at, report.resolved_by_id = clock.now(), moderator.id
    session.flush()


def assign(session: Session, report: Report, moderator: Account | None) -> None:
    """Who works on it; None: nobody."""
    report.assigned_to_id = moderator.id if moderator else None
    session.flush()


def change(session: Session, report: Report, *, category: str) -> None:
    """Raises BadRequest."""
    if category not in CATEGORIES:
        raise BadRequest("Validation failed: Category is not included in the list")
    report.category = category
    session.flush()


def reopen(session: Session, report: Report) -> None:
    report.resolved_at = report.resolved_by_id = None
    session.flush()


def _posts_of(session: Session, reporter: Actor, target: Actor, post_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(post_ids))
    if len(wanted) > MAX_POSTS:
        raise BadRequest(f"a report names at most {MAX_POSTS} posts")
    found = session.scalars(
        select(Post).where(Post.id.in_(wanted), Post.actor_id == target.id, Post.state == PostState.PUBLISHED),
    ).unique()
    seen = {post.id for post in found if posts.visible(session, post, reporter if reporter.local else None)}
    if len(seen) != len(wanted) and reporter.local:
        raise NotFound("Record not found")
    return [post_id for post_id in wanted if post_id in seen]


def _moderators(session: Session) -> list[Account]:
    return list(
        session.scalars(
            select(Account).where(
                Account.role.in_([Role.MODERATOR, Role.ADMIN]),
                Account.state.in_([AccountState.APPROVED, AccountState.LIMITED]),
            ),
        ),
    )
