"""`make demo`: fills a fresh instance with the sample artists, their works, and what they say to each other.

Everything goes the way of any other upload: into the vault, through the stages, published when it is protected.
"""

import secrets
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from fedi import clock, config, db, files, tasks, urls
from fedi.cli.opening import open_instance
from fedi.errors import FediError
from fedi.media import credentials
from fedi.models.actor import Actor
from fedi.models.media import MediaPurpose
from fedi.models.post import Post
from fedi.services import accounts, actor_keys, follows, interactions, media, posts
from tools.demo import artworks, cast


def main() -> None:
    open_instance()
    credentials.ensure(files.folder("keys"), config.settings().domain)
    with db.reading() as session:
        if any(accounts.by_name(session, artist.name) for artist in cast.ARTISTS):
            raise FediError("the sample artists live here already")
    password = secrets.token_urlsafe(12)
    folder = config.settings().data_dir.absolute() / "demo"
    click.echo("drawing the sample artworks (half a minute)")
    works = artworks.artworks(folder, drawn=lambda work: click.echo(f"  {work.title or work.key}"))
    people = _move_in(password, artworks.looks(folder))
    made: dict[str, int] = {}
    for work in works:
        with clock.frozen((clock.now() - timedelta(days=work.days)).timestamp()):
            made[work.key] = _hang(people[work.artist], work)
        click.echo(f"protected and hung: {work.title}")
    for words in cast.WORDS:
        with clock.frozen((clock.now() - timedelta(days=words.days)).timestamp()), db.writing() as session:
            posts.compose(session, author=session.get_one(Actor, people[words.artist]), text=words.text)
    with db.writing() as session:
        for act in cast.ACTS:
            _act(session, session.get_one(Actor, people[act.who]), act, session.get_one(Post, made[act.work]))
    tasks.run_until_idle()
    tasks.close()
    click.echo(f"{len(works)} works of {len(people)} artists hang at {urls.origin()}")
    click.echo(f"sign in as {', '.join(people)}; the password of each is {password}")


def _move_in(password: str, looks: dict[str, artworks.Looks]) -> dict[str, int]:
    """The artists with their profiles and pictures, following each other: {name: actor id}."""
    hashed = accounts.hash_password(password)
    people: dict[str, int] = {}
    for artist in cast.ARTISTS:
        key = actor_keys.generate()
        with db.writing() as session:
            account = accounts.create(
                session, name=artist.name, email=f"{artist.name}@demo.invalid", password_hash=hashed, key=key
            )
            fields = [{"name": name, "value": value} for name, value in artist.fields]
            accounts.update_profile(
                session, account, display_name=artist.display_name, summary=artist.bio, fields=fields
            )
            people[artist.name] = account.actor_id
        look = looks[artist.name]
        for file, purpose in ((look.avatar, MediaPurpose.AVATAR), (look.header, MediaPurpose.HEADER)):
            _upload(account.actor_id, file, "", purpose)
    with db.writing() as session:
        for follower, followee in cast.FOLLOWS:
            follows.request(session, session.get_one(Actor, people[follower]), session.get_one(Actor, people[followee]))
    tasks.run_until_idle()
    return people


def _upload(actor_id: int, file: Path, alt: str, purpose: MediaPurpose) -> int:
    with files.incoming() as copy:
        shutil.copyfile(file, copy)
        key, sha256, header = media.keep_original(copy)
    with db.writing() as session:
        row = media.upload(
            session,
            actor=session.get_one(Actor, actor_id),
            vault_key=key,
            sha256=sha256,
            mime=header.mime,
            size=header.size,
            alt=alt,
            purpose=purpose,
        )
        return row.id


def _hang(actor_id: int, work: artworks.Artwork) -> int:
    """Upload, compose, protect; the id of the post, published."""
    media_id = _upload(actor_id, work.file, work.alt, MediaPurpose.POST)
    with db.writing() as session:
        post = posts.compose(
            session,
            author=session.get_one(Actor, actor_id),
            title=work.title,
            text=work.text,
            tags=work.tags,
            media_ids=[media_id],
            language="en",
        )
    tasks.run_until_idle()
    return post.id


def _act(session: Session, who: Actor, act: cast.Act, post: Post) -> None:
    if act.kind == "like":
        interactions.like(session, who, post)
    elif act.kind == "boost":
        interactions.boost(session, who, post)
    else:
        posts.compose(session, author=who, text=act.text, in_reply_to=post, language="en")


if __name__ == "__main__":
    try:
        main()
    except FediError as error:
        click.echo(f"demo: {error}", err=True)
        sys.exit(1)
