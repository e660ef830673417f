"""oEmbed: a work as a photo with its terms, found from its page."""

import json
from urllib.parse import quote

import pytest
from lxml import html

from fedi import db
from fedi.models.actor import Actor
from fedi.services import consents
from tests.policy.layers.readers import STATES, answers
from tests.web.pages.browsing import show_work, write


async def get(client, path, **headers):
    answer = await client.get(path, headers=headers)
    return answer, await answer.get_data(as_text=True)


async def card(client, url, more=""):
    answer, body = await get(client, f"/api/oembed?url={quote(url, safe='')}{more}")
    assert answer.content_type.startswith("application/json")
    return answer, json.loads(body)


@pytest.mark.parametrize("state", STATES)
async def test_a_work(client, mira, state):
    consent = {"generativeProhibited": "generative-prohibited"}.get(state, state)
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, mira.actor_id), consent=consent, licence="cc-by-nd")
    post_id = show_work(mira, "Heron <b>")
    answer, said = await card(client, f"https://art.test/@mira/{post_id}")
    assert answer.status_code == 200
    assert (said["version"], said["type"], said["title"]) == ("1.0", "photo", "Heron <b>")
    assert (said["author_url"], said["provider_url"]) == ("https://art.test/@mira", "https://art.test")
    assert said["url"].startswith("https://art.test/media/")
    assert (said["width"], said["height"]) == (1200, 800)
    assert {use: str(answer) for use, answer in answers(state).items()} == said["ai_axes"]
    assert said["license"] == "https://creativecommons.org/licenses/by-nd/4.0/"
    assert said["policy"].startswith(f"https://art.test/@mira/policies/{consent}?v=")
    assert answer.headers["tdm-reservation"] == str(said["tdm_reservation"])
    assert "public" in answer.headers["Cache-Control"]


async def test_a_size_that_fits(client, mira):
    url = f"https://art.test/users/mira/posts/{show_work(mira, 'Heron')}"
    _, small = await card(client, url, "&maxwidth=600&maxheight=600")
    assert (small["type"], small["width"]) == ("photo", 300)
    _, none = await card(client, url, "&maxwidth=100")
    assert none["type"] == "link"
    assert "url" not in none


async def test_what_is_a_link(client, mira):
    veiled = show_work(mira, "Wound", summary="blood")
    text = write(mira, "Words.")
    for url in (f"https://art.test/@mira/{veiled}", f"https://art.test/@mira/{text}", "https://art.test/@mira"):
        answer, said = await card(client, url)
        assert (answer.status_code, said["type"]) == (200, "link")
        assert said["ai_consent"] == "prohibited"
        assert "media" not in json.dumps(said)


async def test_what_is_not_for_everybody_is_not_there(client, mira):
    hidden = show_work(mira, "Sketch", visibility="followers")
    for url in (
        f"https://art.test/@mira/{hidden}", "https://art.test/@mira/1", "https://art.test/@nobody", "https://else.test/@mira",
        "https://art.test/actor", "https://art.test", "javascript:alert(1)", "x" * 3000, "https://art.test/@mira/99999999999999999999",
        f"https://art.test/@otto/{hidden}",
    ):  # fmt: skip
        answer, said = await card(client, url)
        assert answer.status_code == 404, url
        assert said["error"]


@pytest.mark.parametrize(("query", "status"), [
    ("", 422), ("?url=", 422), ("?url=https://art.test/@mira&format=xml", 501), ("?url=https://art.test/@mira&maxwidth=x", 422),
    ("?url=https://art.test/@mira&maxheight=-1", 422), ("?url=https://art.test/@mira&maxwidth=0", 422),
    ("?url=https://art.test/@mira&maxwidth=99999999999", 422), ("?url=https://art.test/@mira&format=json", 200),
])  # fmt: skip
async def test_bad_questions(client, mira, query, status):
    answer, body = await get(client, f"/api/oembed{query}")
    assert answer.status_code == status
    assert ("error" in json.loads(body)) == (status != 200)


async def test_pages_lead_to_it(client, mira):
    post_id = show_work(mira, "Heron")
    hidden = show_work(mira, "Sketch", visibility="followers")
    for path in (f"/@mira/{post_id}", "/@mira"):
        answer, body = await get(client, path, Accept="text/html")
        (address,) = html.fromstring(body).xpath("//link[@type='application/json+oembed']/@href")
        assert f"<{address}>" in ", ".join(answer.headers.getlist("Link"))
        assert (await client.get(address.removeprefix("https://art.test"))).status_code == 200
    assert "oembed" not in (await get(client, f"/@mira/{hidden}", Accept="text/html"))[1]
