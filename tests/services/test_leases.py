"""Work that a crash left in the middle is due again at once for the only worker of an instance."""

import threading

from fedi import clock, db
from fedi.activitypub import delivery, expand
from fedi.models.cached_file import CachedFile
from fedi.models.errand import Errand, ErrandKind
from fedi.models.outgoing import Delivery, DeliveryState
from fedi.services import cached_files, deliveries, errands, leases
from tests import people
from tests.peers import Peers


def test_a_claimed_delivery_is_sent_at_once(instance, mira):
    with Peers() as peers:
        peer = peers.start("127.0.0.28")
        people.follow(people.stranger("fan", peer.host, scheme="http"), mira.actor)
        people.say(mira.actor, "delete", about="https://art.test/x", followers=True)
        expand.expand_due()
        with db.writing() as session:
            assert len(deliveries.claim(session, limit=10, shares=deliveries.Shares({}))) == 1
        assert delivery.deliver_due() == 0, "leased to a worker that is no more"
        with db.writing() as session:
            assert leases.end_all(session) == 1
            assert leases.end_all(session) == 0
        with clock.frozen(clock.timestamp() + 1):
            assert delivery.deliver_due() == 1
        with db.reading() as session:
            assert session.query(Delivery).one().state == DeliveryState.DELIVERED


def test_two_that_wish_for_the_same_at_once_get_one_row(house_on_each):
    """Neither breaks, whoever commits first."""
    url, uri = "https://else.example/heron.png", "https://else.example/n/1"
    failed = []

    def wish():
        try:
            for _ in range(20):
                with db.writing() as session:
                    cached_files.want(session, url)
                    errands.put(session, ErrandKind.POST, uri)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=wish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with db.reading() as session:
        assert session.query(CachedFile).count() == session.query(Errand).count() == 1
