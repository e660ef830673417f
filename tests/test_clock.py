"""Ids: they sort by time, and those of one process never meet, however many fall into a millisecond."""

from datetime import timedelta
from itertools import pairwise

from fedi import clock


def test_ids_grow_strictly_within_a_millisecond():
    with clock.frozen(1_800_000_000.5):
        ids = [clock.new_id() for _ in range(2000)]
    assert all(one < other for one, other in pairwise(ids))
    assert clock.id_time(ids[-1]) - clock.id_time(ids[0]) < timedelta(milliseconds=2)


def test_an_id_for_another_time_is_of_that_time():
    with clock.frozen(1_800_000_000):
        clock.new_id()
        earlier = clock.now() - timedelta(days=3)
        assert clock.id_time(clock.new_id(earlier)) == earlier
    with clock.frozen(1_700_000_000):
        assert clock.id_time(clock.new_id()) == clock.now(), "a clock that was set back far is believed"
