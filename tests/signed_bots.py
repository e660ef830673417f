"""A program that signs its requests, with a library of others' making, and the directory of its keys."""

import base64
import types
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ed25519
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from fedi import clock
from fedi.activitypub.protocol import bot_auth


class Bot:
    """`origin` is where its keys are; `strings` speaks the form of earlier drafts."""

    def __init__(self, origin, *, strings=False, seed=b"k" * 32):
        self.origin, self.strings = origin, strings
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self.key_id = bot_auth.thumbprint(self.key.public_key())

    def directory(self, **more):
        x = base64.urlsafe_b64encode(self.key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.key_id, "use": "sig"} | more]}

    def headers(
        self,
        path,
        *,
        host="art.test",
        seconds=300,
        at=None,
        user_agent="Agent/1.0",
        covered=None,
        scheme="https",
        **options,
    ):
        agent = f'"{self.origin}"' if self.strings else f'g="{self.origin}"'
        message = types.SimpleNamespace(
            method="GET",
            url=f"{scheme}://{host}{path}",
            headers={"Host": host, "Signature-Agent": agent, "User-Agent": user_agent},
        )
        created = datetime.fromtimestamp(at or clock.timestamp(), UTC)
        HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(self)).sign(
            message,
            **{
                "key_id": self.key_id, "created": created, "expires": created + timedelta(seconds=seconds), "label": "g",
                "tag": bot_auth.TAG,
                "covered_component_ids": covered
                or ("@authority", '"signature-agent"' if self.strings else '"signature-agent";key="g"'),
            }
            | options,
        )  # fmt: skip
        return dict(message.headers)


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, bot):
        self.bot = bot

    def resolve_private_key(self, key_id):
        return self.bot.key

    def resolve_public_key(self, key_id):
        return self.bot.key.public_key()
