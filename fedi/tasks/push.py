"""The task that sends push messages: encrypted for the app, so that the service between reads nothing.

RFC 8291 (encryption), RFC 8292 (VAPID), RFC 8030 (the request); for apps that do not say `standard` the drafts before
them, which Mastodon sends to them too.
"""

import base64
import json
import logging
import secrets
import threading
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid01, Vapid02, VapidException

from fedi import clock, db, mail, net, text, urls
from fedi.errors import FediError, Refused
from fedi.models.notification import Notification, NotificationKind
from fedi.models.push import PushMessage
from fedi.services import cached_files, push, secret, vapid

log = logging.getLogger(__name__)
SECONDS = 10.0
MAX_BODY = 140
VALID = 12 * 3600  # seconds that a VAPID claim holds; 24 hours at most
AT_ONCE = 3
GONE = {404, 410}
NEVER = {400, 401, 403, 413}
TITLES = {
    NotificationKind.MENTION: "{} mentioned you",
    NotificationKind.FAVOURITE: "{} liked your post",
    NotificationKind.REBLOG: "{} boosted your post",
    NotificationKind.FOLLOW: "{} follows you",
    NotificationKind.FOLLOW_REQUEST: "{} asks to follow you",
    NotificationKind.STATUS: "{} published a post",
    NotificationKind.UPDATE: "{} edited a post",
    NotificationKind.POLL: "A poll by {} is over",
    NotificationKind.QUOTE: "{} quoted your post",
    NotificationKind.QUOTED_UPDATE: "{} edited a post that you quoted",
    NotificationKind.ADDED_TO_COLLECTION: "{} put you into a collection",
    NotificationKind.COLLECTION_UPDATE: "{} changed a collection that you are in",
    NotificationKind.ADMIN_REPORT: "{} reported something",
    NotificationKind.ADMIN_SIGN_UP: "{} signed up",
    NotificationKind.MODERATION_WARNING: "The moderators of this server wrote to you",
    NotificationKind.MEDIA_FAILED: "A picture could not be protected",
    NotificationKind.REPLY_REFUSED: "{} did not want your answer",
}


_slots = threading.BoundedSemaphore(AT_ONCE)


def send_due() -> int:
    """Send what waits; how many were tried. A service that is slow holds a few threads at most."""
    if not _slots.acquire(blocking=False):
        return 0  # other threads of this process are at it and take what is due
    try:
        count = 0
        while (row := _claim()) is not None:
            _send(row)
            count += 1
        return count
    finally:
        _slots.release()


def _claim() -> PushMessage | None:
    with db.writing("push") as session:
        return push.claim(session)


def _send(row: PushMessage) -> None:
    wish = row.subscription
    if wish.access_token.revoked_at is not None:
        _settle(row, "gone")
        return
    with db.reading() as session:
        private = vapid.pem(session)
    try:
        headers, body = encrypt(
            json.dumps(said(row), ensure_ascii=False).encode(),
            wish.p256dh,
            wish.auth,
            private,
            endpoint=wish.endpoint,
            standard=wish.standard,
        )
        answer = net.call(net.request("POST", wish.endpoint, headers=headers, body=body, timeout=SECONDS))
    except (Refused, VapidException):  # the address is none that is asked, or none that VAPID can name
        _settle(row, "gone")
        return
    except FediError as error:
        log.info("a push message waits: %s", error)
        _settle(row, "failed")
        return
    if answer.status in GONE:
        _settle(row, "gone")
    elif answer.status < 300 or answer.status in NEVER:
        _settle(row, "done")
    else:
        _settle(row, "failed")


def _settle(row: PushMessage, how: str) -> None:
    with db.writing("push") as session:
        if how == "gone":
            push.gone(session, row.subscription_id)
        elif how == "done":
            push.done(session, row.id)
        else:
            push.failed(session, row.id)


def said(row: PushMessage) -> dict[str, Any]:
    """What the app shows before it has asked for anything."""
    told, actor = row.notification, row.notification.actor
    return {
        "access_token": secret.decrypt(row.subscription.token).decode(),
        "preferred_locale": "en",
        "notification_id": str(told.id),
        "notification_type": told.kind.value,
        "icon": cached_files.address(actor.icon_url, "small") or f"{urls.origin()}/static/missing/avatar.png",
        "title": TITLES[told.kind].format(actor.display_name or actor.name)[:MAX_BODY],
        "body": _body(told),
    }


def _body(told: Notification) -> str:
    if told.post is None:
        return text.plain(told.actor.summary)[:MAX_BODY]
    return (text.plain(told.post.summary) or text.plain(told.post.content))[:MAX_BODY]


def encrypt(
    data: bytes, p256dh: str, auth: str, private: bytes, *, endpoint: str, standard: bool
) -> tuple[dict[str, str], bytes]:
    """(headers, body) of the request to the push service."""
    parts = urlsplit(endpoint)
    contact = f"mailto:{parseaddr(mail.sender())[1]}"  # py_vapid takes no https address that has a port
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(clock.timestamp()) + VALID, "sub": contact}
    once = ec.generate_private_key(ec.SECP256R1())
    headers = {"TTL": str(int(push.LASTS.total_seconds())), "Urgency": "normal"}
    headers["Content-Type"] = "application/octet-stream"
    keys: dict[str, Any] = {"private_key": once, "dh": push.decode(p256dh), "auth_secret": push.decode(auth)}
    if standard:
        signed = Vapid02.from_pem(private).sign(claims)
        headers |= {"Content-Encoding": "aes128gcm", "Authorization": signed["Authorization"]}
        return headers, http_ece.encrypt(data, version="aes128gcm", **keys)
    salt = secrets.token_bytes(16)
    signed = Vapid01.from_pem(private).sign(claims)
    point = once.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    headers |= {
        "Content-Encoding": "aesgcm",
        "Authorization": signed["Authorization"],
        "Encryption": f"salt={_b64(salt)}",
        "Crypto-Key": f"dh={_b64(point)};{signed['Crypto-Key']}",
    }
    return headers, http_ece.encrypt(data, salt=salt, version="aesgcm", **keys)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
