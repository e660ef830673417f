"""/sitemap.xml, the index of one sitemap (or more) for each artist, below her own address (sitemaps.org 0.9)."""

from xml.sax.saxutils import escape

from quart import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedi import clock, urls
from fedi.errors import NotFound
from fedi.policy.layers import headers as terms_headers
from fedi.policy.layers import sitemap
from fedi.services import consents, indexing, media
from fedi.services.indexing import Found
from fedi.web import database

blueprint = Blueprint("sitemaps", __name__)
CACHE = "public, max-age=1800"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@blueprint.get("/sitemap.xml")
async def index() -> Response:
    return _answer(await database.reading(_index))


@blueprint.get("/@<handle>/sitemap.xml")
async def of_artist(handle: str) -> Response:
    number = request.args.get("page", "1")
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number) > 0):
        raise NotFound("there is no such sitemap")
    return _answer(await database.reading(_of_artist, handle, int(number)))


def _index(session: Session) -> str:
    lines = []
    for artist in indexing.artists(session):
        for number in range(1, artist.pages + 1):
            where = f"{urls.profile(artist.name)}/sitemap.xml" + (f"?page={number}" if number > 1 else "")
            lines.append(
                f"<sitemap><loc>{escape(where)}</loc><lastmod>{clock.iso(artist.changed)}</lastmod></sitemap>\n"
            )
    return f'{HEAD}<sitemapindex xmlns="{sitemap.NAMESPACES[""]}">\n{"".join(lines)}</sitemapindex>\n'


def _of_artist(session: Session, name: str, number: int) -> str:
    said = [_entry(found) for found in indexing.pages_of(session, name, number)]
    names = "".join(f' xmlns{f":{prefix}" if prefix else ""}="{uri}"' for prefix, uri in sitemap.NAMESPACES.items())
    return f"{HEAD}<urlset{names}>\n{''.join(said)}</urlset>\n"


def _entry(found: Found) -> str:
    shown = [media.lasting(row) for row in found.pictures]
    return sitemap.render(
        found.terms,
        page=f"{urls.origin()}{found.path}",
        changed=clock.iso(found.changed),
        pictures=[urls.media(each.key) for each in shown if each is not None],
    )


def _answer(body: str) -> Response:
    response = Response(body, content_type="application/xml; charset=utf-8")
    response.headers.update(terms_headers.render(consents.of_instance()))
    response.headers["Cache-Control"] = CACHE
    return response
