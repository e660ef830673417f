"""Sending one activity to one inbox: signed, posted, and its answer read by the rules of federation.md 1.3."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fedi import failpoints, net
from fedi.activitypub.protocol import digests, signatures
from fedi.activitypub.protocol.keys import PrivateKey
from fedi.errors import FediError, TooLarge, Unreachable
from fedi.models.outgoing import DeliveryState
from fedi.services.deliveries import Claimed, Result

failpoints.declare("deliver.before_send", "deliver.after_send")
MAX_ANSWER = 64 * 1024
# The one that Mastodon has known longest first; the other is tried when a server says that it cannot read it.
OTHER_SCHEME = {"cavage": "rfc9421", "rfc9421": "cavage"}
_UNREADABLE = {400, 401}
_TRANSIENT = {401, 408, 429}


@dataclass(frozen=True)
class Parcel:
    """What all deliveries of one activity share: the body and its digest, and the key of its actor.

    `seal` is there for a body that differs by server, as it holds the addresses of pictures not meant for everybody;
    `headers` gives what an inbox is told besides.
    """

    body: bytes
    digest: str
    key_id: str
    key: PrivateKey
    seal: Callable[[bytes, str], bytes] | None = None
    headers: Callable[[str], dict[str, str]] | None = None

    def addressed(self, host: str) -> "Parcel":
        """What this host gets."""
        if self.seal is None:
            return self
        body = self.seal(self.body, host)
        return replace(self, body=body, digest=digests.sha256(body), seal=None)


async def send(claimed: Claimed, parcel: Parcel) -> Result:
    """Post it; never raises for what the other side does."""
    parcel = parcel.addressed(claimed.host)
    answer = await _post(claimed, parcel, claimed.scheme)
    if answer.status not in _UNREADABLE:
        return answer
    other = OTHER_SCHEME[claimed.scheme]
    second = await _post(claimed, parcel, other)
    return second if second.state == DeliveryState.DELIVERED else answer


async def _post(claimed: Claimed, parcel: Parcel, scheme: str) -> Result:
    also = parcel.headers(claimed.inbox) if parcel.headers else None

    def sign(method: str, url: str, digest: str | None) -> dict[str, str]:
        return signatures.sign(parcel.key, parcel.key_id, method, url, scheme=scheme, digest=digest, also=also)

    try:
        failpoints.point("deliver.before_send")
        response = await net.post(
            claimed.inbox, body=parcel.body, digest=parcel.digest, signer=sign, max_bytes=MAX_ANSWER
        )
        failpoints.point("deliver.after_send")
    except Unreachable as error:
        return Result(claimed, DeliveryState.WAITING, status=error.http_status, error=str(error))
    except TooLarge as error:
        return Result(claimed, DeliveryState.WAITING, error=str(error))
    except FediError as error:  # our own guard, or an address that is none
        return Result(claimed, DeliveryState.REFUSED, error=str(error), answered=True)
    return judge(claimed, response.status, scheme=scheme, retry_after=response.retry_after)


def judge(claimed: Claimed, status: int, *, scheme: str, retry_after: int | None) -> Result:
    """2xx: delivered. 4xx but 401, 408 and 429, and 501: no for ever. All else is tried again."""
    if 200 <= status < 300:
        return Result(claimed, DeliveryState.DELIVERED, status=status, answered=True, scheme=scheme)
    error = f"the server answered {status}"
    if (400 <= status < 500 and status not in _TRANSIENT) or status == 501:
        return Result(claimed, DeliveryState.REFUSED, status=status, error=error, answered=True)
    return Result(
        claimed,
        DeliveryState.WAITING,
        status=status,
        error=error,
        retry_after=retry_after,
        answered=status == 401,
    )
