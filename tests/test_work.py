"""Wake-ups: after the commit, and under load one message for many."""

import time

from fedi import db, work


def commit(name):
    with db.writing() as session:
        work.wake(session, name)


def test_what_commits_in_quick_succession_shares_a_message(instance, monkeypatch):
    sent = []
    monkeypatch.setattr(work, "send", lambda name: sent.append((name, time.monotonic())))
    began = time.monotonic()
    for _ in range(5):
        commit("federation.process")
    commit("federation.deliver")
    assert time.monotonic() - began > work.PAUSE or len(sent) == 2, "each task is told at once the first time"
    last = time.monotonic()
    while sum(name == "federation.process" for name, _ in sent) < 2 and time.monotonic() - last < 10:
        time.sleep(0.01)
    times = [at for name, at in sent if name == "federation.process"]
    assert times[-1] >= began + work.PAUSE, "one more after all of them, for what the first may have missed"


def test_a_lost_late_message_is_no_error(instance, monkeypatch, caplog):
    sent = []

    def send(name):
        sent.append(name)
        if len(sent) > 1:
            raise OSError("the broker is away")

    monkeypatch.setattr(work, "send", send)
    commit("federation.process")
    commit("federation.process")
    work._late["federation.process"].join()
    assert sent == ["federation.process"] * 2
    assert "the broker is away" in caplog.text
