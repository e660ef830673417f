"""Signed inbox POSTs per CPU-second, accepted and durable, beside a server that parses and verifies but stores nothing;
then the CPU it takes to process what was accepted.

`python benchmarks/inbox.py [--count 3000] [--hosts 20] [--kind Like|Create] [--database URL]`: the sender is a process
of its own with 32 kept connections and requests signed beforehand, by known actors; the CPU time is that of the serving
process alone. With PostgreSQL the database's own time is not in it.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from quart import Quart, Response, request

sys.path.insert(0, str(Path(__file__).parent.parent))

import serving

from fedi import clock, db, files
from fedi.activitypub import processing
from fedi.activitypub.protocol import digests, documents, keys, signatures
from fedi.activitypub.protocol.requests import Request
from fedi.app import create_app
from fedi.models.account import AccountState, Role
from fedi.models.actor import Actor, ActorKey, ActorKind
from fedi.models.follow import Follow, FollowState
from fedi.models.inbox_message import InboxMessage, InboxState
from fedi.models.post import Visibility
from fedi.services import accounts, actor_keys, instance, posts, schema

HOST = serving.HOST
WARM = 200


def liked(post_uris, number, hosts):
    """The post of the activity with this number: no actor likes one twice."""
    return post_uris[number // hosts]


def fill(hosts, activities):
    """Mira with enough posts for so many Likes, and one known actor on each host, whom she follows.

    Returns (post uris, [(key id, actor uri)], the key of all of them, its public PEM).
    """
    for name in files.FOLDERS:
        files.folder(name)
    schema.upgrade()
    key = actor_keys.generate()
    pem = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    with db.writing() as session:
        instance.prepare(session)
        mira = accounts.create(
            session, name="mira", email="m@mail.example", password_hash="!", role=Role.ARTIST,
            state=AccountState.APPROVED, key=key,
        ).actor  # fmt: skip
        session.flush()
        post_uris, signers = [], []
        for number in range(activities // hosts + 1):
            post = posts.compose(session, author=mira, text=f"hello {number}", visibility=Visibility.PUBLIC)
            session.flush()
            post_uris.append(post.uri)
        for number in range(hosts):
            uri = f"https://peer{number}.example/users/ann"
            host = f"peer{number}.example"
            actor = Actor(
                uri=uri, kind=ActorKind.PERSON, name="ann", domain=host, name_key="ann", domain_key=host, host=host,
                inbox=f"{uri}/inbox", shared_inbox=f"https://{host}/inbox", fetched_at=clock.now(),
                followers_uri=f"{uri}/followers",
            )  # fmt: skip
            session.add(actor)
            session.flush()
            session.add(ActorKey(actor_id=actor.id, uri=f"{uri}#main-key", algorithm="rsa", public=pem))
            session.add(
                Follow(
                    follower_id=mira.id, followee_id=actor.id, state=FollowState.ACCEPTED,
                    uri=f"https://{HOST}/follows/{number}",
                )
            )  # fmt: skip
            signers.append((f"{uri}#main-key", uri))
    return post_uris, signers, key, pem


def activity(kind, number, actor, post_uri):
    base = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{actor}/activities/{number}",
        "type": kind,
        "actor": actor,
    }
    if kind == "Like":
        return base | {"object": post_uri}
    note = {
        "id": f"{actor}/notes/{number}",
        "type": "Note",
        "attributedTo": actor,
        "content": "<p>" + "x" * 800 + "</p>",
        "published": clock.iso(clock.now()),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "cc": [f"{actor}/followers"],
        "attachment": [
            {
                "type": "Document",
                "mediaType": "image/jpeg",
                "url": f"{actor}/media/{number}-{index}.jpg",
                "name": "y" * 80,
                "width": 800,
                "height": 600,
                "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
            }
            for index in range(4)
        ],
    }  # fmt: skip
    return base | {"object": note, "to": note["to"], "cc": note["cc"], "published": note["published"]}


def requests(kind, amount, signers, key, post_uris, start):
    """The bytes of `amount` signed POSTs."""
    made = []
    for number in range(start, start + amount):
        key_id, actor = signers[number % len(signers)]
        body = json.dumps(activity(kind, number, actor, liked(post_uris, number, len(signers)))).encode()
        headers = signatures.sign(key, key_id, "POST", f"https://{HOST}/inbox", digest=digests.sha256(body))
        lines = ["POST /inbox HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        made.append(head.encode() + body)
    return made


def floor_app(pem):
    """As little as can be done with an activity that is to be believed: read, parse, verify."""
    app = Quart("floor")
    public = keys.load_public(pem)

    @app.post("/inbox")
    async def inbox():
        body = await request.get_data()
        documents.loads(body, max_bytes=1 << 20)
        made = Request.make("POST", "/inbox", list(request.headers.items()), body, scheme="https", host=HOST)
        signatures.verify(signatures.parse(made), public)
        return Response("", status=202)

    return app


def our_app(folder, database):
    serving.settings(folder, database)
    return create_app()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--kind", choices=["Like", "Create"], default="Create")
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        serving.settings(folder, options.database)
        post_uris, signers, key, pem = fill(options.hosts, options.count + WARM)
        db.dispose()
        warm = requests(options.kind, WARM, signers, key, post_uris, 0)
        made = requests(options.kind, options.count, signers, key, post_uris, WARM)
        floor = serving.measured(floor_app, (pem,), made, warm=warm, status=202)
        ours = serving.measured(our_app, (folder, options.database), made, warm=warm, status=202)
        cpu, wall = time.process_time(), time.perf_counter()
        done = processing.process_due()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        with db.reading() as session:
            fine = session.query(InboxMessage).filter(InboxMessage.state == InboxState.PROCESSED).count()
        if fine < min(done, options.hosts):
            raise SystemExit(f"{done} worked on, {fine} processed")
        db.dispose()
    print(
        json.dumps(
            {
                "kind": options.kind, "count": options.count,
                "database": "postgresql" if options.database else "sqlite",
                "floor": floor, "ours": ours,
                "share_of_floor": round(ours["per_cpu_second"] / floor["per_cpu_second"], 3),
                "process_ms_cpu": round(cpu / done * 1000, 3), "process_per_second": round(done / wall),
                "processed": fine,
            },
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
