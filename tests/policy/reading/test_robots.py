"""robots.txt of strangers: groups, usage lines by path, and what may not be concluded."""

import pytest
from protego import Protego

from fedi.policy.agents import ROSTER, Purpose
from fedi.policy.consent import Answer
from fedi.policy.reading import robots

SITE = "https://a.test"
NO = Answer.DENY
TRAINERS = [each.name for each in ROSTER.agents if each.purpose in {Purpose.TRAINING, Purpose.DATASET}]
ANSWERERS = [each.name for each in ROSTER.agents if each.purpose in {Purpose.SEARCH, Purpose.USER}]
MINED = {"train_generative": NO, "train_other": NO, "data_mining": NO}


def read(text, path="/@mira/1"):
    return robots.read(text.encode(), f"{SITE}/robots.txt", target=SITE + path)


def said(text, path="/@mira/1"):
    return {(each.layer.removeprefix("robots.txt "), each.value): each.axes for each in read(text, path).signals}


def test_a_file_for_one_crawler_denies_nothing_in_general():
    """As Mastodon's: GPTBot is asked to stay away, and no more is said."""
    found = read("User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\n")
    (only,) = found.signals
    assert (only.value, only.axes) == ("GPTBot", {})
    assert f"1 of the {len(TRAINERS)}" in only.note


def test_all_that_are_known_deny_the_use():
    lines = "".join(f"User-agent: {name}\n" for name in TRAINERS)
    (only,) = read(lines + "Disallow: /\n").signals
    assert only.axes == MINED
    (other,) = read("".join(f"User-agent: {name}\n" for name in ANSWERERS) + "Disallow: /@mira/").signals
    assert other.axes == {"inference": NO}


def test_shut_to_everybody():
    axes = {}
    for each in said("User-agent: *\nDisallow: /").values():
        axes |= each
    assert axes == MINED | {"inference": NO, "search": NO}


def test_a_crawler_reads_its_own_group_alone():
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Googlebot\nUser-agent: bingbot\nAllow: /"
    assert "search" not in {axis for axes in said(text).values() for axis in axes}


@pytest.mark.parametrize("path", ["/", "/@mira/1", "/@mira", "/media/a.jpg?x=1", "/media/b/c.png", "/@lena/2"])
@pytest.mark.parametrize("text", [
    "User-agent: *\nDisallow: /media/\nAllow: /media/b/\n",
    "User-agent: GPTBot\nAllow: /@lena/\nDisallow: /\nUser-agent: *\nDisallow:",
    "User-agent: GPTBot\nDisallow: /@mira\nAllow: /@mira\n",
    "User-agent: gptbot # us\n\nDisallow: /*.jpg$\nDisallow: /*.png\n",
    "user-agent:GPTBot\nUser-agent: *\nDisallow: *\nUser-agent: GPTBot\nAllow: /@",
    "Disallow: /\nUser-agent: GPTBot\n",
    "User-agent: GPTBot\r\nSitemap: https://a.test/s.xml\r\nDisallow: /@lena/\r\n",
])  # fmt: skip
def test_who_is_refused_as_protego_has_it(text, path):
    file, other = robots.File(text.encode()), Protego.parse(text)
    for agent in ("GPTBot", "CCBot"):
        assert file.refuses(agent, path) == (not other.can_fetch(SITE + path, agent)), agent


def test_usage_by_the_longest_path():
    text = "User-agent: *\nContent-Usage: / train-ai=n, search=y\nContent-Usage: /@lena/ train-ai=y\n"
    assert said(text, "/@lena/1") == {("Content-Usage", "/@lena/ train-ai=y"): {"train_generative": Answer.ALLOW}}
    assert said(text)[("Content-Usage", "/ train-ai=n, search=y")]["train_generative"] == NO


@pytest.mark.parametrize(("line", "word"), [
    ("Content-Usage: train-ai=n", "without a path"),
    ("Content-Usage: / Train-AI=n", "not written as the draft says"),
    ("Disallow: /\nContent-Usage: / train-ai=n", "refused to everybody"),
])  # fmt: skip
def test_usage_that_says_nothing_is_told(line, word):
    (found,) = [each for each in read(f"User-agent: *\n{line}\n").signals if each.layer.endswith("Content-Usage")]
    assert (found.axes, word in found.note) == ({}, True)


def test_content_signal_as_cloudflare_writes_it():
    text = "User-agent: *\nContent-Signal: search=yes,ai-train=no,use=reference\nAllow: /\n"
    (axes,) = said(text).values()
    assert axes == {"search": Answer.ALLOW, "train_generative": NO, "train_other": NO}


def test_rsl_is_followed_from_here():
    found = read("License: /license.xml\nUser-agent: *\nAllow: /\n")
    assert found.links == {"rsl": f"{SITE}/license.xml"}


def test_we_obey_who_names_us():
    text = b"User-agent: fedi\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n"
    assert robots.turns_away(text, "fedi", target=f"{SITE}/private/1")
    assert not robots.turns_away(text, "fedi", target=f"{SITE}/open/1")
    assert not robots.turns_away(b"User-agent: *\nDisallow: /", "fedi", target=f"{SITE}/1"), "who asks is no crawler"
