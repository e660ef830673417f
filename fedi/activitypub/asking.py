"""Asking other servers for many documents in one errand, within a budget that no answer can widen."""

import time
from collections.abc import Iterator
from typing import Any

from fedi import db, urls
from fedi.activitypub import fetch
from fedi.activitypub.objects import note
from fedi.activitypub.protocol import collections, documents, origins
from fedi.activitypub.rations import Ration
from fedi.errors import FediError, Refused
from fedi.models.actor import Actor
from fedi.models.post import Post
from fedi.services import domains, remote_posts

FETCHES, SECONDS = 60, 60.0  # of one errand
PER_HOST, WINDOW = 120, 600.0  # of all errands of this process

_ration = Ration(WINDOW)


class Spent(FediError):
    """The budget is used up: the errand ends with what it has."""


def forget() -> None:
    """Forget what hosts were asked for (between tests)."""
    _ration.forget()


class Asking:
    """The budget of one errand, and what can be asked for within it."""

    def __init__(self, *, fetches: int = FETCHES) -> None:
        self._left = fetches
        self._ends = time.monotonic() + SECONDS

    def document(self, uri: str) -> dict[str, Any]:
        """The document at its own id. Raises Spent, Refused (a blocked server, or ours), and as `fetch.document`."""
        if urls.is_local(uri):
            raise Refused(f"{uri} is ours")
        self._spend(urls.host_of(uri))
        return fetch.fetch_object(uri)

    def _spend(self, host: str) -> None:
        with db.reading() as session:
            if not domains.may_federate(session, host):
                raise Refused(f"{host} is blocked here")
        if self._left <= 0 or time.monotonic() > self._ends:
            raise Spent("this errand asked for enough")
        self._left -= 1
        if not _ration.take(host, PER_HOST):
            raise Spent(f"{host} was asked for enough")

    def items(self, collection: Any, *, of: str, most: int) -> Iterator[Any]:
        """The items of a collection (embedded, or its id) and its pages, all on the server of `of`; at most `most`."""
        document = collection
        seen: set[str] = set()
        while document is not None and most > 0:
            if isinstance(document, str):
                if document in seen or not origins.same_origin(document, of):
                    return
                seen.add(document)
                document = self.page(document)
            read = collections.read(document, most=most)
            for item in read.items:
                most -= 1
                yield item
            document = read.next or (read.first if not read.items else None)

    def page(self, uri: str) -> dict[str, Any]:
        """A page of a collection. Some servers give it no id, or one without its query."""
        self._spend(urls.host_of(uri))
        return fetch.fetch_page(uri)

    def post(self, item: Any, *, on: str) -> Post | None:
        """The post that an item of a collection on the server of `on` names, kept; None for what is none.

        An embedded object is believed when it is of that server; everything else is asked for at its origin.
        """
        uri = documents.one_id(item)
        if uri is None or urls.is_local(uri):
            return None
        with db.reading() as session:
            known = remote_posts.by_id_uri(session, uri)
            if known is not None or remote_posts.is_gone(session, uri):
                return known
        embedded = isinstance(item, dict) and "content" in item and origins.same_origin(uri, on)
        document = item if embedded else self.document(uri)
        if not note.is_post(document):
            return None
        author = origins.check_author(document)
        if self._unknown(author):
            self._spend(urls.host_of(author))
        return fetch.keep_post(document)

    @staticmethod
    def _unknown(author: str) -> bool:
        with db.reading() as session:
            return session.query(Actor.id).filter(Actor.uri == author).first() is None
