"""Push subscriptions: one for each token, what it wants to hear of, and the messages on their way."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from fedi import clock, net, work
from fedi.errors import BadRequest, NotFound, Refused
from fedi.models.account import Account
from fedi.models.follow import Follow, FollowState
from fedi.models.notification import Notification, NotificationKind
from fedi.models.oauth import AccessToken
from fedi.models.push import PushMessage, PushSubscription
from fedi.services import secret

POLICIES = ("all", "followed", "follower", "none")
KINDS = tuple(kind.value for kind in NotificationKind)
LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8  # the last one after about four hours
LASTS = timedelta(hours=48)  # how long a push service keeps what the app does not fetch


@dataclass(frozen=True)
class Wish:
    """What an app asks for; `keys` are base64url."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool
    alerts: Mapping[str, bool]
    policy: str


def subscribe(session: Session, token: AccessToken, plain: str, wish: Wish) -> PushSubscription:
    """In the place of the one that the token had. Raises BadRequest in Mastodon's words."""
    _check(wish)
    account = session.get_one(Account, token.account_id)
    session.execute(delete(PushSubscription).where(PushSubscription.token_id == token.id))
    row = PushSubscription(
        account_id=account.id,
        token_id=token.id,
        token=secret.encrypt(plain.encode()),
        endpoint=wish.endpoint,
        p256dh=wish.p256dh,
        auth=wish.auth,
        standard=wish.standard,
        alerts=_alerts(wish.alerts),
        policy=wish.policy or "all",
    )
    session.add(row)
    account.settings = {**account.settings, "push": True}  # so that nobody else is looked up for it
    session.flush()
    return row


def get(session: Session, token_id: int) -> PushSubscription:
    """Raises NotFound."""
    row = session.scalar(select(PushSubscription).where(PushSubscription.token_id == token_id))
    if row is None:
        raise NotFound("Record not found")
    return row


def change(session: Session, row: PushSubscription, alerts: Mapping[str, bool] | None, policy: str) -> None:
    """Other alerts, or another policy. Raises BadRequest."""
    if policy and policy not in POLICIES:
        raise BadRequest(f"'{policy[:64]}' is not a valid policy")
    row.policy = policy or row.policy
    if alerts is not None:
        row.alerts = _alerts(alerts)
    session.flush()


def remove(session: Session, row: PushSubscription) -> None:
    """The app does not want to hear any more, or the push service does not know it any more."""
    session.delete(row)
    session.flush()
    left = select(PushSubscription.id).where(PushSubscription.account_id == row.account_id).limit(1)
    account = session.get(Account, row.account_id)
    if account is not None and session.scalar(left) is None:
        account.settings = {name: value for name, value in account.settings.items() if name != "push"}
        session.flush()


def enqueue(session: Session, account: Account, told: Notification) -> None:
    """Send a notification to every subscription that wants to hear of it."""
    wanted = select(PushSubscription).where(PushSubscription.account_id == account.id)
    count = 0
    for row in session.scalars(wanted).unique():
        if told.kind.value in row.alerts and _fits(session, account, row.policy, told.actor_id):
            session.add(PushMessage(subscription_id=row.id, notification_id=told.id))
            count += 1
    if count:
        work.wake(session, "push.send")


def is_due(session: Session) -> bool:
    return session.scalar(_due().limit(1)) is not None


def claim(session: Session) -> PushMessage | None:
    """The next message, leased to the caller. One whose sending ended its worker again and again is let go."""
    session.execute(delete(PushMessage).where(PushMessage.id.in_(_due()), PushMessage.attempts >= MAX_ATTEMPTS))
    id_ = session.scalar(_due().order_by(PushMessage.due_at).limit(1).with_for_update(skip_locked=True))
    row = session.get(PushMessage, id_) if id_ is not None else None
    if row is not None:
        row.attempts += 1
        row.lease_until = clock.now() + LEASE
        session.flush()
    return row


def done(session: Session, id_: int) -> None:
    """It arrived, or never will."""
    session.execute(delete(PushMessage).where(PushMessage.id == id_))


def failed(session: Session, id_: int) -> None:
    """Again later, each time after twice as long."""
    row = session.get(PushMessage, id_)
    if row is None:
        return
    if row.attempts >= MAX_ATTEMPTS:
        session.delete(row)
        return
    row.due_at, row.lease_until = clock.now() + timedelta(minutes=2**row.attempts), None


def gone(session: Session, subscription_id: int) -> None:
    """The push service does not know the subscription any more."""
    row = session.get(PushSubscription, subscription_id)
    if row is not None:
        remove(session, row)


def _due() -> Select[int]:
    now = clock.now()
    free = or_(PushMessage.lease_until.is_(None), PushMessage.lease_until < now)
    return select(PushMessage.id).where(PushMessage.due_at <= now, free)


def _fits(session: Session, account: Account, policy: str, actor_id: int) -> bool:
    if policy in {"all", "none"}:
        return policy == "all"
    ends = (account.actor_id, actor_id) if policy == "followed" else (actor_id, account.actor_id)
    known = select(Follow.id).where(Follow.follower_id == ends[0], Follow.followee_id == ends[1])
    return session.scalar(known.where(Follow.state == FollowState.ACCEPTED).limit(1)) is not None


def _alerts(given: Mapping[str, bool]) -> list[str]:
    return [kind for kind in KINDS if given.get(kind)]


def _check(wish: Wish) -> None:
    try:
        net.check_url(wish.endpoint)
    except Refused:
        raise BadRequest("Validation failed: Endpoint is not a valid URL") from None
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decode(wish.p256dh))
        if len(decode(wish.auth)) != 16:
            raise ValueError
    except (ValueError, binascii.Error):
        raise BadRequest("Validation failed: Key p256dh or auth is not a valid key") from None
    if wish.policy and wish.policy not in POLICIES:
        raise BadRequest(f"'{wish.policy[:64]}' is not a valid policy")


def decode(text: str) -> bytes:
    """base64url, with or without padding. Raises ValueError."""
    if not text.isascii():
        raise ValueError(text)
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
