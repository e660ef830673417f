"""sign: a C2PA manifest with the instance's certificate, the last bytes ever written to a rendition.

The key does not enter the library: it asks for each signature. Thumbnails are off, they would cost 160 kB and more.
"""

import json
from typing import Any

import c2pa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from fedi import failpoints
from fedi.errors import BadMedia
from fedi.media.job import RENDITIONS, Job
from fedi.media.registry import stage

failpoints.declare("media.sign.before_write")
MIMES = {".jpg": "image/jpeg", ".png": "image/png"}
_SETTINGS = json.dumps({"builder": {"thumbnail": {"enabled": False}}})


@stage("sign")
def run(job: Job) -> dict[str, Any]:
    key = serialization.load_pem_private_key(job.credentials.key.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BadMedia("the signing key of this instance is not an ES256 key")

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    detail: dict[str, Any] = {}
    for rendition in RENDITIONS:
        source = job.encoded(rendition, "terms")
        draft = job.file(f"{rendition}.draft")
        chain = job.credentials.chain.read_text()
        signer = c2pa.Signer.from_callback(sign, c2pa.C2paSigningAlg.ES256, chain, None)
        context = c2pa.Context(c2pa.Settings.from_json(_SETTINGS))
        builder = c2pa.Builder({**job.manifest, "format": MIMES[source.suffix]}, context)
        try:
            with source.open("rb") as src, draft.open("w+b") as dst:
                builder.sign(signer, MIMES[source.suffix], src, dst)
        except c2pa.C2paError as error:
            raise BadMedia(f"the provenance statement could not be signed: {error}") from None
        failpoints.point("media.sign.before_write")
        draft.replace(job.file(f"{rendition}.sign{source.suffix}"))
        detail[rendition] = {"added_bytes": job.encoded(rendition, "sign").stat().st_size - source.stat().st_size}
    return detail
