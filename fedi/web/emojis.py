"""Custom emoji of other servers: `:blobcat:` in a text, shown as a picture (FEP-9098), which is brought here first."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from fedi.services import cached_files

_CODE = re.compile(r":([A-Za-z0-9_]{2,100}):")
_PARTS = re.compile(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""")  # a quoted attribute may hold a >


def entities(known: Mapping[str, str] | None, *texts: str) -> list[dict[str, Any]]:
    """The CustomEmoji entities of those that the texts use."""
    used = dict.fromkeys(code for text in texts for code in _CODE.findall(text) if code in (known or {}))
    return [
        {"shortcode": code, "url": url, "static_url": url, "visible_in_picker": False, "category": None}
        for code in used
        if (url := cached_files.address((known or {})[code], "small"))
    ]


def shown(markup: str, known: Mapping[str, str] | None) -> Markup:
    """Sanitised HTML with its emoji as pictures; what stands inside a tag is left alone."""
    if not known or ":" not in markup:
        return Markup(markup)  # noqa: S704 - sanitised when it was stored (fedi.text)
    pictured = (
        part if part.startswith("<") else _CODE.sub(lambda match: _picture(match, known), part)
        for part in _PARTS.split(markup)
    )
    return Markup("".join(pictured))  # noqa: S704 - sanitised, and the pictures are escaped


def _picture(match: re.Match[str], known: Mapping[str, str]) -> str:
    url = cached_files.path(known.get(match[1]), "small")
    if not url:
        return match[0]
    code = escape(match[0])
    return f'<img class="emoji" src="{escape(url)}" alt="{code}" title="{code}" width="20" height="20" loading="lazy">'
