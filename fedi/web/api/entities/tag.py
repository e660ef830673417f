"""The Tag entity with the history of a week."""

from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.services import hashtags


def render(session: Session, name: str, *, signed_in: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": name.lower(),
        "name": name.lower(),
        "url": urls.tag(name),
        "history": [
            {"day": str(int(day.timestamp())), "uses": str(posts), "accounts": str(people)}
            for day, posts, people in hashtags.week(session, name)
        ],
    }
    return body | {"following": False, "featuring": False} if signed_in else body
