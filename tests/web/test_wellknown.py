"""WebFinger, host-meta, NodeInfo, robots.txt and tdmrep.json at their fixed addresses."""

import json

import pytest
from protego import Protego

from fedi import config


async def get(client, path, **headers):
    answer = await client.get(path, headers=headers)
    return answer, await answer.get_data()


@pytest.mark.parametrize(
    "resource",
    ["acct:mira@art.test", "acct%3Amira%40art.test", "@mira@art.test", "mira@art.test", "acct:MIRA@ART.TEST",
     "https://art.test/users/mira", "https://art.test/@mira", "https%3A%2F%2Fart.test%2F%40mira"],
)  # fmt: skip
async def test_webfinger(client, mira, resource):
    answer, body = await get(client, f"/.well-known/webfinger?resource={resource}", Accept="application/json")
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/jrd+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document = json.loads(body)
    assert document["subject"] == "acct:mira@art.test"
    assert document["aliases"] == ["https://art.test/@mira", "https://art.test/users/mira"]
    (link,) = [link for link in document["links"] if link["rel"] == "self"]
    assert link == {"rel": "self", "type": "application/activity+json", "href": "https://art.test/users/mira"}
    relations = {link["rel"]: link.get("template", "") for link in document["links"]}
    assert relations["http://ostatus.org/schema/1.0/subscribe"] == "https://art.test/authorize_interaction?uri={uri}"
    assert "https://w3id.org/fep/3b86/Object" in relations


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?resource=", 400),
        ("?resource=acct:", 400),
        ("?resource=mira", 400),
        ("?resource=acct:nobody@art.test", 404),
        ("?resource=acct:mira@other.test", 404),
        ("?resource=https://other.test/users/mira", 404),
        ("?resource=acct:mira%00@art.test", 404),
        ("?resource=https://art.test/users/mira/posts/1", 404),
    ],
)
async def test_webfinger_of_nobody(client, mira, query, status):
    answer, _ = await get(client, f"/.well-known/webfinger{query}")
    assert answer.status_code == status


async def test_a_split_domain(client, mira):
    config.use(config.settings().model_copy(update={"web_origin": "https://art.test", "domain": "handles.test"}))
    for resource in ("acct:mira@handles.test", "acct:mira@art.test"):
        _, body = await get(client, f"/.well-known/webfinger?resource={resource}")
        assert json.loads(body)["subject"] == "acct:mira@handles.test"


async def test_host_meta(client):
    answer, body = await get(client, "/.well-known/host-meta")
    assert answer.content_type.startswith("application/xrd+xml")
    assert b'template="https://art.test/.well-known/webfinger?resource={uri}"' in body
    for path, accept in (("/.well-known/host-meta", "application/json"), ("/.well-known/host-meta.json", "*/*")):
        _, body = await get(client, path, Accept=accept)
        assert json.loads(body)["links"][0]["rel"] == "lrdd"


async def test_nodeinfo(client, mira):
    _, body = await get(client, "/.well-known/nodeinfo")
    links = {link["rel"].rpartition("/")[2]: link["href"] for link in json.loads(body)["links"]}
    for version in ("2.0", "2.1"):
        assert links[version] == f"https://art.test/nodeinfo/{version}"
        answer, body = await get(client, f"/nodeinfo/{version}")
        document = json.loads(body)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert document["version"] == version
        assert document["metadata"]["upstream"]["name"] == "mastodon"
        assert document["protocols"] == ["activitypub"]
        assert document["usage"]["users"]["total"] == 1
        assert document["metadata"]["noai"]["axes"]["train_generative"] == "deny"
        assert document["metadata"]["noai"]["policy"] == "https://art.test/policies/prohibited?v=1"
        assert document["openRegistrations"] is False
    assert (await get(client, "/nodeinfo/1.0"))[0].status_code == 404


async def test_robots(client, mira):
    answer, body = await get(client, "/robots.txt")
    assert answer.content_type.startswith("text/plain")
    rules = Protego.parse(body.decode())
    assert rules.can_fetch("https://art.test/@mira", "Googlebot")
    assert not rules.can_fetch("https://art.test/@mira", "GPTBot")
    assert not rules.can_fetch("https://art.test/settings", "Googlebot")
    assert "Content-Usage: / train-ai=n, search=y" in body.decode()


async def test_tdmrep(client):
    answer, body = await get(client, "/.well-known/tdmrep.json")
    assert answer.content_type.startswith("application/json")
    assert json.loads(body) == [{"location": "/", "tdm-reservation": 1}]


async def test_changing_the_password_has_an_address(client):
    answer, _ = await get(client, "/.well-known/change-password")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://art.test/settings#password-head")


@pytest.mark.parametrize("path", ["/.well-known/webfinger", "/nodeinfo/2.0", "/@mira", "/users/mira"])
async def test_pages_of_other_origins_read_it(client, mira, path):
    """Also where it is refused, and after a preflight, which an app sends that asks for a type of its own."""
    asked = {"Origin": "https://phanpy.social", "Access-Control-Request-Method": "GET"}
    preflight = await client.open(path, method="OPTIONS", headers=asked)
    for answer in (preflight, await client.get(path)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" not in answer.headers["Access-Control-Allow-Methods"]
