"""HTML in and out: sanitising what others send, and rendering what our artists type."""

import html
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3

# Mastodon's list (lib/sanitize_ext/sanitize_config.rb, 4.6.5): what reaches its readers is what reaches ours.
TAGS = {
    "p", "br", "span", "a", "abbr", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "sub", "sup", "i",
    "em", "ul", "ol", "li", "ruby", "rt", "rp",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "class", "title", "translate"},
    "abbr": {"title"},
    "span": {"class", "translate"},
    "blockquote": {"cite"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "p": {"class"},
}
SCHEMES = {"http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"}
_CLASS = re.compile(r"(?:h|p|u|dt|e)-[A-Za-z0-9_-]+|mention|hashtag|ellipsis|invisible|quote-inline")
_HEADING = re.compile(r"<(/?)h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)
_IMAGE = re.compile(r"<img\s[^<>]{0,4000}>", re.IGNORECASE)
MAX_HTML = 200_000


def _attribute(tag: str, attribute: str, value: str) -> str | None:  # noqa: ARG001 - nh3's signature
    if attribute == "class":
        kept = [name for name in value.split() if _CLASS.fullmatch(name)]
        return " ".join(kept) or None
    if attribute == "translate":
        return "no" if value == "no" else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes=SCHEMES,
    link_rel="nofollow noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "svg", "math"},
    generic_attribute_prefixes=set(),
    strip_comments=True,
)


def sanitise(markup: str) -> str:
    """Foreign HTML reduced to what may be shown: headings become strong paragraphs, pictures become links."""
    markup = markup[:MAX_HTML].replace("\0", "")
    markup = _HEADING.sub(lambda found: "</strong></p>" if found[1] else "<p><strong>", markup)
    markup = _IMAGE.sub(lambda found: _image_link(found[0]), markup)
    return _cleaner.clean(markup)


def _image_link(tag: str) -> str:
    attributes = _first_tag(tag)
    source = attributes.get("src", "")
    if not source.startswith(("http://", "https://")):
        return html.escape(attributes.get("alt", ""))
    label = attributes.get("alt") or source
    return f'<a href="{html.escape(source)}">{html.escape(label)}</a>'


class _Attributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found = {name: value or "" for name, value in attrs}


def _first_tag(tag: str) -> dict[str, str]:
    parser = _Attributes()
    parser.feed(tag)
    return parser.found


_BREAK = re.compile(r"<(?:br|/p|/li|/blockquote|/pre|/div|/h[1-6]|/tr)\s{0,9}/?>", re.IGNORECASE)
_stripper = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"})


def plain(markup: str) -> str:
    """The text of some HTML, paragraphs as lines."""
    return html.unescape(_stripper.clean(_BREAK.sub("\n", markup[:MAX_HTML]))).strip()


def excerpt(markup: str, length: int = 160) -> str:
    """The beginning of the text in one line, cut at a word."""
    text = " ".join(plain(markup).split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


# --- what our artists type ------------------------------------------------------------------------------------------

_URL = r"https?://[^\s<>\"'`\x00-\x1f]{1,2000}"
_HANDLE = r"@(?P<handle>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?(?:@[\w.-]{1,253}(?::\d{1,5})?)?)"
_HASHTAG = r"#(?P<hashtag>[\w·\u30fb\u200c]{1,100})"
_TOKEN = re.compile(rf"(?P<url>{_URL})|(?<![\w/@.]){_HANDLE}|(?<![\w/&#=]){_HASHTAG}", re.UNICODE)
_TRAILING = ".,;:!?)]}'\"…»"


def find_hashtags(text: str) -> list[str]:
    """Hashtags in order, without `#`, in the author's case; not inside links, never only digits."""
    found: dict[str, str] = {}
    for match in _TOKEN.finditer(text):
        label = match["hashtag"]
        if label and _is_tag(label):
            found.setdefault(label.lower(), label)
    return list(found.values())


def find_mentions(text: str) -> list[str]:
    """Handles in order, without the leading `@`: `mira` or `mira@art.example`."""
    found: dict[str, str] = {}
    for match in _TOKEN.finditer(text):
        handle = match["handle"]
        if handle:
            handle = handle.rstrip(".-")
            found.setdefault(handle.lower(), handle)
    return list(found.values())


def render(
    text: str,
    *,
    mentions: Mapping[str, tuple[str, str]],
    tag_url: Callable[[str], str],
) -> str:
    """Plain text as HTML: paragraphs, line breaks, links, mentions and hashtags, everything else escaped.

    `mentions` maps a handle as it stands in the text (any case) to (address, user name).
    """
    known = {handle.lower(): target for handle, target in mentions.items()}
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip("\n"))
    rendered = [_inline(paragraph, known, tag_url) for paragraph in paragraphs if paragraph.strip()]
    return "".join(f"<p>{paragraph}</p>" for paragraph in rendered)


def _inline(text: str, known: Mapping[str, tuple[str, str]], tag_url: Callable[[str], str]) -> str:
    parts, position = [], 0
    for match in _TOKEN.finditer(text):
        linked, length = _link(match, known, tag_url)
        if linked:
            parts += [_escape(text[position : match.start()]), linked]
            position = match.start() + length
    parts.append(_escape(text[position:]))
    return "".join(parts)


def _link(
    match: re.Match[str],
    known: Mapping[str, tuple[str, str]],
    tag_url: Callable[[str], str],
) -> tuple[str, int]:
    """The link for a token and how many characters it covers; ('', 0) when it stays text."""
    if match["url"]:
        url = _trim_url(match["url"])
        return (_anchor(url), len(url)) if _good_url(url) else ("", 0)
    if match["handle"]:
        handle = match["handle"].rstrip(".-")
        target = known.get(handle.lower())
        if target is None:
            return "", 0
        address, name = target
        anchor = f'<a href="{html.escape(address)}" class="u-url mention">@<span>{html.escape(name)}</span></a>'
        return f'<span class="h-card" translate="no">{anchor}</span>', len(handle) + 1
    label = match["hashtag"]
    if not _is_tag(label):
        return "", 0
    href = html.escape(tag_url(label))
    return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{html.escape(label)}</span></a>', len(label) + 1


def _trim_url(url: str) -> str:
    """Punctuation after a link is the sentence's; a closing bracket belongs to it when it was opened inside."""
    while url and url[-1] in _TRAILING:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url


def _good_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port is not False
    except ValueError:
        return False


def _anchor(url: str) -> str:
    """As Mastodon shows links: the scheme hidden, 30 characters seen."""
    scheme, _, rest = url.partition("://")
    shown, hidden = rest[:30], rest[30:]
    classes = "ellipsis" if hidden else ""
    return (
        f'<a href="{html.escape(url)}" rel="nofollow noopener noreferrer" target="_blank" translate="no">'
        f'<span class="invisible">{scheme}://</span><span class="{classes}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br />")


def _is_tag(label: str) -> bool:
    return any(character.isalpha() for character in label)


def count_characters(text: str) -> int:
    """Length as Mastodon counts it: a link is 23, the domain of a mention counts nothing."""
    length, position = 0, 0
    for match in _TOKEN.finditer(text):
        length += match.start() - position
        if match["url"]:
            length += 23
        elif match["handle"]:
            length += 1 + len(match["handle"].partition("@")[0])
        else:
            length += len(match[0])
        position = match.end()
    return length + len(text) - position
