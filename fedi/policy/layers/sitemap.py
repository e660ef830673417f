"""Sitemaps (sitemaps.org 0.9) with Google's picture extension: the licence beside each picture.

Of AI a sitemap has no word. It is where search engines look, so that only what may be searched is in it.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from fedi.policy.consent import AXES
from fedi.policy.registry import layer
from fedi.policy.terms import Terms

NAMESPACES = {
    "": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}


@layer("sitemap", silent=AXES)
def render(terms: Terms, *, page: str, changed: str, pictures: Sequence[str] = ()) -> str:
    """One `url`: the address of a page, when it changed (W3C date), and the addresses of its pictures."""
    licence = f"<image:license>{escape(terms.licence_link)}</image:license>"
    images = "".join(f"<image:image><image:loc>{escape(each)}</image:loc>{licence}</image:image>" for each in pictures)
    return f"<url><loc>{escape(page)}</loc><lastmod>{escape(changed)}</lastmod>{images}</url>\n"
