"""Push: an app that is closed hears of notifications, encrypted so that only it reads them."""

import base64
import json
from datetime import timedelta

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from fedi import clock, config, db
from fedi.models.notification import NotificationKind
from fedi.models.push import PushMessage, PushSubscription
from fedi.services import push, tokens
from fedi.tasks import push as push_task
from tests.push_service import Service

from .conftest import make_person

PATH = "/api/v1/push/subscription"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class App:
    """The keys of an app."""

    def __init__(self):
        self.private, self.secret = ec.generate_private_key(ec.SECP256R1()), b"sixteen bytes ok"

    @property
    def keys(self):
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": b64(point), "auth": b64(self.secret)}

    def read(self, headers, body):
        more = {}
        if headers["Content-Encoding"] == "aesgcm":
            parts = dict(part.split("=", 1) for part in headers["Crypto-Key"].split(";"))
            salt = headers["Encryption"].removeprefix("salt=")
            more = {"salt": unb64(salt), "dh": unb64(parts["dh"])}
        keys = {"private_key": self.private, "auth_secret": self.secret, "version": headers["Content-Encoding"]}
        return json.loads(http_ece.decrypt(body, **keys, **more))


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def service():
    made = Service()
    yield made
    made.server.shutdown()


@pytest.fixture
def mira(api):
    return make_person("mira")


@pytest.fixture
def ben(api):
    return make_person("ben")


async def subscribe(api, person, service, app, *, standard=True, policy="all", **alerts):
    subscription = {"endpoint": service.url, "keys": app.keys, "standard": standard}
    data = {"alerts": alerts or {"follow": True, "mention": True}, "policy": policy}
    return await api.post(PATH, person, subscription=subscription, data=data)


async def follow(api, person, other):
    assert (await api.post(f"/api/v1/accounts/{other.id}/follow", person)).status == 200


def waiting():
    with db.reading() as session:
        return session.query(PushMessage).count()


@pytest.mark.parametrize("standard", [True, False])
async def test_what_happened_arrives_for_the_app_alone(api, mira, ben, service, standard):
    app = App()
    made = await subscribe(api, mira, service, app, standard=standard)
    assert made.status == 200
    assert made.body["alerts"]["follow"] is True
    assert made.body["alerts"]["favourite"] is False
    assert (await api.get(PATH, mira)).body == made.body
    instance = (await api.get("/api/v2/instance")).body
    assert instance["configuration"]["vapid"]["public_key"] == made.body["server_key"]
    await follow(api, ben, mira)
    push_task.send_due()
    ((headers, body),) = service.got
    assert b"follow" not in body
    said = app.read(headers, body)
    assert said["title"] == "ben follows you"
    assert said["notification_type"] == "follow"
    assert said["access_token"] == mira.token
    (told,) = (await api.get("/api/v1/notifications", mira)).body
    assert said["notification_id"] == told["id"]
    assert said["icon"].startswith("https://art.test/")
    if standard:
        assert headers["Authorization"].endswith(f"k={made.body['server_key']}")
        assert Vapid02.verify(headers["Authorization"])
    assert int(headers["TTL"]) > 3600
    assert waiting() == 0


async def test_only_what_is_wanted(api, mira, ben, service):
    app = App()
    await subscribe(api, mira, service, app, favourite=True)
    await follow(api, ben, mira)
    assert waiting() == 0
    changed = await api.put(PATH, mira, data={"alerts": {"mention": True}, "policy": "followed"})
    assert changed.body["alerts"]["mention"] is True
    assert changed.body["alerts"]["favourite"] is False
    await api.post("/api/v1/statuses", ben, status="@mira hello", spoiler_text="news")
    assert waiting() == 0, "she does not follow him"
    await follow(api, mira, ben)
    await api.post("/api/v1/statuses", ben, status="@mira hello <b>again</b>")
    push_task.send_due()
    assert [app.read(*each)["body"] for each in service.got] == ["@mira hello <b>again</b>"]


async def test_a_service_that_is_away_and_one_that_forgot(api, mira, ben, service):
    await subscribe(api, mira, service, App())
    service.status = 503
    await follow(api, ben, mira)
    assert push_task.send_due() == 1
    assert push_task.send_due() == 0
    assert waiting() == 1
    service.status = 410
    with clock.frozen(clock.timestamp() + 600):
        assert push_task.send_due() == 1
    assert waiting() == 0
    assert (await api.get(PATH, mira)).status == 404
    await api.post("/api/v1/statuses", ben, status="@mira hello")
    assert (waiting(), len(service.got)) == (0, 2)


async def test_it_is_given_up_in_the_end(api, mira, ben, service):
    await subscribe(api, mira, service, App())
    service.status = 500
    await follow(api, ben, mira)
    now = clock.timestamp()
    for hours in range(20):
        with clock.frozen(now + timedelta(hours=6 * hours).total_seconds()):
            push_task.send_due()
    assert (waiting(), len(service.got)) == (0, 8)
    assert (await api.get(PATH, mira)).status == 200


async def test_a_token_taken_back_or_another_one(api, mira, ben, service):
    app = App()
    await subscribe(api, mira, service, app)
    assert (await api.get(PATH, ben)).status == 404
    second = await subscribe(api, mira, service, app)
    with db.reading() as session:
        assert [str(row.id) for row in session.query(PushSubscription)] == [second.body["id"]]
    await follow(api, ben, mira)
    with db.writing() as session:
        tokens.find(session, mira.token).revoked_at = clock.now()
    push_task.send_due()
    assert service.got == []
    with db.reading() as session:
        assert session.query(PushSubscription).count() == 0


async def test_removed(api, mira, ben, service):
    await subscribe(api, mira, service, App())
    assert (await api.delete(PATH, mira)).body == {}
    assert (await api.delete(PATH, mira)).body == {}, "again, as Mastodon answers"
    assert (await api.get(PATH, mira)).status == 404
    await follow(api, ben, mira)
    assert waiting() == 0


@pytest.mark.parametrize("standard", [True, False])
@pytest.mark.parametrize("mail_from", ["", "Fedi <post@art.test>"])
async def test_an_instance_with_a_port_has_a_contact_for_push_services(
    api, mira, ben, service, monkeypatch, standard, mail_from
):
    changes = {"web_origin": "https://art.test:8443", "mail_from": mail_from}
    monkeypatch.setattr("fedi.config._settings", config.settings().model_copy(update=changes))
    await subscribe(api, mira, service, App(), standard=standard)
    await follow(api, ben, mira)
    push_task.send_due()
    ((headers, _),) = service.got
    token = headers["Authorization"].split(" ", 1)[1].removeprefix("t=").split(",")[0]
    assert json.loads(unb64(token.split(".")[1]))["sub"] == (
        "mailto:post@art.test" if mail_from else "mailto:no-reply@art.test"
    )


async def test_an_address_that_cannot_be_signed_for_is_dropped(api, mira, ben, service):
    """And holds up nobody else."""
    service.url = "https://[2001:db8::1]/push"
    await subscribe(api, mira, service, App())
    await follow(api, ben, mira)
    assert push_task.send_due() == 1
    assert (await api.get(PATH, mira)).status == 404


def test_every_kind_has_a_title():
    assert set(push_task.TITLES) == set(NotificationKind)


async def test_bad_wishes(api, mira, service):
    good = App().keys
    point = b64(b"\x04" + b"\x01" * 64)
    for endpoint, keys in (
        ("", good),
        ("ftp://x.test/", good),
        ("not a url", good),
        (service.url, {}),
        (service.url, {**good, "auth": "c2hvcnQ"}),
        (service.url, {**good, "p256dh": "ÿ"}),
        (service.url, {**good, "p256dh": point}),
        (service.url, {**good, "p256dh": "x" * 10_000}),
    ):
        answer = await api.post(PATH, mira, subscription={"endpoint": endpoint, "keys": keys})
        assert answer.status == 422, (endpoint, keys)
        assert answer.body["error"].startswith("Validation failed")
    assert (await subscribe(api, mira, service, App(), policy="everybody")).status == 422
    assert (await api.post(PATH, mira)).status == 422
    assert (await api.get(PATH, mira)).status == 404


async def test_a_message_that_ends_its_worker_is_let_go(api, mira, ben, service):
    """It is claimed, and nobody lives to say how it went."""
    await subscribe(api, mira, service, App())
    await follow(api, ben, mira)
    now = clock.timestamp()
    for minutes in range(0, 100, 5):
        with clock.frozen(now + 60 * minutes), db.writing() as session:
            push.claim(session)
    assert waiting() == 0
