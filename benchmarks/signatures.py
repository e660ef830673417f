"""Microseconds to sign and to verify a request, beside the bare RSA-2048 operation of the same run.

`python benchmarks/signatures.py [--count 2000]`; CPU time of one thread, keys loaded.
"""

import argparse
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import rsa

from fedi.activitypub.protocol import digests, keys, signatures
from fedi.activitypub.protocol.signatures import Request

BODY = b"x" * 2048
URL = "https://art.example/users/mira/inbox"
ID = "https://peer.example/users/ann#main-key"


def microseconds(call: Callable[[], object], count: int) -> float:
    begun = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - begun) / count * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    count = parser.parse_args().count
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key()
    digest = digests.sha256(BODY)
    bare_sign = microseconds(lambda: keys.sign(key, BODY), count)
    made = keys.sign(key, BODY)
    bare_verify = microseconds(lambda: keys.verify(public, made, BODY), count)
    print(f"bare sign {bare_sign:.0f} µs, bare verify {bare_verify:.0f} µs")
    for scheme in ("cavage", "rfc9421"):
        ours = microseconds(lambda s=scheme: signatures.sign(key, ID, "POST", URL, digest=digest, scheme=s), count)
        headers = signatures.sign(key, ID, "POST", URL, digest=digest, scheme=scheme)
        request = Request.make("POST", "/users/mira/inbox", headers.items(), BODY)
        checked = microseconds(lambda r=request: signatures.verify(signatures.parse(r), public), count)
        print(
            f"{scheme}: sign {ours:.0f} µs ({ours / bare_sign:.2f} x), "
            f"verify with digest and all checks {checked:.0f} µs ({checked / bare_verify:.1f} x)"
        )


if __name__ == "__main__":
    main()
