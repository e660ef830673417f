"""`fedi serve` as its operator meets it: the first start, Ctrl-C, kill -9, another domain, an external database."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.walks.towns import Authority, Town, until

pytestmark = [pytest.mark.walk, pytest.mark.timeout(180)]


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, Authority(tmp_path))
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


def children(pid):
    """Every process below `pid`, by /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found += [int(entry.name), *children(int(entry.name))]
    return found


def gone(pids):
    return not [pid for pid in pids if Path(f"/proc/{pid}").exists() and "Z" not in state(pid)]


def state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def workers(town):
    return until(lambda: children(town.process.pid), "the worker")


def test_the_first_start_prints_a_link_for_the_first_admin_that_works_once(town):
    town.start()
    log = town.log.read_text()
    link = re.search(r"(https://\S+/welcome/\S+)", log)[1]
    assert town.origin in link
    assert b"<form" in town.get(link, accept="text/html", raw=True)
    town.fedi("account", "create", "mira", "--email", "m@example.org", "--password", "correct horse battery")
    assert town.stop() == 0
    town.log.write_text("")
    town.start()
    assert "/welcome/" not in town.log.read_text()


def test_ctrl_c_ends_web_and_worker(town):
    town.start()
    below = workers(town)
    assert town.stop() == 0
    assert gone(below)
    assert "Traceback" not in town.log.read_text()


def test_kill_9_of_the_web_leaves_no_orphan(town):
    town.start()
    below = workers(town)
    os.kill(town.process.pid, signal.SIGKILL)
    town.process.wait()
    until(lambda: gone(below), "the worker to end with the web")


def test_a_worker_that_dies_is_started_again(town):
    town.start()
    first = workers(town)
    os.kill(first[0], signal.SIGKILL)
    until(lambda: [pid for pid in children(town.process.pid) if pid not in first], "another worker")
    assert town.get("/health", raw=True) == b"OK"


def test_another_domain_is_refused_in_one_line(town):
    town.start()
    town.stop()
    town.environment["FEDI_DOMAIN"] = "other.test"
    done = town.run("serve")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert town.domain in done.stderr


@pytest.mark.postgres
def test_an_external_database_is_migrated_by_command_alone(town, postgres):
    """`serve` refuses one that is behind and names the command; then it serves, and posts go their way."""
    url = postgres()
    town.environment |= {"FEDI_DATABASE_URL": url, "FEDI_SECRET_KEY": "a key for tests that is long enough"}
    without_key = {name: value for name, value in town.environment.items() if name != "FEDI_SECRET_KEY"}
    town.environment, whole = without_key, town.environment
    done = town.run("serve")
    assert done.returncode == 1
    assert "FEDI_SECRET_KEY" in done.stderr
    town.environment = whole
    town.run("migrate", check=True)
    town.start()
    mira = town.person("mira")
    uri = town.fedi("post", "mira", "--text", "hello from PostgreSQL", "--wait").strip().splitlines()[-1]
    assert [each["uri"] for each in mira.home()] == [uri]
    assert town.stop() == 0
