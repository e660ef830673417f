"""Web Bot Auth: signatures of a library of others' making are read, and what is wrong in any way is refused."""

import base64

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi import clock
from fedi.activitypub.protocol import bot_auth
from fedi.activitypub.protocol.requests import Request, SignatureError
from fedi.errors import BadDocument
from tests.signed_bots import Bot

NOW = 1_790_000_000
# The test key of RFC 9421 appendix B.1.4, and the thumbprint that the drafts give for it.
X, THUMBPRINT = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs", "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U"


@pytest.fixture(autouse=True)
def now():
    with clock.frozen(NOW):
        yield


def request(headers, path="/@mira"):
    return Request.make("GET", path, headers.items(), host=headers["Host"])


def verified(bot, **options):
    claim = bot_auth.parse(request(bot.headers("/@mira", **options)))
    bot_auth.verify(claim, bot_auth.read_directory(orjson.dumps(bot.directory())))
    return claim


@pytest.mark.parametrize("strings", [False, True], ids=["dictionary", "string of earlier drafts"])
def test_a_good_signature(strings):
    claim = verified(Bot("https://agent.example", strings=strings))
    assert (claim.origin, claim.host) == ("https://agent.example", "agent.example")


def test_more_may_be_covered():
    covered = ("@method", "@target-uri", '"signature-agent";key="g"', "user-agent")
    assert verified(Bot("https://agent.example:8443/path"), covered=covered).origin == "https://agent.example:8443"


def test_the_thumbprint_of_the_drafts():
    key = ed25519.Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(X + "="))
    assert bot_auth.thumbprint(key) == THUMBPRINT
    found = bot_auth.read_directory(orjson.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": X}]}))
    assert list(found) == [THUMBPRINT]


WRONG = {
    "another authority": {"Host": "evil.test"},
    "another agent": {"Signature-Agent": 'g="https://other.example"'},
    "another label": {"Signature-Agent": 'h="https://agent.example"'},
    "no agent": {"Signature-Agent": ""},
    "an agent that is no address": {"Signature-Agent": 'g="agent.example"'},
    "an agent with a password": {"Signature-Agent": 'g="https://a:b@agent.example"'},
    "a token": {"Signature-Agent": "g=https"},
    "no signature": {"Signature": ""},
    "a broken signature": {"Signature": "g=:AAAA:"},
    "no bytes": {"Signature": "g=1"},
    "a signature of another label": {"Signature": "h=:AAAA:"},
    "no input": {"Signature-Input": ""},
    "garbage": {"Signature-Input": "((((", "Signature": "\x00\xff"},
    "no list": {"Signature-Input": 'g=1;created=1790000000;expires=1790000100;keyid="x";tag="web-bot-auth"'},
    "no key": {"Signature-Input": 'g=("@authority" "signature-agent");created=1790000000;expires=1790000100;tag="web-bot-auth"'},
    "a key that is a number": {
        "Signature-Input": 'g=("@authority" "signature-agent");created=1790000000;expires=1790000100;keyid=1;tag="web-bot-auth"'
    },
    "an unknown component": {
        "Signature-Input": 'g=("@authority" "signature-agent" "@evil");created=1790000000;expires=1790000100;keyid="x";tag="web-bot-auth"'
    },
    "a component of the answer": {
        "Signature-Input": 'g=("@authority";req "signature-agent");created=1790000000;expires=1790000100;keyid="x";tag="web-bot-auth"'
    },
    "a number covered": {
        "Signature-Input": 'g=("@authority" "signature-agent" 5);created=1790000000;expires=1790000100;keyid="x";tag="web-bot-auth"'
    },
}  # fmt: skip


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused(changes):
    bot = Bot("https://agent.example")
    with pytest.raises(SignatureError):
        claim = bot_auth.parse(request(bot.headers("/@mira") | changes))
        bot_auth.verify(claim, bot_auth.read_directory(orjson.dumps(bot.directory())))


OLD = {
    "over": {"at": NOW - 400}, "from the future": {"at": NOW + 400}, "for too long": {"seconds": 25 * 3600},
    "with no tag": {"tag": None}, "with another tag": {"tag": "other"}, "over nothing": {"covered": ("@method",)},
    "not over the agent": {"covered": ("@authority",)}, "not over the authority": {"covered": ('"signature-agent";key="g"',)},
}  # fmt: skip


@pytest.mark.parametrize("options", OLD.values(), ids=OLD)
def test_when_and_over_what(options):
    with pytest.raises(SignatureError):
        verified(Bot("https://agent.example"), **options)


def test_another_key_is_refused():
    bot, other = Bot("https://agent.example"), Bot("https://agent.example", seed=b"o" * 32)
    claim = bot_auth.parse(request(bot.headers("/@mira")))
    with pytest.raises(SignatureError):
        bot_auth.verify(claim, bot_auth.read_directory(orjson.dumps(other.directory())))
    with pytest.raises(SignatureError):
        bot_auth.verify(claim, {bot.key_id: other.key.public_key()})


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b'{"keys": 1}', b"\xff", b"[" * 10_000])
def test_what_is_no_directory(body):
    with pytest.raises(BadDocument):
        bot_auth.read_directory(body)


@pytest.mark.parametrize(
    "change",
    [{"kty": "RSA"}, {"crv": "X25519"}, {"x": "AAAA"}, {"x": 1}, {"x": "ä" * 43}, {"exp": NOW - 1}, {"exp": (NOW - 1) * 1000}, {"nbf": NOW + 3600}],
)  # fmt: skip
def test_keys_that_do_not_count(change):
    assert bot_auth.read_directory(orjson.dumps(Bot("https://agent.example").directory(**change))) == {}


def test_a_directory_is_read_so_far():
    key = Bot("https://agent.example").directory()["keys"][0]
    body = orjson.dumps({"keys": [None, 1, {}, *[{"kty": "OKP"}] * 200, key]})
    assert bot_auth.read_directory(body) == {}


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_header_breaks_it(agent, given_input, signature):
    headers = {"Host": "art.test", "Signature-Agent": agent, "Signature-Input": given_input, "Signature": signature}
    with pytest.raises(SignatureError):
        bot_auth.parse(request(headers))


@given(st.sampled_from(["Signature-Agent", "Signature-Input", "Signature"]), st.integers(0, 300), st.characters())
@settings(max_examples=300, deadline=None)
def test_no_change_of_a_letter_gets_through(name, place, letter):
    bot = Bot("https://agent.example")
    headers = bot.headers("/@mira", at=NOW)
    text = headers[name]
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    with clock.frozen(NOW):
        try:
            claim = bot_auth.parse(request(headers | {name: changed}))
            bot_auth.verify(claim, {bot.key_id: bot.key.public_key()})
        except SignatureError:
            return
    assert claim.host == "agent.example"
