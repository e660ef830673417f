"""Whatever JSON comes: it is read, or refused with BadDocument; never anything else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fedi.activitypub.objects import actor, note
from fedi.errors import BadDocument

ID = "https://a.example/u/ann"
json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["Note", "Hashtag", "Mention", "Image", "Link", "PropertyValue", "https://a.example/1", "#x", ID, "image/png"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "name", "href", "url", "id", "mediaType", "value", "focalPoint", "totalItems"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def documents(names, **fixed):
    return st.dictionaries(st.sampled_from(names), json_value, max_size=12).map(lambda drawn: {**drawn, **fixed})


POST = [
    "to", "cc", "content", "contentMap", "summary", "name", "tag", "attachment", "url", "published", "updated",
    "inReplyTo", "context", "conversation", "likes", "shares", "replies", "sensitive", "image", "oneOf", "anyOf",
    "aiConsent", "xRobotsTag", "tdmReservation", "license", "attributedTo",
]  # fmt: skip
ACTOR = [
    "preferredUsername", "name", "summary", "url", "icon", "image", "attachment", "tag", "endpoints", "publicKey",
    "assertionMethod", "alsoKnownAs", "movedTo", "followers", "featured", "published", "webfinger", "aiConsent",
    "tdmReservation", "discoverable",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(documents(POST, id=f"{ID}/1"), st.sampled_from(sorted(note.KINDS)))
def test_posts(document, kind):
    try:
        values = note.from_document({**document, "type": kind}, author_uri=ID, followers_uri=f"{ID}/followers")
    except BadDocument:
        return
    assert values.uri == f"{ID}/1"
    assert "<script" not in values.content


@settings(max_examples=400, deadline=None)
@given(documents(ACTOR, id=ID, type="Person", inbox=f"{ID}/inbox"))
def test_actors(document):
    try:
        values = actor.from_document(document)
    except BadDocument:
        return
    assert values.uri == ID
    assert values.name
