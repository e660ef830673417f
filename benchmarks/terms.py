"""Microseconds of CPU to say the terms of one request: headers, head, schema.org, ActivityStreams, client API.

`python benchmarks/terms.py [--count 20000]`; one thread, caches warm, the terms looked up each time from the rows of a
work with one picture. There is no floor to hold it against.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fedi import clock, config
from fedi.models.actor import Actor
from fedi.models.media import Media
from fedi.models.post import Post
from fedi.policy.layers import activitystreams, client_api, headers, html_meta, schema_org
from fedi.services import consents

AIM = 50


def microseconds(call: Callable[[], object], count: int) -> float:
    for _ in range(count // 10):
        call()
    begun = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - begun) / count * 1e6


def rows(consent: str) -> tuple[Post, Media]:
    """A work with one picture, of an artist who said everything that can be said."""
    actor = Actor(uri="https://art.example/users/mira", name="mira", display_name="Mira Okafor", terms_version=7)
    actor.consent, actor.licence = consent, "Mine <https://mira.example/licence>"
    actor.licence_contact, actor.licence_price = "mailto:rights@mira.example", "50 EUR"
    post = Post(actor=actor, hung_consent=consent)
    picture = Media()
    post.created_at = picture.created_at = clock.now()
    return post, picture


def page(post: Post, picture: Media) -> tuple[Any, ...]:
    """What the page of a work says."""
    terms, inside = consents.of_post(post), consents.of_picture(picture, post)
    image = schema_org.image(inside, url="https://art.example/media/1.jpg", description="A heron", width=9, height=9)
    work = schema_org.work(
        terms, url="https://art.example/@mira/1", title="Heron", description="Ink", published="2026", images=[image]
    )
    return headers.render(terms), html_meta.render(terms), work


def document(post: Post, picture: Media) -> tuple[Any, ...]:
    """What a Create with one picture says."""
    terms, inside = consents.of_post(post), consents.of_picture(picture, post)
    return (
        headers.render(terms),
        activitystreams.render(terms, kind="activity"),
        activitystreams.render(terms),
        activitystreams.render(inside, kind="attachment"),
    )


def status(post: Post, picture: Media) -> tuple[Any, ...]:
    """What a status with one picture says to an app."""
    terms, inside = consents.of_post(post), consents.of_picture(picture, post)
    artist = consents.of_actor(post.actor)
    return (
        client_api.render(terms),
        client_api.render(inside, brief=True),
        client_api.render(artist, brief=True),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        config.use(config.load(domain="art.example", data_dir=Path(folder)))
        mixed = "train_generative=deny,train_other=allow,inference=ask,data_mining=licence,search=allow"
        for consent in ("prohibited", "licensed", mixed):
            post, picture = rows(consent)
            said = {
                name: microseconds(lambda call=call, made=(post, picture): call(*made), count)
                for name, call in (("page", page), ("document", document), ("status", status))
            }
            words = ", ".join(f"{name} {took:.1f} µs" for name, took in said.items())
            print(f"{consent.partition(',')[0]}: {words} (aim: {AIM})")


if __name__ == "__main__":
    main()
