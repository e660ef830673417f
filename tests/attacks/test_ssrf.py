"""Attacks 29 to 37: nobody makes us connect to where we must not. Every socket of this process is watched."""

import asyncio
import ipaddress
import json
import socket
import sys

import pytest

from fedi import config, db, net
from fedi.activitypub import delivery, errands, expand, fetch
from fedi.models.account import Account
from fedi.models.errand import ErrandKind
from fedi.models.outgoing import Delivery
from fedi.services import errands as rows
from fedi.services import tokens
from tests import people

FORBIDDEN = [
    "http://127.0.0.1/u", "https://127.0.0.1/u", "https://localhost/u", "https://[::1]/u", "https://0.0.0.0/u",
    "https://2130706433/u", "https://0x7f.1/u", "https://0177.0.0.1/u", "https://127.1/u", "https://10.0.0.1/u",
    "https://192.168.0.1/u", "https://172.16.0.1/u", "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/u",
    "https://[::ffff:127.0.0.1]/u", "https://[::127.0.0.1]/u", "https://[64:ff9b::7f00:1]/u", "https://[2002:7f00:1::]/u",
    "https://[fc00::1]/u", "https://[ff02::1]/u", "https://127。0。0。1/u", "https://①②⑦.⓪.⓪.①/u", "https://user@127.0.0.1/u",
]  # fmt: skip
NO_HTTP = [
    "file:///etc/passwd",
    "gopher://a.example/",
    "ftp://a.example/",
    "data:text/plain,x",
    "unix:/x",
    "javascript:1",
]
_watching: list[list[str]] = []


def _hook(event, arguments):
    """Every connect of every socket, also those of uvloop and of other threads."""
    if event == "socket.connect" and _watching:
        address = arguments[1]
        if isinstance(address, tuple):
            _watching[-1].append(str(address[0]))


sys.addaudithook(_hook)


@pytest.fixture
def connected():
    """The addresses that were connected to."""
    _watching.append([])
    yield _watching[-1]
    _watching.pop()


def inside(connected):
    return [address for address in connected if not ipaddress.ip_address(address.partition("%")[0]).is_global]


@pytest.fixture
async def shut(world):
    """As in production: no private network is allowed, and names lead where an attacker likes."""
    config.use(config.settings().model_copy(update={"allowed_private_networks": ""}))
    yield world
    await net.close()


def test_attack_29_the_watch_watches(connected):
    with socket.socket() as probe, pytest.raises(OSError):
        probe.connect(("127.0.0.1", 1))
    assert inside(connected) == ["127.0.0.1"]


@pytest.mark.parametrize("url", FORBIDDEN + NO_HTTP)
async def test_attack_29_every_door(shut, ann, connected, url):
    """As key id, as inbox, as something to look up, in a search and as somebody to follow from elsewhere."""
    activity = ann.activity("Like", "https://art.test/x") | {"actor": url}
    assert await shut.send(ann, activity, key_id=url) in {400, 401, 403, 503}
    assert await fetch.find(url) is None
    with db.writing() as session:
        token = tokens.issue(session, session.get_one(Account, shut.account.id), "read write follow")
    headers = {"Authorization": f"Bearer {token}"}
    query = {"q": url, "resolve": "true"}
    answer = await shut.client.get("/api/v2/search", query_string=query, headers=headers)
    assert answer.status_code == 200
    assert json.loads(await answer.get_data())["statuses"] == []
    answer = await shut.client.get("/authorize_interaction", query_string={"uri": url})
    assert answer.status_code in {303, 401, 403}
    with db.writing() as session:
        for kind in (ErrandKind.THREAD, ErrandKind.WORKS, ErrandKind.FOLLOWERS):
            rows.put(session, kind, "https://gone.example/u", detail=url)
    errands.run_due()
    people.follow(people.stranger("eve", "evil.example", inbox=url, shared=False), shut.mira)
    shut.post("hello")
    expand.expand_due()
    delivery.deliver_due()
    assert inside(connected) == []
    assert {row.state for row in shut.rows(Delivery)} <= {"refused", "waiting"}


@pytest.mark.parametrize("answers", [["93.184.216.34", "127.0.0.1"], ["::1", "93.184.216.34"], ["127.0.0.1"]])
async def test_attack_30_31_a_name_that_leads_in_and_out(shut, connected, monkeypatch, answers):
    """Judged is what is dialled: a private address beside a public one is left out, whatever the resolver says later."""

    async def resolve(self, host, *_, **__):
        made = [(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in answers]
        return [(family, socket.SOCK_STREAM, 6, "", (address, 443)) for family, address in made]

    monkeypatch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", resolve, raising=False)
    with pytest.raises(Exception, match=""):
        await net.request("GET", "https://rebound.example/", timeout=0.5)
    assert inside(connected) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/", "https://169.254.169.254/", "file:///etc/passwd", "//[::1]:1/"]
)
async def test_attack_32_redirects_are_judged_hop_by_hop(world, ann, connected, status, target):
    """Only the test's own servers are allowed, so that the first hop answers and the second one must not be made."""
    config.use(config.settings().model_copy(update={"allowed_private_networks": "127.0.0.11/32"}))
    ann.origin.documents["/away"] = (status, "", target.encode())
    assert await fetch.find(ann.origin.url("/away")) is None
    assert set(inside(connected)) <= {"127.0.0.11"}
    await net.close()


@pytest.mark.parametrize("url", NO_HTTP)
async def test_attack_33_other_schemes(shut, connected, url):
    with pytest.raises(Exception, match=""):
        await net.request("GET", url)
    assert connected == []


@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::1", "64:ff9b:1::1", "2002::1", "2001::1", "fec0::1", "3fff::1", "ff02::1",
        "0.0.0.0", "192.88.99.1", "224.0.0.1",
    ],
)  # fmt: skip
def test_attack_36_addresses_that_look_public(shut, address):
    assert not net.permitted(address)


async def test_attack_37_a_stranger_makes_us_ask_nobody(shut, connected):
    for path in (
        "/authorize_interaction?uri=http://127.0.0.1/", "/media/http://127.0.0.1/x.png", "/media/..%2f..%2fkeys/secret",
        "/api/v2/search?q=http://127.0.0.1/&resolve=true", "/search?q=http://127.0.0.1/", "/proxy?url=http://127.0.0.1/",
    ):  # fmt: skip
        answer = await shut.client.get(path)
        assert answer.status_code in {200, 303, 401, 403, 404}, path
    assert connected == []
