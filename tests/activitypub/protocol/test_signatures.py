"""Mastodon's signature rules, one test each, and the holes of httpsig, each closed."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from fedi import clock
from fedi.activitypub.protocol import digests, keys, signatures
from fedi.activitypub.protocol.signatures import Request, SignatureError

NOW = 1_795_400_000
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED = ed25519.Ed25519PrivateKey.generate()
ID = "https://peer.test/users/ann#main-key"
URL = "https://art.test/users/mira/inbox"
BODY = b'{"type":"Follow"}'
VECTORS = Path(__file__).parents[2] / "documents" / "vectors"


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def sent(key=KEY, method="POST", url=URL, body=BODY, scheme="cavage", change=None, drop=(), **options):
    """A request as we would sign it, then changed."""
    digest = digests.sha256(body) if body is not None else None
    headers = signatures.sign(key, ID, method, url, digest=digest, scheme=scheme, **options)
    headers = {name: value for name, value in headers.items() if name not in drop} | (change or {})
    target = url.removeprefix("https://art.test")
    return Request.make(method, target, headers.items(), body)


def check(request, key=KEY):
    signatures.verify(signatures.parse(request), key.public_key())


def hand_signed(names, key=KEY, parameters="", method="POST", body=BODY, pseudo=None, **headers):
    """A draft-cavage request that covers exactly `names`."""
    base = {"host": "art.test", "date": clock.http_date(), "digest": digests.sha256(body or b"")} | headers
    values = base | {"(request-target)": f"{method.lower()} /inbox", "(created)": str(NOW), "(expires)": str(NOW + 60)}
    values |= pseudo or {}
    text = "\n".join(f"{name.lower()}: {values[name.lower()]}" for name in names).encode()
    value = base64.b64encode(keys.sign(key, text)).decode()
    header = f'keyId="{ID}",headers="{" ".join(names)}",signature="{value}"{parameters}'
    return Request.make(method, "/inbox", [*base.items(), ("signature", header)], body)


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
@pytest.mark.parametrize("key", [KEY, ED], ids=["rsa", "ed25519"])
@pytest.mark.parametrize(("method", "body"), [("POST", BODY), ("GET", None)])
def test_what_we_sign_verifies(scheme, key, method, body):
    check(sent(key, method, body=body, scheme=scheme), key)


def test_http_sig_of_others_agrees():
    """httpsig itself accepts what we sign: a signing string that nobody else reads would help nobody."""
    from httpsig import HeaderVerifier

    request = sent()
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    verifier = HeaderVerifier(
        dict(request.headers) | {"authorization": "Signature " + request.get("signature")},
        pem.decode(),
        method="post",
        path="/users/mira/inbox",
        host="art.test",
    )
    assert verifier.verify()


@pytest.mark.parametrize(
    "names",
    [
        ["(request-target)", "host", "date", "digest"],
        ["(request-target)", "host", "digest", "date"],
        ["host", "date", "digest", "(request-target)"],
        ["(Request-Target)", "Host", "Date", "Digest"],
        ["(request-target)", "date", "digest"],
        ["date", "digest"],
    ],
)
def test_orders_and_cases_that_are_good(names):
    check(hand_signed(names))


@pytest.mark.parametrize(
    "names",
    [
        ["(request-target)", "host", "digest"],  # no date
        ["(request-target)", "host", "date"],  # a POST without its digest
        ["date"],
        ["(request-target)", "host", "date", "digest", "digest"],
    ],
)
def test_what_must_be_signed(names):
    with pytest.raises(SignatureError) as error:
        check(hand_signed(names))
    assert error.value.status == 401


def test_a_get_must_sign_its_host():
    with pytest.raises(SignatureError, match="host"):
        check(hand_signed(["(request-target)", "date"], method="GET", body=None))
    check(hand_signed(["(request-target)", "host", "date"], method="GET", body=None))


@pytest.mark.parametrize("algorithm", ["hs2019", "rsa-sha256"])
def test_algorithms_that_are_good(algorithm):
    check(hand_signed(["(request-target)", "host", "date", "digest"], parameters=f',algorithm="{algorithm}"'))


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-sha1", "rsa-sha512", "none", ""])
def test_algorithms_that_are_not(algorithm):
    with pytest.raises(SignatureError):
        check(hand_signed(["(request-target)", "host", "date", "digest"], parameters=f',algorithm="{algorithm}"'))


def test_created_and_expires_are_for_hs2019():
    names = ["(request-target)", "host", "(created)", "digest"]
    check(hand_signed(names, parameters=f',algorithm="hs2019",created={NOW}'))
    with pytest.raises(SignatureError):
        check(hand_signed(names, parameters=f",created={NOW}"))
    with pytest.raises(SignatureError):
        check(hand_signed(names, parameters=',algorithm="hs2019"'))


@pytest.mark.parametrize(
    ("offset", "good"),
    [(-30 * 60, True), (-64 * 60, True), (-66 * 60, False), (-7200, False), (59 * 60, True), (7200, False)],
)
@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
def test_the_window(offset, good, scheme):
    with clock.frozen(NOW + offset):
        request = sent(scheme=scheme)
    if good:
        check(request)
    else:
        with pytest.raises(SignatureError) as error:
            check(request)
        assert error.value.status == 401


def test_an_announced_expiry_lasts_twelve_hours_at_most():
    names = ["(request-target)", "host", "(created)", "(expires)", "digest"]
    for age, good in ((12 * 3600, True), (13 * 3600 + 60, False)):
        said = f',algorithm="hs2019",created={NOW},expires={NOW + 86400}'
        with clock.frozen(NOW):
            request = hand_signed(names, parameters=said, pseudo={"(expires)": str(NOW + 86400)})
        with clock.frozen(NOW + age):
            if good:
                check(request)
            else:
                with pytest.raises(SignatureError):
                    check(request)


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019"])
def test_nobody_else_can_lengthen_the_life_of_a_request(algorithm):
    """`algorithm` and an unsigned `expires` are the words of whoever passes the request on."""
    captured = sent().get("signature").replace("rsa-sha256", algorithm)
    request = sent(change={"Signature": f"{captured},expires={NOW + 86400}"})
    check(request)
    with clock.frozen(NOW + 2 * 3600), pytest.raises(SignatureError, match="too old"):
        check(request)


def test_a_post_without_a_body_still_answers_for_its_digest():
    request = sent()
    with pytest.raises(SignatureError, match="Digest"):
        check(Request.make("POST", request.target, request.headers, None))


@pytest.mark.parametrize("scheme", ["cavage", "rfc9421"])
def test_another_body_or_another_key(scheme):
    request = sent(scheme=scheme)
    with pytest.raises(SignatureError):
        check(Request.make("POST", request.target, request.headers, BODY + b" "))
    with pytest.raises(SignatureError):
        check(request, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with pytest.raises(SignatureError):
        check(Request.make("POST", "/users/otto/inbox", request.headers, BODY))


@pytest.mark.parametrize("value", ["SHA-512=abc", "SHA-256=", "SHA-256=!!!", "SHA-256=" + "A" * 43 + "=", ""])
def test_digests_that_are_wrong(value):
    with pytest.raises(SignatureError):
        check(sent(change={"Digest": value}))


def test_a_digest_in_lower_case_or_in_a_list():
    value = digests.sha256(BODY)
    assert digests.matches(value.replace("SHA-256", "sha-256"), BODY)
    assert digests.matches(f"SHA-512=xyz, {value}", BODY)
    assert not digests.matches("SHA-512=xyz", BODY)


def test_two_digests_or_two_signatures_are_refused():
    request = sent()
    for name in ("digest", "signature"):
        doubled = (*request.headers, (name, request.get(name)))
        with pytest.raises(SignatureError):
            check(Request.make("POST", request.target, doubled, BODY))


def test_the_word_signature_before_the_parameters():
    request = sent()
    check(sent(change={"Signature": "Signature " + request.get("signature")}))


def test_a_parameter_twice_is_refused():
    request = sent()
    with pytest.raises(SignatureError, match="twice"):
        check(sent(change={"Signature": request.get("signature") + f',keyId="{ID}"'}))


def test_a_get_is_good_with_and_without_its_query():
    for signed in ("/inbox", "/inbox?page=1"):
        request = sent(method="GET", url="https://art.test" + signed, body=None)
        check(Request.make("GET", "/inbox?page=1", request.headers, None))


def test_hmac_keyed_with_the_public_key_is_no_signature():
    """Stock httpsig verifies this as True."""
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    request = sent()
    text = signatures.parse(request).messages[0]
    value = base64.b64encode(hmac.new(pem, text, hashlib.sha256).digest()).decode()
    names = "(request-target) host date digest content-type"
    header = f'keyId="{ID}",algorithm="hmac-sha256",headers="{names}",signature="{value}"'
    with pytest.raises(SignatureError):
        check(sent(change={"Signature": header}))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "junk",
        'keyId="x"',
        'signature="x"',
        f'keyId="{ID}",signature="!!!"',
        f'keyId="{ID}",signature=""',
        'keyId="%s%d",headers="(request-target) host date digest",signature="AAAA"',
        'keyId="\u00e9",headers="date",signature="AAAA"',
        f'keyId="{ID}",headers="",signature="AAAA"',
        f'keyId="{ID}",headers="x-missing date digest",signature="AAAA"',
        f'keyId="{ID}",created=99999999999999999999,algorithm="hs2019",headers="(created) digest",signature="AAAA"',
        "keyId=" + '"' * 10000,
        "a" * 100_000,
    ],
)
def test_garbage_is_401_and_never_an_exception(header):
    with pytest.raises(SignatureError) as error:
        check(sent(change={"Signature": header}))
    assert error.value.status == 401


@pytest.mark.parametrize(
    "input_",
    [
        "",
        "sig1",
        "sig1=()",
        'sig1=("@method");created=1',
        'sig1=("@method" "@target-uri");keyid="x"',
        f'sig1=("@method" "@target-uri" "content-digest");created={NOW}',
        f'sig1=("@method" "@target-uri" "content-digest");created={NOW};keyid=5',
        'sig1=("@method" "@target-uri" "content-digest");created="x";keyid="k"',
        f'sig1=("@method" "@path" "content-digest");created={NOW};keyid="k"',
        f'sig1=("@method" "@target-uri");created={NOW};keyid="k"',
        f'sig1=("@method" "@target-uri" "content-digest" "@x");created={NOW};keyid="k"',
        f'sig1=("@method";req "@target-uri" "content-digest");created={NOW};keyid="k"',
        f'sig1=("@method" "@target-uri" "content-digest");created={NOW};keyid="k";alg="hmac-sha256"',
        f'sig1=("@method" "@target-uri" "content-digest");created={NOW};keyid="k", sig2=("@method");created={NOW}',
        "\u00e9",
    ],
)
def test_garbage_in_rfc9421_is_401(input_):
    with pytest.raises(SignatureError) as error:
        check(sent(scheme="rfc9421", change={"Signature-Input": input_}))
    assert error.value.status == 401


def test_rfc9421_takes_only_sha256():
    body_512 = base64.b64encode(hashlib.sha512(BODY).digest()).decode()
    with pytest.raises(SignatureError) as error:
        check(sent(scheme="rfc9421", change={"Content-Digest": f"sha-512=:{body_512}:"}))
    assert error.value.status == 401


@pytest.mark.parametrize(
    ("value", "status"),
    [("sha-256=:!!!:", 400), ("sha-256=:", 400), ("=", 400), ("\u00e9", 400), ("sha-256=abc", 401), ("garbage", 401)],
)
def test_a_content_digest_that_cannot_be_read_is_400(value, status):
    with pytest.raises(SignatureError) as error:
        check(sent(scheme="rfc9421", change={"Content-Digest": value}))
    assert error.value.status == status


def test_published_vectors():
    vectors = json.loads((VECTORS / "signature-vectors-generated.json").read_text())
    key = keys.load_public((VECTORS / "rfc9421-test-key-rsa-public.pem").read_text())
    target = vectors["url"].removeprefix("https://art.example")
    for scheme in ("cavage", "rfc9421"):
        headers = vectors[scheme]
        moment = 1795321800 if scheme == "rfc9421" else clock.parse_http_date(headers["date"]).timestamp()
        with clock.frozen(moment):
            request = Request.make("POST", target, headers.items(), vectors["body"].encode())
            signatures.verify(signatures.parse(request), key)


def test_keys():
    pem = ED.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    multikey = keys.multikey(pem.decode())
    assert multikey.startswith("z6Mk")
    assert keys.load_public(multikey).public_bytes_raw() == ED.public_key().public_bytes_raw()
    pkcs1 = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)
    assert keys.load_public(pkcs1.decode()).public_numbers() == KEY.public_key().public_numbers()
    for bad in ("", "junk", "z", "z0", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "x" * 10_000):
        with pytest.raises(Exception) as error:
            keys.load_public(bad)
        assert type(error.value).__name__ == "BadDocument"
