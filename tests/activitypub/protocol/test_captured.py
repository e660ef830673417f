"""Signatures of real servers, byte for byte as they were captured, verify with their keys at their time."""

import json
from pathlib import Path

import pytest

from fedi import clock
from fedi.activitypub.protocol import keys, signatures
from fedi.activitypub.protocol.signatures import Request, SignatureError

DOCUMENTS = Path(__file__).parents[2] / "documents"


def captured(folder):
    return sorted(
        path
        for path in (DOCUMENTS / folder).glob("*.json")
        if "request_line" in (text := path.read_text())[:4000] and "POST" in text[:400]
    )


def public_keys():
    """Every public key in the captured documents, by its id."""
    found = {}

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("publicKeyPem"), str) and isinstance(value.get("id"), str):
                found[value["id"]] = value["publicKeyPem"]
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for path in DOCUMENTS.glob("*/*.json"):
        if not path.read_text().startswith("{"):
            continue
        document = json.loads(path.read_text())
        walk(document)
        body = document.get("body")
        if isinstance(body, str) and body.startswith('{"'):
            walk(json.loads(body))
    return found


KEYS = public_keys()
# Keys that were not captured: the account was gone, or nobody fetched it.
UNVERIFIABLE = {"Delete-actor.json", "Create-Note.json"}
UNCAPTURED_KEY = "https://takahe2.test/@carol@takahe2.test/#main-key"


def body_of(document):
    """GoToSocial's bodies were kept parsed: Go writes them compact, with <, > and & escaped."""
    if "body" in document:
        return document["body"]
    text = json.dumps(document["request_body"], ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def request_of(document):
    method, target = document["request_line"].split()[:2]
    return Request.make(
        method, target, [tuple(each) for each in document["request_headers"]], body_of(document).encode()
    )


@pytest.mark.parametrize("path", captured("mastodon"), ids=lambda path: path.name)
def test_mastodon(path):
    document = json.loads(path.read_text())
    with clock.frozen(document["arrived"]):
        signature = signatures.parse(request_of(document))
        if path.name in UNVERIFIABLE:
            assert signature.key_id not in KEYS
            return
        signatures.verify(signature, keys.load_public(KEYS[signature.key_id]))


@pytest.mark.parametrize("path", captured("gotosocial"), ids=lambda path: path.name)
def test_gotosocial(path):
    document = json.loads(path.read_text())
    request = request_of(document)
    with clock.frozen(clock.parse_http_date(request.get("date")).timestamp()):
        signature = signatures.parse(request)
        if path.name in UNVERIFIABLE:
            assert signature.key_id not in KEYS
            return
        signatures.verify(signature, keys.load_public(KEYS[signature.key_id]))


@pytest.mark.parametrize("path", captured("mastodon"), ids=lambda path: path.name)
def test_a_changed_body_is_refused(path):
    document = json.loads(path.read_text())
    document["body"] = body_of(document).replace("masto.test", "evil.test", 1)
    with clock.frozen(document["arrived"]), pytest.raises(SignatureError, match="Digest"):
        signatures.parse(request_of(document))


@pytest.mark.parametrize("path", captured("mastodon")[:4], ids=lambda path: path.name)
@pytest.mark.parametrize(("seconds", "good"), [(-50 * 60, True), (64 * 60, True), (-61 * 60, False), (66 * 60, False)])
def test_the_window_is_an_hour_and_five_minutes(path, seconds, good):
    document = json.loads(path.read_text())
    with clock.frozen(document["arrived"] + seconds):
        if good:
            signatures.parse(request_of(document))
        else:
            with pytest.raises(SignatureError):
                signatures.parse(request_of(document))


def takahe():
    return sorted((DOCUMENTS / "takahe").glob("s2s_*.json"))


def takahe_request(document, body=None):
    """Its captures keep the signed headers under short names."""
    asked = document["request"]
    headers = {"content-type" if name == "ct" else name: value for name, value in asked["headers"].items()}
    sent = document["body_raw"] if body is None else body
    return Request.make(
        asked["method"], asked["uri"], [("host", asked["host"]), *headers.items()], sent.encode(), host=asked["host"]
    )


@pytest.mark.parametrize("path", takahe(), ids=lambda path: path.name)
def test_takahe(path):
    request = takahe_request(json.loads(path.read_text()))
    with clock.frozen(clock.parse_http_date(request.get("date")).timestamp()):
        signature = signatures.parse(request)
        if signature.key_id == UNCAPTURED_KEY:  # all but the arithmetic was checked by parse
            assert signature.key_id not in KEYS
            return
        signatures.verify(signature, keys.load_public(KEYS[signature.key_id]))


@pytest.mark.parametrize("path", takahe(), ids=lambda path: path.name)
def test_a_changed_body_of_takahe_is_refused(path):
    document = json.loads(path.read_text())
    request = takahe_request(document, document["body_raw"] + " ")
    with (
        clock.frozen(clock.parse_http_date(request.get("date")).timestamp()),
        pytest.raises(SignatureError, match="Digest"),
    ):
        signatures.parse(request)
