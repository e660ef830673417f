"""Documents read per CPU-second, warm, beside the same server that answers the same bytes from a dictionary.

`python benchmarks/reading.py [--count 6000] [--artists 20] [--what actor|post|webfinger] [--database URL]`: unsigned
GETs over 32 kept connections, taking the artists in turn; the CPU time is that of the serving process alone.
"""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
from pathlib import Path

from quart import Quart, Response, request

sys.path.insert(0, str(Path(__file__).parent.parent))

import serving

from fedi import db, files
from fedi.app import create_app
from fedi.models.account import AccountState, Role
from fedi.models.media import Media, MediaState, Rendition, RenditionKind
from fedi.models.post import Visibility
from fedi.services import accounts, actor_keys, instance, posts, schema

HOST = serving.HOST
ACCEPT = "application/activity+json"


def fill(artists, what):
    """So many artists with a post of four pictures each; the paths that are read."""
    for name in files.FOLDERS:
        files.folder(name)
    schema.upgrade()
    key, paths = actor_keys.generate(), []
    with db.writing() as session:
        instance.prepare(session)
        for number in range(artists):
            name = f"artist{number}"
            actor = accounts.create(
                session, name=name, email=f"{name}@mail.example", password_hash="!", role=Role.ARTIST,
                state=AccountState.APPROVED, key=key,
            ).actor  # fmt: skip
            session.flush()
            post = posts.compose(session, author=actor, text="hello " * 60, visibility=Visibility.PUBLIC)
            session.flush()
            for position in range(4):
                session.add(picture(actor, post, position))
            paths.append(
                {
                    "actor": f"/users/{name}",
                    "post": f"/users/{name}/posts/{post.id}",
                    "webfinger": f"/.well-known/webfinger?resource=acct:{name}@{HOST}",
                }[what]
            )
    return paths


def picture(actor, post, position):
    """A protected picture; its file is not read here."""
    key = f"{post.id}-{position}"
    return Media(
        actor_id=actor.id, post_id=post.id, position=position, state=MediaState.PROTECTED, vault_key=key,
        sha256="0" * 64, mime="image/jpeg", size=1, alt="y" * 80, preset="standard", current_version=1, width=800,
        height=600, blurhash="UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH", due_at=None,
        renditions=[
            Rendition(
                version=1, kind=RenditionKind.FEDERATED, consent="prohibited", key=key, mime="image/jpeg", width=800,
                height=600, size=100_000, sha256="0" * 64,
            )
        ],
    )  # fmt: skip


def our_app(folder, database):
    serving.settings(folder, database)
    return create_app()


def floor_app(answers):
    """The same bytes under the same headers, from a dictionary."""
    app = Quart("floor")

    @app.get("/users/<name>")
    @app.get("/users/<name>/posts/<int:post_id>")
    @app.get("/.well-known/webfinger")
    async def echo(**_):
        kind, body = answers[request.full_path.rstrip("?")]
        return Response(body, content_type=kind)

    return app


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: {ACCEPT}\r\n\r\n".encode()


async def _answers(app, paths):
    client, found = app.test_client(), {}
    for path in paths:
        answer = await client.get(path, headers={"Accept": ACCEPT})
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        found[path] = (answer.headers["Content-Type"], await answer.get_data())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--artists", type=int, default=20)
    parser.add_argument("--what", choices=["actor", "post", "webfinger"], default="actor")
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        serving.settings(folder, options.database)
        paths = fill(options.artists, options.what)
        answers = asyncio.run(_answers(create_app(), paths))
        db.dispose()
        made = [get(path) for _, path in zip(range(options.count), itertools.cycle(paths), strict=False)]
        floor = serving.measured(floor_app, (answers,), made, warm=made[:500], status=200)
        ours = serving.measured(our_app, (folder, options.database), made, warm=made[:500], status=200)
    print(
        json.dumps(
            {
                "what": options.what, "count": options.count, "bytes": len(next(iter(answers.values()))[1]),
                "database": "postgresql" if options.database else "sqlite", "floor": floor, "ours": ours,
                "share_of_floor": round(ours["per_cpu_second"] / floor["per_cpu_second"], 3),
            },
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
