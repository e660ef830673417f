"""Filters by the client API, in both versions, and what they do to what is read."""

from datetime import timedelta

import pytest

from fedi import clock
from fedi.services import filters

V2 = "/api/v2/filters"


async def say(api, who, text, **more):
    answer = await api.post("/api/v1/statuses", who, status=text, **more)
    assert answer.status == 200, answer.body
    return answer.body["id"]


async def make(api, who, *keywords, **more):
    given = {
        "title": "no herons",
        "context": ["home", "public"],
        "keywords_attributes": [{"keyword": each, "whole_word": True} for each in keywords],
    }
    answer = await api.post(V2, who, **(given | more))
    assert answer.status == 200, answer.body
    return answer.body


async def test_making_reading_changing_and_removing(api, mira):
    made = await make(api, mira, "heron", expires_in=3600, filter_action="hide")
    assert set(made) == {"id", "title", "context", "expires_at", "filter_action", "keywords", "statuses"}
    assert (made["title"], made["context"], made["filter_action"]) == ("no herons", ["home", "public"], "hide")
    assert made["expires_at"].endswith("Z")
    (word,) = made["keywords"]
    assert (word["keyword"], word["whole_word"]) == ("heron", True)
    path = f"{V2}/{made['id']}"
    assert (await api.get(path, mira)).body == made
    assert (await api.get(V2, mira)).body == [made]
    changes = [{"id": word["id"], "keyword": "stork"}, {"keyword": "reed", "whole_word": "false"}]
    changed = (await api.put(path, mira, title="no birds", keywords_attributes=changes, expires_in=0)).body
    assert (changed["title"], changed["context"], changed["expires_at"]) == ("no birds", ["home", "public"], None)
    assert [(each["keyword"], each["whole_word"]) for each in changed["keywords"]] == [("stork", True), ("reed", False)]
    gone = [{"id": word["id"], "_destroy": "true"}]
    assert [each["keyword"] for each in (await api.put(path, mira, keywords_attributes=gone)).body["keywords"]] == [
        "reed"
    ]
    removed = await api.delete(path, mira)
    assert (removed.status, removed.body) == (200, {})
    assert (await api.get(path, mira)).status == 404
    assert (await api.get(V2, mira)).body == []


async def test_keywords_and_statuses_by_themselves(api, mira, otto):
    made = await make(api, mira)
    path = f"{V2}/{made['id']}"
    word = (await api.post(f"{path}/keywords", mira, keyword="fern", whole_word="false")).body
    assert (await api.get(f"{path}/keywords", mira)).body == [word]
    assert (await api.get(f"{V2}/keywords/{word['id']}", mira)).body == word
    changed = (await api.put(f"{V2}/keywords/{word['id']}", mira, keyword="moss")).body
    assert changed == word | {"keyword": "moss"}
    post = await say(api, otto, "hello")
    named = (await api.post(f"{path}/statuses", mira, status_id=post)).body
    assert set(named) == {"id", "status_id"}
    assert (await api.post(f"{path}/statuses", mira, status_id=post)).body == named
    assert (await api.get(f"{path}/statuses", mira)).body == [named]
    assert (await api.get(f"{V2}/statuses/{named['id']}", mira)).body == named
    for each in (f"{V2}/keywords/{word['id']}", f"{V2}/statuses/{named['id']}", path):
        assert (await api.get(each, otto)).status == 404, "somebody else's"
        assert (await api.delete(each, otto)).status == 404
    for each in (f"{V2}/keywords/{word['id']}", f"{V2}/statuses/{named['id']}"):
        assert (await api.delete(each, mira)).body == {}
        assert (await api.get(each, mira)).status == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": ""}, "Title can't be blank"),
        ({"context": []}, "Context can't be blank"),
        ({"context": ["nowhere"]}, "Context None or invalid context supplied"),
        ({"filter_action": "burn"}, "Action is not included in the list"),
        ({"keywords_attributes": [{"keyword": " "}]}, "Keyword can't be blank"),
        ({"title": "x" * 300}, "Title is too long"),
    ],
)
async def test_mistakes_are_said_in_mastodons_words(api, mira, given, said):
    answer = await api.post(V2, mira, **({"title": "x", "context": ["home"]} | given))
    assert answer.status == 422
    assert answer.body["error"].startswith("Validation failed: ")
    assert said in answer.body["error"]
    assert (await api.get(V2, mira)).body == []


async def test_a_filter_has_so_many_keywords_and_no_more(api, mira, monkeypatch):
    monkeypatch.setattr(filters, "MAX_KEYWORDS", 2)
    made = await make(api, mira, "one", "two")
    path = f"{V2}/{made['id']}"
    assert (await api.post(f"{path}/keywords", mira, keyword="three")).status == 422
    assert (await api.put(path, mira, keywords_attributes=[{"keyword": "three"}])).status == 422
    assert (await api.get(path, mira)).body == made


async def test_a_keyword_of_another_filter_is_not_found(api, mira):
    first, second = await make(api, mira, "one"), await make(api, mira, "two")
    wrong = [{"id": first["keywords"][0]["id"], "keyword": "x"}]
    assert (await api.put(f"{V2}/{second['id']}", mira, keywords_attributes=wrong)).status == 404


async def test_what_is_caught_is_said(api, mira, otto):
    made = await make(api, mira, "heron", "#art", filter_action="warn")
    caught = await say(api, otto, "Two HERON at dawn #Art")
    part = await say(api, otto, "heronry")
    (result,) = (await api.get(f"/api/v1/statuses/{caught}", mira)).body["filtered"]
    assert result["filter"] == {name: made[name] for name in ("id", "title", "context", "expires_at", "filter_action")}
    assert (result["keyword_matches"], result["status_matches"]) == (["heron", "#art"], None)
    assert (await api.get(f"/api/v1/statuses/{part}", mira)).body["filtered"] == []
    assert (await api.get(f"/api/v1/statuses/{caught}", otto)).body["filtered"] == []
    await api.post(f"{V2}/{made['id']}/statuses", mira, status_id=part)
    (named,) = (await api.get(f"/api/v1/statuses/{part}", mira)).body["filtered"]
    assert (named["keyword_matches"], named["status_matches"]) == (None, [part])
    with clock.frozen(clock.timestamp() + 5):
        await api.put(f"{V2}/{made['id']}", mira, expires_in=60)
    with clock.frozen(clock.timestamp() + timedelta(days=1).total_seconds()):
        assert (await api.get(f"/api/v1/statuses/{caught}", mira)).body["filtered"] == []


async def test_what_is_hidden_is_left_out_where_it_shall_be(api, mira, otto):
    await api.post(f"/api/v1/accounts/{otto.id}/follow", mira)
    caught, free = await say(api, otto, "a heron"), await say(api, otto, "a fern")
    await make(api, mira, "heron", filter_action="hide", context=["home"])
    home = await api.get("/api/v1/timelines/home", mira)
    assert [each["id"] for each in home.body] == [free]
    assert f"min_id={free}" in home.headers["Link"]
    public = await api.get("/api/v1/timelines/public", mira)
    assert [each["id"] for each in public.body] == [free, caught]
    assert [each["id"] for each in (await api.get("/api/v1/timelines/home", otto)).body] == [free, caught]


async def test_ones_own_posts_are_caught_but_stay(api, mira):
    """As Mastodon says it, whose apps look away from their owner's own."""
    await make(api, mira, "heron", filter_action="hide", context=["home"])
    own = await say(api, mira, "my heron")
    (seen,) = (await api.get("/api/v1/timelines/home", mira)).body
    assert (seen["id"], seen["filtered"][0]["keyword_matches"]) == (own, ["heron"])


async def test_the_first_version(api, mira, otto):
    path = "/api/v1/filters"
    made = (await api.post(path, mira, phrase="heron", context=["home"], irreversible="true", whole_word="true")).body
    assert set(made) == {"id", "phrase", "context", "whole_word", "expires_at", "irreversible"}
    assert (made["phrase"], made["irreversible"], made["whole_word"]) == ("heron", True, True)
    assert (await api.get(path, mira)).body == [made]
    assert (await api.get(f"{path}/{made['id']}", mira)).body == made
    (second,) = (await api.get(V2, mira)).body
    assert (second["title"], second["filter_action"]) == ("heron", "hide")
    changed = (await api.put(f"{path}/{made['id']}", mira, phrase="stork", context=["public"])).body
    assert (changed["phrase"], changed["context"]) == ("stork", ["public"])
    assert (await api.get(f"{path}/{made['id']}", otto)).status == 404
    assert (await api.delete(f"{path}/{made['id']}", mira)).body == {}
    assert (await api.get(V2, mira)).body == []
    assert (await api.post(path, mira, phrase="", context=["home"])).status == 422
