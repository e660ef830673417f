"""HTML in and out: sanitising what others send, and rendering what our artists type."""

import csv
import html
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
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
SILENCED = {"script", "style", "iframe", "object", "template", "noscript", "svg", "math"}
MAX_HTML = 200_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML may hold, such as our feeds
# An HTML5 parser looks through all open elements at every tag: 25,000 nested lists took it 4.5 seconds.
MAX_DEPTH = 200
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]*)")
_SHALLOW = {"p", "li", "br", "img", "hr", "wbr", "dt", "dd", "tr", "td", "th", "rt", "rp", "option", "input"}


def _attribute(tag: str, attribute: str, value: str) -> str | None:  # noqa: ARG001 - nh3's signature
    if attribute == "class":
        kept = [name for name in value.split() if _CLASS.fullmatch(name)]
        return " ".join(kept) or None
    if attribute == "translate":
        return "no" if value == "no" else None
    if attribute == "cite":  # ammonia checks the schemes of `href` only
        return value if value.lower().partition(":")[0] in SCHEMES else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes=SCHEMES,
    link_rel="nofollow noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    clean_content_tags=SILENCED,
    generic_attribute_prefixes=set(),
    strip_comments=True,
    # An address without a scheme would be one of ours: a stranger's post must not link to our own forms.
    url_relative="deny",
)


def sanitise(markup: str) -> str:
    """Foreign HTML reduced to what may be shown: headings become strong paragraphs, pictures become links."""
    markup = _flatten(_CONTROL.sub("", markup[:MAX_HTML]))
    markup = _HEADING.sub(lambda found: "</strong></p>" if found[1] else "<p><strong>", markup)
    markup = _IMAGE.sub(lambda found: _image_link(found[0]), markup)
    return _cleaner.clean(markup)


def _flatten(markup: str) -> str:
    """Tags nested deeper than any person writes become text (those that close themselves do not nest)."""
    depth = 0

    def limited(found: re.Match[str]) -> str:
        nonlocal depth
        if found[2].lower() in _SHALLOW:
            return found[0]
        if found[1]:
            depth = max(0, depth - 1)
            return found[0]
        if depth >= MAX_DEPTH:
            return "&lt;" + found[0][1:]
        depth += 1
        return found[0]

    return _TAG.sub(limited, markup)


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


_BREAK = re.compile(r"<(?:br|/p|/li|/blockquote|/pre|/div|/h[1-6]|/tr)(?:[\s/][^<>]*)?>", re.IGNORECASE)
_stripper = nh3.Cleaner(tags=set(), clean_content_tags=SILENCED)


def plain(markup: str) -> str:
    """The text of some HTML, paragraphs as lines."""
    return html.unescape(_stripper.clean(_BREAK.sub("\n", _flatten(markup[:MAX_HTML])))).strip()


def excerpt(markup: str, length: int = 160) -> str:
    """The beginning of the text in one line, cut at a word."""
    text = " ".join(plain(markup).split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def csv_line(values: Iterable[object]) -> str:
    """A line of CSV (RFC 4180), with its end."""
    out = io.StringIO()
    csv.writer(out).writerow(map(_cell, values))
    return out.getvalue()


def _cell(value: object) -> object:
    """What a visitor wrote must not run as a formula where the file is opened."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def xml_safe(value: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", value)


# --- what our artists type ------------------------------------------------------------------------------------------


def _marks() -> str:
    """Unicode's combining marks as a class of `re`, whose word characters lack them: Hindi and Thai tags need them."""
    ranges: list[list[int]] = []
    for code in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_MARKS = _marks()
_WORD = rf"\w{_MARKS}"
# Mastodon's rules (app/models/tag.rb, account.rb, 4.5): what is a tag or a mention there is one here.
_SEPARATORS = "_\u00b7\u30fb\u200c"
_URL = r"(?<![A-Za-z0-9@#$/])https?://[^\s<>\"'`\x00-\x1f]{1,2000}"
_HANDLE = (
    r"@(?P<handle>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?(?![A-Za-z0-9_])"
    rf"(?:@[{_WORD}.-]{{1,253}}(?::\d{{1,5}})?)?)"
)
_HASHTAG = rf"[#\uff03](?P<hashtag>[{_WORD}](?:[{_WORD}{_SEPARATORS}]{{0,98}}[{_WORD}])?)(?![{_WORD}])"
_TOKEN = re.compile(rf"(?P<url>{_URL})|(?<![\w/@=]){_HANDLE}|(?<![\w/&#\uff03=]){_HASHTAG}")
_TRAILING = ".,;:!?)]}'\"…»。、，！？）」』】"
_SCHEME = re.compile(r"https?://(?:www\.)?")
# A user-perceived character, near enough to Unicode's annex 29: flags, Hangul, joined and coloured emoji, marks.
_CLUSTER = re.compile(
    rf"\r\n|[\U0001f1e6-\U0001f1ff]{{2}}|[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*"
    rf"|.(?:[{_MARKS}\u200c\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|\u200d[\u2190-\u2bff\U0001f000-\U0001faff]?)*",
    re.DOTALL,
)


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
        return (anchor(url), len(url)) if _good_url(url) else ("", 0)
    if match["handle"]:
        handle = match["handle"].rstrip(".-")
        target = known.get(handle.lower())
        if target is None:
            return "", 0
        address, name = target
        mention = f'<a href="{html.escape(address)}" class="u-url mention">@<span>{html.escape(name)}</span></a>'
        return f'<span class="h-card" translate="no">{mention}</span>', len(handle) + 1
    label = match["hashtag"]
    if not _is_tag(label):
        return "", 0
    href = html.escape(tag_url(label))
    return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{html.escape(label)}</span></a>', len(label) + 1


def _trim_url(url: str) -> str:
    """Punctuation after a link is the sentence's; a closing bracket belongs to it when it was opened inside."""
    end, surplus = len(url), url.count(")") - url.count("(")
    while end and url[end - 1] in _TRAILING:
        if url[end - 1] == ")":
            if surplus <= 0:
                break
            surplus -= 1
        end -= 1
    return url[:end]


def _good_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port is not False
    except ValueError:
        return False


def anchor(url: str) -> str:
    """As Mastodon shows links: the scheme (and `www.`) hidden, 30 characters seen."""
    found = _SCHEME.match(url)
    scheme = found[0] if found else ""
    rest = url[len(scheme) :]
    shown, hidden = rest[:30], rest[30:]
    classes = "ellipsis" if hidden else ""
    return (
        f'<a href="{html.escape(url)}" rel="nofollow noopener noreferrer" target="_blank" translate="no">'
        f'<span class="invisible">{html.escape(scheme)}</span><span class="{classes}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br />")


def _is_tag(label: str) -> bool:
    """Not only digits: a letter anywhere, or a separator between two characters."""
    lettered = any(character.isalpha() or unicodedata.category(character)[0] == "M" for character in label)
    return lettered or any(character in _SEPARATORS for character in label[1:-1])


def count_characters(text: str) -> int:
    """Length as Mastodon counts it: user-perceived characters, a link is 23, the domain of a mention nothing."""
    length, position = 0, 0
    for match in _TOKEN.finditer(text):
        length += _clusters(text[position : match.start()])
        if match["url"]:
            url = _trim_url(match["url"])
            length += 23 + _clusters(match["url"][len(url) :])
        elif match["handle"]:
            handle = match["handle"].rstrip(".-")
            length += 1 + len(handle.partition("@")[0]) + len(match["handle"]) - len(handle)
        else:
            length += _clusters(match[0])
        position = match.end()
    return length + _clusters(text[position:])


def _clusters(text: str) -> int:
    return len(text) if text.isascii() and "\r" not in text else sum(1 for _ in _CLUSTER.finditer(text))
