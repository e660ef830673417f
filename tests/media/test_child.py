"""The media child: answers, refuses, survives being killed."""

import os
import signal

import pytest
from media_pictures import photograph, saved

from fedi.errors import BadMedia, Unreachable
from fedi.media.child import MediaChild


@pytest.fixture
def child():
    made = MediaChild()
    yield made
    made.close()


def test_it_runs_stages_and_tells_what_is_wrong(child, job):
    made = job(saved(photograph(), "JPEG"))
    for name in made.plan.stages:
        result = child.run_stage(made, name, timeout=60)
        assert result.name == name
    assert result.detail["federated"]["c2pa"] == "Valid"
    with pytest.raises(BadMedia, match="no picture"):
        child.run_stage(job(b"nothing"), "scrub", timeout=60)


def test_a_killed_child_is_started_again(child, job):
    made = job(saved(photograph(), "JPEG"))
    child.run_stage(made, "scrub", timeout=60)
    os.kill(child._process.pid, signal.SIGKILL)
    child._process.wait()
    child.run_stage(made, "normalise", timeout=60)


def test_one_that_takes_too_long_is_stopped(child, job):
    with pytest.raises(Unreachable):
        child.run_stage(job(saved(photograph(2000, 2000), "PNG")), "scrub", timeout=0.01)
