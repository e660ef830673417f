"""How much of a worker's claimed deliveries one host may have."""

from fedi.services.deliveries import KNOWN_SHARE, LIVE_SHARE, NEW_ROOM, NEW_SHARE, SILENT_ROOM, Shares


def taken(shares, hosts, *, known):
    """How many each host gets when each asks for a hundred."""
    return {host: sum(shares.take(host, known=known) for _ in range(100)) for host in hosts}


def test_the_better_it_answers_the_more():
    shares = Shares({}, live={"live"})
    assert taken(shares, ["live", "known"], known=True) == {"live": LIVE_SHARE, "known": KNOWN_SHARE}
    assert taken(shares, ["new"], known=False) == {"new": NEW_SHARE}
    assert shares.full == {"live", "known", "new"}


def test_what_is_held_already_counts():
    shares = Shares({"live": LIVE_SHARE - 1, "known": KNOWN_SHARE, "new": 1}, live={"live"}, known={"live", "known"})
    assert shares.full == {"known"}
    assert taken(shares, ["live"], known=True) == {"live": 1}
    assert taken(shares, ["known"], known=True) == {"known": 0}
    assert taken(shares, ["new"], known=False) == {"new": NEW_SHARE - 1}


def test_however_many_hosts_hang_some_room_is_left_for_those_that_answer():
    shares = Shares({}, live={"live"})
    strangers = [f"new{n}" for n in range(200)]
    silent = [f"known{n}" for n in range(200)]
    assert sum(taken(shares, strangers, known=False).values()) == NEW_ROOM
    assert sum(taken(shares, silent, known=True).values()) == SILENT_ROOM - NEW_ROOM
    assert taken(shares, ["live"], known=True) == {"live": LIVE_SHARE}
