"""toot, a client of others' making for the command line: every command of it, in words and with `--json`."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest

from fedi import clock
from tests.media_pictures import photograph, saved
from tests.walks.browser import let_in
from tests.walks.towns import two_towns, until

pytestmark = [pytest.mark.walk, pytest.mark.slow, pytest.mark.timeout(300)]

COMMANDS = """
import click, json, toot.cli

def leaves(group, path=""):
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from leaves(each, f"{path}{name} ")
        elif not each.hidden:
            yield path + name, any(option.name == "json" for option in each.params)

print(json.dumps(dict(leaves(toot.cli.cli))))
"""
# What this walk leaves out, and why.
LEFT_OUT = {"tui": "it needs a terminal and a person at it"}


class Toot:
    """toot with a configuration of its own; remembers what was run, and whether as JSON."""

    def __init__(self, folder, certificate):
        folder.mkdir()
        places = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        self.environment = os.environ | dict.fromkeys(places, str(folder)) | {"REQUESTS_CA_BUNDLE": str(certificate)}
        self.done = set()
        self.leaves = json.loads(self._run(sys.executable, "-c", COMMANDS).stdout)

    def _run(self, *arguments):
        quiet = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": 90}
        return subprocess.run(arguments, env=self.environment, check=False, **quiet)

    def _command(self, arguments):
        """(name, rest) of what is asked for, past the account it is asked as."""
        arguments = arguments[2:] if arguments[0] == "--as" else arguments
        return next(name for name in (" ".join(arguments[:2]), arguments[0]) if name in self.leaves)

    def run(self, *arguments):
        arguments = list(map(str, arguments))
        self.done.add((self._command(arguments), "--json" in arguments))
        return self._run(sys.executable, "-m", "toot", *arguments)

    def __call__(self, *arguments):
        """What toot says to a person."""
        done = self.run(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *arguments):
        return json.loads(self(*arguments, "--json").splitlines()[-1])

    def both(self, *arguments):
        """The same question twice: what is said to a person, and what to a program."""
        return self(*arguments), self.json(*arguments)

    def login(self, person):
        """Sign in as toot's own command has it: the person opens the address, lets toot in and types the code."""
        self.done.add(("login", False))
        command = [sys.executable, "-m", "toot", "login", "-i", person.town.origin]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, env=self.environment, **pipes) as toot:
            url = next(line for line in toot.stdout if line.startswith("https://")).strip()
            said, _ = toot.communicate(f"n\n{let_in(person, url)}\n", timeout=60)
        assert toot.returncode == 0, said
        assert "Successfully logged in" in said


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    with two_towns(tmp_path_factory.mktemp("towns")) as (art, other):
        yield art.person("mira"), art.person("otto"), other.person("bob")


@pytest.fixture(scope="module")
def toot(people, tmp_path_factory):
    mira, otto, _ = people
    made = Toot(tmp_path_factory.mktemp("toot") / "home", mira.town.authority.certificate)
    made.login(otto)
    made.login(mira)
    return made


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """What the walk has come to know, filled by the tests in their order."""
    picture = tmp_path_factory.mktemp("pictures") / "heron.png"
    picture.write_bytes(saved(photograph(320, 240), "PNG"))
    return {"picture": picture}


@pytest.fixture(scope="module")
def as_otto(people):
    return ("--as", people[1].handle)


def test_signed_in(toot, people, as_otto):
    mira, otto, _ = people
    assert re.search(rf"{mira.handle} ACTIVE", toot("auth"))
    toot("activate", otto.handle)
    assert toot.json("whoami")["username"] == "otto"
    toot("activate", mira.handle)
    said, me = toot.both("whoami")
    assert "@mira" in said
    assert (me["username"], me["acct"], me["source"]["privacy"]) == ("mira", "mira", "public")
    assert toot.json(*as_otto, "whoami")["username"] == "otto"
    assert f"version {toot.json('instance')['version']}" in toot("diag", "--server")


def test_a_password_is_not_given_to_an_app(toot, people):
    """Mastodon has ended that grant too; toot must say so in its own words."""
    arguments = ("login_cli", "-i", people[0].town.origin, "-e", "mira@example.org", "-p", "correct horse battery")
    done = toot.run(*arguments)
    assert (done.returncode, done.stderr) == (1, "Error: Login failed\n")


def test_the_instance(toot, people):
    town = people[0].town
    said, found = toot.both("instance")
    assert found["uri"] == town.domain
    assert found["title"] in said
    assert found["configuration"]["statuses"]["max_media_attachments"] == 10
    assert toot.json("instance", town.origin) == found
    done = toot.run("instance", "https://127.0.0.9:1")
    assert done.returncode == 1
    assert "Instance not found" in done.stderr


def test_the_profile(toot, walked):
    said = toot("update-account", "--display-name", "Mira", "--note", "inks #ink", "--avatar", walked["picture"])
    assert "Account updated" in said
    me = toot.json(
        "update-account", "--header", walked["picture"], "--no-bot", "--discoverable", "--no-locked",
        "--privacy", "unlisted", "--sensitive", "--language", "de",
    )  # fmt: skip
    assert (me["display_name"], me["discoverable"], me["bot"], me["locked"]) == ("Mira", True, False, False)
    assert (me["source"]["privacy"], me["source"]["sensitive"], me["source"]["language"]) == ("unlisted", True, "de")
    assert me["source"]["note"] == "inks #ink"
    assert me["avatar"] != me["header"]
    toot("update-account", "--privacy", "public", "--no-sensitive", "--language", "en")


def test_pictures_and_posts(toot, people, walked):
    said = toot("upload", walked["picture"], "-d", "A heron")
    assert re.search(r"Successfully uploaded media ID \d+, type 'image'", said)
    uploaded = toot.json("upload", walked["picture"], "-d", "A heron, ink")
    assert (uploaded["type"], uploaded["description"]) == ("image", "A heron, ink")

    said = toot("post", "hello #ink", "-m", walked["picture"], "-d", "A heron, pen", "-v", "public")
    url = re.search(r"Toot posted: (\S+)", said)[1]
    walked["first"] = url.rsplit("/", 1)[1]
    work = toot.json("post", "a work #ink", "-m", walked["picture"], "-d", "A heron, ink", "-p", "a bird", "-s")
    assert work["sensitive"] is True
    assert work["spoiler_text"] == "a bird"
    seen = toot.json("status", work["id"])
    attachment = seen["media_attachments"][0]
    assert attachment["description"] == "A heron, ink"
    assert attachment["url"].startswith(people[0].town.origin)
    assert "a work" in toot("status", work["id"])
    walked["work"] = work["id"]

    tomorrow = clock.iso_millis(clock.now() + timedelta(days=1))
    for words in (("--scheduled-in", "1h"), ("--scheduled-at", tomorrow)):
        said, later = toot("post", "later", *words), toot.json("post", "later", *words)
        assert "Toot scheduled for: " in said
        assert later["params"]["text"] == "later"
    direct = toot.json("post", "only for @otto", "-v", "direct", "-l", "de")
    assert (direct["visibility"], direct["language"]) == ("direct", "de")
    assert direct["mentions"][0]["acct"] == "otto"
    thread = toot.json("post", "and another thing", "-R")
    assert thread["in_reply_to_id"] == direct["id"]


def test_an_edit(toot, people, walked):
    """toot edits from its terminal interface alone; what was edited elsewhere it must be able to read."""
    mira = people[0]
    mira.put(f"/api/v1/statuses/{walked['first']}", status="hello again #ink #pen")
    assert toot.json("status", walked["first"])["edited_at"]
    assert "hello again" in toot("status", walked["first"])


def test_otto_answers(toot, as_otto, walked):
    work = walked["work"]
    for deed, said in (("favourite", "favourited"), ("reblog", "reblogged"), ("bookmark", "bookmarked")):
        assert f"Status {said}" in toot(*as_otto, deed, work)
        assert (status := toot.json(*as_otto, deed, work))["reblog" if deed == "reblog" else "id"]
        assert (status["reblog"] or status)[said] is True
        assert f"Status un{said}" in toot(*as_otto, f"un{deed}", work)
        assert toot.json(*as_otto, f"un{deed}", work)[said] is False
        toot(*as_otto, deed, work)
    toot(*as_otto, "favourite", walked["first"])
    assert "otto" in toot("reblogged-by", work)
    assert [each["acct"] for each in toot.json("reblogged-by", work)] == ["otto"]
    reply = toot.json(*as_otto, "post", "@mira lovely", "-r", work)
    assert reply["in_reply_to_id"] == work
    assert "lovely" in toot("thread", work)
    assert [each["id"] for each in toot.json("thread", work)["descendants"]] == [reply["id"]]
    assert "a work" in toot(*as_otto, "bookmarks")
    walked["reply"] = reply["id"]


def test_pins(toot, walked):
    assert "Status pinned" in toot("pin", walked["work"])
    assert toot.json("pin", walked["work"])["pinned"] is True
    assert "Status unpinned" in toot("unpin", walked["work"])
    assert toot.json("unpin", walked["work"])["pinned"] is False


def test_a_poll(toot, as_otto):
    poll = toot.json(
        "post", "which?", "--poll-option", "ink", "--poll-option", "oil", "--poll-option", "chalk",
        "--poll-expires-in", "2h", "--poll-multiple",
    )["poll"]  # fmt: skip
    assert (poll["multiple"], poll["voted"], poll["own_votes"]) == (True, True, [])
    voted = toot.json(*as_otto, "polls", "vote", poll["id"], 0, 2)
    assert [each["votes_count"] for each in voted["options"]] == [1, 0, 1]
    assert voted["own_votes"] == [0, 2]
    said, seen = toot.both("polls", "show", poll["id"])
    assert "chalk" in said
    assert (seen["votes_count"], seen["voters_count"]) == (2, 1)
    single = toot.json("post", "one?", "--poll-option", "a", "--poll-option", "b", "--poll-hide-totals")["poll"]
    assert "You voted!" in toot(*as_otto, "polls", "vote", single["id"], 1)
    assert toot.run(*as_otto, "polls", "vote", single["id"], 1).returncode == 1


def test_people_who_follow(toot, as_otto):
    assert "You are now following mira" in toot(*as_otto, "follow", "mira")
    assert toot.json(*as_otto, "follow", "@mira")["following"] is True
    assert "@otto" in toot("followers")
    assert [each["acct"] for each in toot.json("followers", "mira")] == ["otto"]
    assert "@mira" in toot(*as_otto, "following", "otto")
    assert [each["acct"] for each in toot.json(*as_otto, "following")] == ["mira"]
    assert "no longer following" in toot(*as_otto, "unfollow", "mira")
    assert toot.json(*as_otto, "unfollow", "mira")["following"] is False

    toot("update-account", "--locked")
    for answer, followed in (("reject", False), ("accept", True)):
        for words in ((), ("--json",)):
            assert toot.json(*as_otto, "follow", "mira")["requested"] is True
            assert "@otto" in toot("follow-requests", "list")
            assert [each["acct"] for each in toot.json("follow-requests", "list")] == ["otto"]
            said = toot("follow-requests", answer, "otto", *words)
            assert "otto" in said or json.loads(said)["followed_by"] is followed
            assert toot.json(*as_otto, "unfollow", "mira")["requested"] is False
    toot("update-account", "--no-locked")
    toot(*as_otto, "follow", "mira")


def test_somebody_elsewhere(toot, people):
    """`follow` looks a handle of another server up by itself."""
    bob = people[2]
    assert f"You are now following {bob.handle}" in toot("follow", bob.handle)
    until(lambda: bob.notices("follow"), "the follow at bob's")
    said, found = toot.both("search", bob.handle, "-r", "-t", "accounts")
    assert bob.handle in said
    assert [each["acct"] for each in found["accounts"]] == [bob.handle]
    said, who = toot.both("whois", bob.handle)
    assert bob.handle in said
    assert who["url"] == f"{bob.town.origin}/@bob"
    written = bob.post("/api/v1/statuses", status="from elsewhere")
    home = until(lambda: [each for each in toot.json("timelines", "home") if each["uri"] == written["uri"]], "the post")
    assert home[0]["account"]["acct"] == bob.handle
    found = toot.json("search", written["url"], "-r", "-t", "statuses")
    assert [each["uri"] for each in found["statuses"]] == [written["uri"]]
    assert toot.json("favourite", written["url"])["favourited"] is True


def test_lists(toot, as_otto, people, walked):
    bob = people[2]
    assert 'List "inks" created' in toot("lists", "create", "inks", "--replies-policy", "list")
    made = toot.json("lists", "create", "oils")
    assert made["title"] == "oils"
    assert made["replies_policy"] == "none"
    said, found = toot.both("lists", "list")
    assert "inks" in said
    assert {each["title"] for each in found} == {"inks", "oils"}
    for title, words in (("inks", ()), ("oils", ("--json",))):
        said = toot("lists", "add", title, bob.handle, *words)
        assert "Added account" in said or json.loads(said) == {}
    said, there = toot.both("lists", "accounts", "inks")
    assert bob.handle in said
    assert [each["acct"] for each in there] == [bob.handle]
    assert "from elsewhere" in toot("timelines", "list", "inks", "--no-pager")
    assert "from elsewhere" in toot.json("timelines", "list", "inks")[0]["content"]
    for title, words in (("inks", ()), ("oils", ("--json",))):
        said = toot("lists", "remove", title, bob.handle, *words)
        assert "Removed account" in said or json.loads(said) == {}
        assert toot.json("lists", "accounts", title) == []
        said = toot("lists", "delete", title, *words)
        assert "deleted" in said or json.loads(said) == {}
    refused = toot.run("lists", "accounts", "inks")
    assert (refused.returncode, refused.stderr) == (1, "Error: List not found\n")


def test_tags(toot, walked):
    said, tag = toot.both("tags", "info", "ink")
    assert "Not followed" in said
    assert tag["name"] == "ink"
    assert "now following #ink" in toot("tags", "follow", "#ink")
    assert toot.json("tags", "follow", "pen")["following"] is True
    said, followed = toot.both("tags", "followed")
    assert "#ink" in said
    assert {each["name"] for each in followed} == {"ink", "pen"}
    assert "no longer following #ink" in toot("tags", "unfollow", "ink")
    assert toot.json("tags", "unfollow", "pen")["following"] is False
    assert "Tag #ink is now featured" in toot("tags", "feature", "ink")
    assert toot.json("tags", "feature", "pen")["name"] == "pen"
    said, featured = toot.both("tags", "featured")
    assert "#ink" in said
    assert {each["name"] for each in featured} == {"ink", "pen"}
    assert "no longer featured" in toot("tags", "unfeature", "ink")
    assert toot.json("tags", "unfeature", "pen") == {}


def test_timelines(toot, people, as_otto, walked):
    town = people[0].town
    work = walked["work"]
    for words in (("account", "mira"), ("home",), ("public", "--local"), ("tag", "ink")):
        said = toot(*as_otto, "timelines", *words, "--no-pager")
        ids = [each["id"] for each in toot.json(*as_otto, "timelines", *words)]
        assert work in ids, words
        assert "a work" in said, words
    assert "hello again" in toot("timelines", "trending")
    assert walked["first"] in [each["id"] for each in toot.json("timelines", "trending")]
    first = toot.json(*as_otto, "timelines", "account", "mira", "--limit", 1)
    older = toot.json(*as_otto, "timelines", "account", "mira", "--limit", 1, "--max-id", first[0]["id"])
    assert int(older[0]["id"]) < int(first[0]["id"])
    assert [each["id"] for each in toot.json(*as_otto, "timelines", "favourites")] == [walked["first"], work]
    assert "a work" in toot(*as_otto, "timelines", "favourites")
    assert work in [each["id"] for each in toot.json("timelines", "public", "-i", town.origin, "--only-media")]
    assert toot.json("timelines", "tag", "ink", "-i", town.origin, "--none", "pen", "--any", "paper")
    assert [each["id"] for each in toot.json("timelines", "tag", "ink", "--all", "pen")] == [walked["first"]]
    for words in ((), ("--public", "--local"), ("--tag", "ink"), ("--account", "mira"), ("-p", "-i", town.origin)):
        assert "a work" in toot(*as_otto, "timeline", "--once", *words), words


def test_search(toot, walked):
    said, found = toot.both("search", "otto")
    assert "@otto" in said
    assert [each["acct"] for each in found["accounts"]] == ["otto"]
    assert [each["name"] for each in toot.json("search", "ink", "-t", "hashtags")["hashtags"]] == ["ink"]


def test_a_filter(toot, people, as_otto, walked):
    """toot has no command for filters; it must read what the server filters for it."""
    otto = people[1]
    given = {"title": "birds", "context": ["home"], "filter_action": "warn"}
    otto.post("/api/v2/filters", **given, keywords_attributes=[{"keyword": "heron"}, {"keyword": "work"}])
    seen = next(each for each in toot.json(*as_otto, "timelines", "home") if each["id"] == walked["work"])
    assert seen["filtered"][0]["filter"]["title"] == "birds"
    assert "a work" in toot(*as_otto, "timelines", "home", "--no-pager")


def test_notifications(toot):
    said, told = toot.both("notifications")
    assert "@otto boosted your status" in said
    assert "Unknown" not in said
    kinds = {each["type"] for each in told}
    assert kinds >= {"favourite", "reblog", "mention", "follow"}
    assert {each["type"] for each in toot.json("notifications", "--type", "mention")} == {"mention"}
    assert "mention" not in {each["type"] for each in toot.json("notifications", "--exclude-type", "mention")}
    toot("notifications", "--reverse")
    toot("notifications", "--clear")
    assert toot.json("notifications") == []


def test_to_be_left_alone(toot):
    for deed, undone, those, word in (
        ("mute", "unmute", "muted", "muting"),
        ("block", "unblock", "blocked", "blocking"),
    ):
        toot(deed, "otto")
        assert toot.json(deed, "otto")[word] is True
        said, found = toot.both(those)
        assert "@otto" in said
        assert [each["acct"] for each in found] == ["otto"]
        toot(undone, "otto")
        assert toot.json(undone, "otto")[word] is False


def test_posts_about_a_link(toot):
    """No link trends here; Mastodon has no such page then either."""
    for words in ((), ("--json",)):
        refused = toot.run("timelines", "link", "https://example.org/", *words)
        assert refused.returncode == 1
        assert refused.stderr.startswith("Error: ")


def test_deleting(toot, walked):
    assert "Status deleted" in toot("delete", walked["first"])
    gone = toot.json("delete", walked["work"])
    assert gone["id"] == walked["work"]
    assert gone["text"] == "a work #ink"
    refused = toot.run("status", walked["work"])
    assert (refused.returncode, refused.stderr) == (1, "Error: Record not found\n")


def test_every_command_was_run(toot, people):
    toot("logout", people[1].handle)
    assert people[1].handle not in toot("auth")
    wanted = {(name, False) for name in toot.leaves} | {(name, True) for name, speaks in toot.leaves.items() if speaks}
    assert {name for name, _ in wanted - toot.done} == set(LEFT_OUT)
