"""Custom emoji of other servers: kept with what they stand in, given to apps, shown on pages as pictures."""

import json

from fedi.models.post import Post
from fedi.services import cached_files
from fedi.web import emojis

URL = "https://emoji.example/cat.png"


def emoji(code=":blobcat:", url=URL, **more):
    return {"type": "Emoji", "name": code, "icon": {"type": "Image", "mediaType": "image/png", "url": url}} | more


async def test_in_a_post_and_in_a_name(world, app, ann):
    ann.serve(name="Ann :blobcat:", tag=[emoji()])
    await world.send(ann, ann.activity("Like", "https://art.test/x"))
    world.follow(ann.id)
    tags = [emoji(), emoji(":unused:"), emoji("x y"), emoji(":bad:", "javascript:1"), emoji(icon=None), 7]
    note = ann.note(1, content='<p>hi :blobcat: <a href="https://x.example/:blobcat:">l</a> :nobody:</p>', tag=tags)
    await world.send(ann, ann.create(note, 2))
    (post,) = world.rows(Post, Post.local.is_(False))
    assert post.emojis == {"blobcat": URL, "unused": URL}
    status = json.loads(await (await world.client.get(f"/api/v1/statuses/{post.id}")).get_data())
    here = f"https://art.test{cached_files.path(URL, 'small')}"
    assert status["emojis"] == [
        {"shortcode": "blobcat", "url": here, "static_url": here, "visible_in_picker": False, "category": None}
    ]
    assert [each["shortcode"] for each in status["account"]["emojis"]] == ["blobcat"]


def test_pictures_stand_in_texts_and_not_in_tags():
    shown = emojis.shown('<p title=":cat:">a :cat: b</p>', {"cat": 'https://x.example/"><script>'})
    assert shown.count("<img") == 1
    assert 'title=":cat:">a' in shown
    assert "<script>" not in shown
    odd = '<a href="https://x.example/>:cat:">l</a>'
    assert emojis.shown(odd, {"cat": URL}) == odd
    assert emojis.shown("<p>:cat:</p>", None) == "<p>:cat:</p>"
    assert emojis.entities(None, ":cat:") == []
