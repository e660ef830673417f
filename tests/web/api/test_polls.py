"""Polls by the client API: asking, voting, editing, and Mastodon's errors."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from fedi import clock, db
from fedi.models.poll import Poll

KEYS = {
    "id",
    "expires_at",
    "expired",
    "multiple",
    "votes_count",
    "voters_count",
    "options",
    "emojis",
    "voted",
    "own_votes",
}


async def ask(api, who, *, options=("ink", "oil"), **more):
    given = {"options": list(options), "expires_in": 3600, **more}
    answer = await api.post("/api/v1/statuses", who, status="which?", poll=given)
    assert answer.status == 200, answer.body
    return answer.body


async def test_asking_and_voting(api, mira, otto):
    status = await ask(api, mira)
    poll = status["poll"]
    assert set(poll) == KEYS
    assert (poll["votes_count"], poll["voters_count"], poll["expired"], poll["multiple"]) == (0, 0, False, False)
    assert poll["options"] == [{"title": "ink", "votes_count": 0}, {"title": "oil", "votes_count": 0}]
    assert (poll["voted"], poll["own_votes"]) == (True, [])
    assert poll["expires_at"].endswith("Z")
    path = f"/api/v1/polls/{poll['id']}"
    stranger = await api.get(path)
    assert set(stranger.body) == KEYS - {"voted", "own_votes"}
    voted = await api.post(f"{path}/votes", otto, choices=["1"])
    assert voted.status == 200
    assert (voted.body["own_votes"], voted.body["voted"], voted.body["votes_count"]) == ([1], True, 1)
    assert (await api.get(path, otto)).body == voted.body
    again = await api.post(f"{path}/votes", otto, choices=[0])
    assert (again.status, again.body["error"]) == (422, "Validation failed: You have already voted on this poll")


async def test_several_and_hidden(api, mira, otto):
    poll = (await ask(api, mira, options=["a", "b", "c"], multiple=True, hide_totals=True))["poll"]
    voted = await api.post(f"/api/v1/polls/{poll['id']}/votes", otto, choices=[0, 2, 2])
    assert (voted.body["own_votes"], voted.body["voters_count"]) == ([0, 2], 1)
    assert [each["votes_count"] for each in voted.body["options"]] == [None] * 3
    with db.writing() as session:
        session.get_one(Poll, int(poll["id"])).expires_at = clock.now() - timedelta(seconds=1)
    over = (await api.get(f"/api/v1/polls/{poll['id']}", otto)).body
    assert (over["expired"], [each["votes_count"] for each in over["options"]]) == (True, [1, 0, 1])
    late = await api.post(f"/api/v1/polls/{poll['id']}/votes", mira, choices=[0])
    assert (late.status, late.body["error"]) == (422, "Validation failed: The poll has already ended")


@pytest.mark.parametrize("choices", [[2], [-1], ["x"], ["0", "2"], [10**9]])
async def test_choices_that_are_none(api, mira, otto, choices):
    poll = (await ask(api, mira))["poll"]
    answer = await api.post(f"/api/v1/polls/{poll['id']}/votes", otto, choices=choices)
    assert (answer.status, answer.body["error"]) == (422, "Validation failed: The chosen vote option does not exist")


async def test_the_second_of_two_choices_is_a_second_vote(api, mira, otto):
    """Of a poll that takes one; the first one does not count either."""
    poll = (await ask(api, mira))["poll"]
    answer = await api.post(f"/api/v1/polls/{poll['id']}/votes", otto, choices=["0", "1"])
    assert (answer.status, answer.body["error"]) == (422, "Validation failed: You have already voted on this poll")
    assert (await api.get(f"/api/v1/polls/{poll['id']}", otto)).body["votes_count"] == 0


async def test_nothing_chosen_changes_nothing(api, mira, otto):
    poll = (await ask(api, mira))["poll"]
    answer = await api.post(f"/api/v1/polls/{poll['id']}/votes", otto)
    assert (answer.status, answer.body["votes_count"]) == (200, 0)


async def test_ones_own_and_unknown_polls(api, mira, otto):
    poll = (await ask(api, mira))["poll"]
    own = await api.post(f"/api/v1/polls/{poll['id']}/votes", mira, choices=[0])
    assert (own.status, own.body["error"]) == (422, "Validation failed: You cannot vote in your own polls")
    plain = (await api.post("/api/v1/statuses", mira, status="no poll")).body["id"]
    private = (await api.post("/api/v1/statuses", mira, status="x", visibility="private", poll={"options": ["a", "b"], "expires_in": 900})).body["id"]  # fmt: skip
    for id_ in (plain, private, "1", "x"):
        assert (await api.get(f"/api/v1/polls/{id_}", otto)).status == 404
        assert (await api.post(f"/api/v1/polls/{id_}/votes", otto, choices=[0])).status == 404
    assert (await api.post(f"/api/v1/polls/{poll['id']}/votes", choices=[0])).status == 401


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"options": ["a"]}, "Options must have more than one item"),
        ({"options": ["a", " "]}, "Options must have more than one item"),
        ({"options": ["a", "a"]}, "Options contain duplicate items"),
        ({"options": list("abcde")}, "Options can't contain more than 4 items"),
        ({"options": ["a", "b" * 51]}, "Options can't be longer than 50 characters each"),
        ({"expires_in": 299}, "Expires at is too soon"),
        ({"expires_in": "soon"}, "Expires at is too soon"),
        ({"expires_in": 2_629_747}, "Expires at is too far into the future"),
    ],
)
async def test_questions_that_cannot_be_asked(api, mira, given, said):
    poll = {"options": ["a", "b"], "expires_in": 3600} | given
    answer = await api.post("/api/v1/statuses", mira, status="which?", poll=poll)
    assert (answer.status, answer.body["error"]) == (422, f"Validation failed: {said}")


async def test_edits(api, mira, otto):
    """The same options keep the votes, others drop them, and an edit without a poll takes it away (as Mastodon)."""
    status = await ask(api, mira)
    path, votes = f"/api/v1/statuses/{status['id']}", f"/api/v1/polls/{status['id']}/votes"
    await api.post(votes, otto, choices=[0])
    same = {"options": ["ink", "oil"], "expires_in": 7200}
    kept = (await api.put(path, mira, status="which one?", poll=same)).body
    assert (kept["poll"]["votes_count"], kept["content"]) == (1, "<p>which one?</p>")
    assert kept["poll"]["expires_at"] > status["poll"]["expires_at"]
    other = (await api.put(path, mira, status="which one?", poll=same | {"options": ["ink", "chalk"]})).body
    assert other["poll"]["votes_count"] == 0
    assert (await api.put(path, mira, status="which one?")).body["poll"] is None
    assert (await api.get(f"/api/v1/polls/{status['id']}")).status == 404


async def test_the_history_tells_what_was_asked(api, mira):
    id_ = (await ask(api, mira))["id"]
    poll = {"options": ["tea", "milk"], "expires_in": 600}
    await api.put(f"/api/v1/statuses/{id_}", mira, status="which?", poll=poll)
    await api.put(f"/api/v1/statuses/{id_}", mira, status="never mind")
    versions = (await api.get(f"/api/v1/statuses/{id_}/history", mira)).body
    first, second, last = (each.get("poll") for each in versions)
    assert len(first["options"]) == 2
    assert second == {"options": [{"title": "tea"}, {"title": "milk"}]}
    assert last is None


async def test_a_form_as_apps_send_it(api, mira):
    form = {"status": "which?", "poll[options][]": ["ink", "oil"], "poll[expires_in]": "3600", "poll[multiple]": "true"}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await api.call("POST", "/api/v1/statuses", mira, data=urlencode(form, doseq=True), headers=kind)
    assert answer.body["poll"]["multiple"] is True


async def test_limits_are_told(api):
    assert (await api.get("/api/v2/instance")).body["configuration"]["polls"] == {
        "max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746,
    }  # fmt: skip
