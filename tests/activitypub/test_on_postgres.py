"""Quotes, relays, hashtags, galleries and copies of pictures on PostgreSQL, through the same doors."""

import pytest

from tests.activitypub.verbs.test_feature import test_the_artist_reads_what_she_is_asked_into
from tests.activitypub.verbs.test_quotation import (
    known,
    test_a_post_of_ours_asks_and_says_the_yes_it_got,
    test_a_quote_of_others_is_shown_with_a_stamp_and_not_without,
    test_whoever_quotes_us_with_consent_is_kept_and_told_of,
)
from tests.activitypub.verbs.test_relay import (
    relay,
    test_an_announce_by_a_relay_brings_a_post_and_is_no_boost,
    test_what_is_for_everybody_goes_out_and_nothing_else,
)
from tests.conftest import close_house, open_house
from tests.web.pages.conftest import as_mira, as_otto, stranger
from tests.web.pages.test_galleries import herons, test_machines_read_the_same, test_make_fill_order_and_see
from tests.web.test_remote import (
    heron,
    test_the_first_look_fetches_and_every_other_does_not,
    test_what_nobody_looks_at_goes_and_comes_back,
)

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
__all__ = [
    "as_mira", "as_otto", "heron", "herons", "known", "relay", "stranger",
    "test_a_post_of_ours_asks_and_says_the_yes_it_got",
    "test_a_quote_of_others_is_shown_with_a_stamp_and_not_without",
    "test_an_announce_by_a_relay_brings_a_post_and_is_no_boost", "test_machines_read_the_same",
    "test_make_fill_order_and_see", "test_the_artist_reads_what_she_is_asked_into",
    "test_the_first_look_fetches_and_every_other_does_not", "test_what_is_for_everybody_goes_out_and_nothing_else",
    "test_what_nobody_looks_at_goes_and_comes_back", "test_whoever_quotes_us_with_consent_is_kept_and_told_of",
]  # fmt: skip


@pytest.fixture
def instance(postgres, tmp_path):
    open_house(tmp_path, database_url=postgres())
    yield tmp_path
    close_house()
