"""The rules of the house, which everybody may read and a report can name."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedi import clock
from fedi.errors import BadRequest, NotFound
from fedi.models.rule import Rule

MAX_RULES, MAX_TEXT, MAX_HINT = 50, 300, 2000


def listed(session: Session) -> Sequence[Rule]:
    """Those that hold, in their order."""
    return session.scalars(select(Rule).where(Rule.withdrawn_at.is_(None)).order_by(Rule.id)).all()


def among(session: Session, ids: Collection[int]) -> Sequence[Rule]:
    """Those of these ids, also the ones that hold no more."""
    return session.scalars(select(Rule).where(Rule.id.in_(ids)).order_by(Rule.id)).all() if ids else []


def write(session: Session, text: str, hint: str = "") -> Rule:
    """Raises BadRequest."""
    text, hint = text.replace("\0", "").strip(), hint.replace("\0", "").strip()
    if not text:
        raise BadRequest("a rule says something")
    if len(text) > MAX_TEXT or len(hint) > MAX_HINT:
        raise BadRequest(f"a rule has at most {MAX_TEXT} characters, and {MAX_HINT} to explain it")
    if len(listed(session)) >= MAX_RULES:
        raise BadRequest(f"there are at most {MAX_RULES} rules: nobody reads more")
    row = Rule(text=text, hint=hint)
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, id_: int) -> None:
    """It holds no more. Raises NotFound."""
    row = session.get(Rule, id_)
    if row is None or row.withdrawn_at is not None:
        raise NotFound("there is no such rule")
    row.withdrawn_at = clock.now()
    session.flush()
