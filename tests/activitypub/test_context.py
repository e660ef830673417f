"""Our documents as JSON-LD: every term means something, by a processor that we did not write."""

import json
from pathlib import Path

import pytest
from pyld import jsonld

from fedi import db
from fedi.activitypub import actors_out, collections_out, context, posts_out
from fedi.activitypub.objects import note
from fedi.services import actors, collections, instance, posts
from fedi.services.collections import Words

CONTEXTS = Path(__file__).parent.parent / "documents" / "contexts"
KNOWN = {
    "https://www.w3.org/ns/activitystreams": "activitystreams.json",
    "https://w3id.org/security/v1": "security-v1.json",
}


def load(url, _options):
    """Only what is bundled: a context that would have to be fetched is a mistake of ours."""
    document = json.loads((CONTEXTS / KNOWN[url]).read_text())
    return {"contextUrl": None, "documentUrl": url, "document": document, "contentType": "application/ld+json"}


def lost(value, path=""):
    """Property names that expansion dropped, as nothing defines them."""
    expanded = jsonld.expand(value, {"documentLoader": load})
    back = jsonld.compact(expanded, value["@context"], {"documentLoader": load})
    return sorted(set(keys(value)) - set(keys(back)))


def keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"@context", "contentMap", "summaryMap"} and inner not in (None, [], ""):
                yield key
                yield from keys(inner)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)


@pytest.fixture
def documents(mira):
    with db.writing() as session:
        author = actors.by_uri(session, mira.actor.uri)
        post = posts.compose(session, author=author, text="#ink", title="Heron", summary="cw", language="en")
        posts.edit(session, post, text="#ink and more", title="Heron", summary="cw")
        parts = posts_out.parts_of(session, [post])[post.id]
        return {
            "actor": actors_out.document(session, author),
            "instance": actors_out.document(session, instance.instance_actor(session)),
            "note": note.to_document(post, parts),
            "collection": _collection(session, author),
        }


def _collection(session, author):
    words = Words("Ink", "those who draw", language="en", tag="ink", sensitive=True)
    row = collections.create(session, author, words, [author])
    return context.with_context(context.FEATURED, collections_out.featured_collection(session, row))


@pytest.mark.parametrize("name", ["actor", "instance", "note", "collection"])
def test_no_term_is_lost(documents, name):
    assert lost(documents[name]) == []


def test_terms_have_their_meaning(documents):
    (expanded,) = jsonld.expand(documents["note"], {"documentLoader": load})
    assert expanded["https://w3id.org/fedi/noai#consent"] == [{"@id": "https://w3id.org/fedi/noai#prohibited"}]
    assert expanded["http://purl.org/dc/terms/license"] == [{"@id": "https://art.test/@mira/licence"}]
    assert expanded["http://www.w3.org/ns/tdmrep#reservation"] == [{"@value": 1}]
