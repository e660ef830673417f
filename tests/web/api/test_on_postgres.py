"""The same promises on PostgreSQL, which refuses what SQLite takes (NUL, integers out of range)."""

import asyncio
from datetime import timedelta

import pytest

from fedi.app import create_app
from fedi.services import scheduled
from fedi.web.api import streaming
from tests.conftest import close_house, open_house

from .conftest import Api, make_person
from .test_bad_input import test_ids as test_bad_ids
from .test_bad_input import test_json_of_wrong_types, test_query_values
from .test_collections import (
    test_a_collection_as_mastodon_tells_it,
    test_somebody_else_changes_nothing,
    test_ten_collections_of_twenty_five,
    test_who_is_put_into_it,
    test_whoever_is_in_it_leaves_and_is_not_brought_back,
)
from .test_conversations import test_each_has_a_view_of_their_own, test_what_is_deleted_is_not_the_last
from .test_ids import of_mira, test_changing_what_is_not_ones_own, test_hidden_statuses
from .test_people import (
    test_block_is_a_wall,
    test_domain_limit_and_block,
    test_follow_and_home,
    test_lookup_search_and_directory,
    test_mute_is_silent_and_ends,
    test_notifications,
    test_paging_by_link,
    test_replies_between_others_stay_out_of_home,
)
from .test_push import service, test_a_service_that_is_away_and_one_that_forgot, test_only_what_is_wanted
from .test_quotes import (
    test_asking_is_pending_and_nobody_is_not_found,
    test_quoting_and_what_is_shown_of_it,
    test_taking_it_back,
)
from .test_scheduled import (
    test_kept_and_posted_at_its_time,
    test_mistakes_are_said_at_once_and_nothing_is_left,
    test_what_it_answers_is_gone_by_then,
)
from .test_shapes import test_text_walk
from .test_statuses import test_artwork_walk, test_likes_boosts_and_their_undoing, test_thread
from .test_streaming import (
    test_a_post_comes_home_and_to_the_public,
    test_lists,
    test_streams_and_timelines_agree,
)
from .test_tags import test_following_and_no_longer, test_what_comes_home

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

__all__ = [
    "of_mira",
    "service",
    "test_a_collection_as_mastodon_tells_it",
    "test_a_post_comes_home_and_to_the_public",
    "test_a_service_that_is_away_and_one_that_forgot",
    "test_artwork_walk",
    "test_asking_is_pending_and_nobody_is_not_found",
    "test_bad_ids",
    "test_block_is_a_wall",
    "test_changing_what_is_not_ones_own",
    "test_domain_limit_and_block",
    "test_each_has_a_view_of_their_own",
    "test_follow_and_home",
    "test_following_and_no_longer",
    "test_hidden_statuses",
    "test_json_of_wrong_types",
    "test_kept_and_posted_at_its_time",
    "test_likes_boosts_and_their_undoing",
    "test_lists",
    "test_lookup_search_and_directory",
    "test_mistakes_are_said_at_once_and_nothing_is_left",
    "test_mute_is_silent_and_ends",
    "test_notifications",
    "test_only_what_is_wanted",
    "test_paging_by_link",
    "test_query_values",
    "test_quoting_and_what_is_shown_of_it",
    "test_replies_between_others_stay_out_of_home",
    "test_somebody_else_changes_nothing",
    "test_streams_and_timelines_agree",
    "test_taking_it_back",
    "test_ten_collections_of_twenty_five",
    "test_text_walk",
    "test_thread",
    "test_what_comes_home",
    "test_what_is_deleted_is_not_the_last",
    "test_what_it_answers_is_gone_by_then",
    "test_who_is_put_into_it",
    "test_whoever_is_in_it_leaves_and_is_not_brought_back",
]  # fmt: skip


@pytest.fixture
def api(postgres, tmp_path):
    open_house(tmp_path, database_url=postgres())
    yield Api(create_app())
    close_house()


@pytest.fixture(autouse=True)
def listening(request, monkeypatch):
    """Streams last where they are what is tested."""
    if request.function.__module__.endswith("test_streaming"):
        monkeypatch.setattr(streaming, "LASTS_SECONDS", 3600.0)


@pytest.fixture
def ben(api):
    return make_person("ben")


async def test_the_same_at_once(api, mira, otto, monkeypatch):
    """Eight of everything in parallel: one of it is made, and nobody sees an error."""
    id_ = (await api.post("/api/v1/statuses", mira, status="hello")).body["id"]

    async def all_of(path, who, headers=None, **form):
        return await asyncio.gather(*[api.post(path, who, headers=headers, **form) for _ in range(8)])

    for path, who in (
        (f"/api/v1/statuses/{id_}/favourite", otto),
        (f"/api/v1/statuses/{id_}/reblog", otto),
        (f"/api/v1/statuses/{id_}/bookmark", otto),
        (f"/api/v1/statuses/{id_}/mute", otto),
        (f"/api/v1/accounts/{mira.id}/follow", otto),
        (f"/api/v1/accounts/{mira.id}/mute", otto),
        (f"/api/v1/accounts/{mira.id}/block", otto),
    ):
        assert {answer.status for answer in await all_of(path, who)} == {200}, path
    posted = await all_of("/api/v1/statuses", otto, headers={"Idempotency-Key": "once"}, status="once")
    assert len({answer.body["id"] for answer in posted}) == 1
    when = "2099-01-01T00:00:00.000Z"
    monkeypatch.setattr(scheduled, "FARTHEST", timedelta(days=36500))
    kept = await all_of("/api/v1/statuses", otto, headers={"Idempotency-Key": "later"}, status="x", scheduled_at=when)
    assert len({answer.body["id"] for answer in kept}) == 1
    after = (await api.get(f"/api/v1/statuses/{id_}", mira)).body
    assert (after["favourites_count"], after["reblogs_count"]) == (1, 1)
