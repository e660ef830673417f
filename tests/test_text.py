"""HTML in: nothing that runs gets through. HTML out: what artists type, as Mastodon shows it."""

import json
import re
import time
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi import text

PASTURE = json.loads((Path(__file__).parent / "documents/inbound/pasture_inputs.json").read_text())
MEGABYTE = 1_000_000
LIMIT_S = 4.0  # for a megabyte, on a loaded machine; a quadratic pattern needs minutes

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://ok.test/a.png" onerror="alert(1)" alt="x">',
    "<img src='https://ok.test/\"><script>alert(1)</script>'>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" \x01javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="//evil.test/">x</a>',
    '<a href="/settings/delete">x</a>',
    '<a href="https://ok.test/" onclick="alert(1)" style="position:fixed;inset:0">x</a>',
    '<p style="background:url(javascript:alert(1))" class="admin-bar h-card">x</p>',
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    "<form action=/settings/delete method=post><button>Click</button><input name=x></form>",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    '<meta http-equiv=refresh content="0;url=https://evil.test">',
    "<base href=https://evil.test/>",
    "<object data=x></object><embed src=x>",
    "<video src=x onerror=alert(1)></video><audio onloadstart=alert(1)></audio>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<p title=\"<img src='https://ok.test/x' alt='\" onmouseover=alert(1) '>\">x</p>",
    "<h1 onclick=alert(1)>x</h1>",
    '<h2 title="></h2><script>alert(1)</script>">x</h2>',
    "<details open ontoggle=alert(1)>",
    "<p\x00 onclick=alert(1)>x</p>",
    "<a href='https://ok.test/' target='_self' rel='opener'>x</a>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<span class='\" onclick=alert(1) h-x'>x</span>",
    "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
]
KEPT_TAGS = {
    "p", "br", "span", "a", "abbr", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "sub", "sup", "i",
    "em", "ul", "ol", "li", "ruby", "rt", "rp",
}  # fmt: skip
KEPT_ATTRIBUTES = {"lang", "href", "class", "title", "translate", "rel", "target", "cite", "start", "reversed", "value"}


def is_harmless(markup):
    """Read by lxml's parser, which is not the one that cleaned it."""
    for element in lxml.html.fragment_fromstring(markup, create_parent="main").iterdescendants():
        assert element.tag in KEPT_TAGS, f"{element.tag} got through"
        assert set(element.attrib) <= KEPT_ATTRIBUTES, f"{dict(element.attrib)} got through"
        for address in (element.get("href"), element.get("cite")):
            assert address is None or re.match(r"(?:https?|dat|dweb|ip[fn]s|ssb|gopher|xmpp|magnet|gemini):", address)
        if element.tag == "a":
            assert element.get("target") == "_blank"
            assert {"nofollow", "noopener", "noreferrer"} <= set(element.get("rel").split())
        assert set((element.get("class") or "h-x").split()) <= {
            *re.findall(r"(?:h|p|u|dt|e)-[\w-]+", element.get("class") or "h-x"),
            *"mention hashtag ellipsis invisible quote-inline".split(),
        }


# --- HTML in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_harmless(attack):
    clean = text.sanitise(attack)
    is_harmless(clean)
    assert text.sanitise(clean) == clean


@pytest.mark.parametrize("name", PASTURE["sets"])
def test_what_other_servers_are_tried_with_is_harmless(name):
    for example in PASTURE["sets"][name]["examples"]:
        content = example.get("content")
        if isinstance(content, str):
            is_harmless(text.sanitise(content))
            assert "<script" not in text.plain(content)


def test_no_control_characters_get_through():
    assert text.sanitise("<p>a\x01b\x0bc\x1f\ufffed\te\n</p>") == "<p>abcd\te\n</p>"


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "<", ">", '"', "'", "&", "<!--", "-->", "<p>", "</p>", "<a ", "x", "<svg>"]),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_attacks_put_together_are_harmless(pieces):
    is_harmless(text.sanitise("".join(pieces)))


@pytest.mark.parametrize(("given_", "kept"), [
    ("<p>a <b>b</b> <em>c</em> <del>d</del> <u>e</u> <sub>f</sub></p>", None),
    ('<ol start="3" reversed=""><li value="4">x</li></ol>', None),
    ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", None),
    ('<p lang="de">Reiher</p>', None),
    ("<p><mark>a</mark><ins>b</ins><small>c</small></p>", "<p>abc</p>"),
    ("<h1>Title</h1><h3>Sub</h3>", "<p><strong>Title</strong></p><p><strong>Sub</strong></p>"),
    ('<span class="h-card admin p-name mention" translate="no">x</span>', '<span class="h-card p-name mention" translate="no">x</span>'),
    ('<span translate="yes">x</span>', "<span>x</span>"),
    ('<p class="quote-inline">RE</p>', None),
    ("a<!-- hidden -->b", "ab"),
    ("", ""),
    ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
])  # fmt: skip
def test_what_is_kept(given_, kept):
    assert text.sanitise(given_) == (given_ if kept is None else kept)


def test_deep_nesting_becomes_text_and_many_paragraphs_do_not():
    deep = text.sanitise("<blockquote>" * 1000 + "x")
    assert deep.count("<blockquote>") == text.MAX_DEPTH
    assert "&lt;blockquote&gt;x" in deep
    is_harmless(deep)
    many = "<p>a<br>b" * 1000
    assert text.sanitise(many).count("<p>") == 1000
    assert "&lt;" not in text.sanitise("<ul><li>x</li></ul><em>y</em>" * 500)


def test_links_are_kept_with_their_guard():
    clean = lxml.html.fromstring(
        text.sanitise('<a href="https://x.test/?a=1&amp;b=2" class="u-url mention" rel="me">x</a>')
    )
    assert clean.attrib == {
        "href": "https://x.test/?a=1&b=2",
        "class": "u-url mention",
        "rel": "nofollow noopener noreferrer",
        "target": "_blank",
    }


@pytest.mark.parametrize("scheme", sorted(text.SCHEMES))
def test_schemes_that_mastodon_keeps(scheme):
    assert f'href="{scheme}:x"' in text.sanitise(f'<a href="{scheme}:x">x</a>')


@pytest.mark.parametrize("scheme", ["mailto", "tel", "ftp", "file", "blob", "about", "web+ap"])
def test_schemes_that_mastodon_drops(scheme):
    assert "href" not in text.sanitise(f'<a href="{scheme}:x">x</a>')


def test_a_picture_becomes_a_link():
    (link,) = lxml.html.fragment_fromstring(
        text.sanitise('<img alt="A &quot;heron&quot; &lt;b&gt;" src="https://x.test/1.png?a=1&amp;b=2">'),
        create_parent="p",
    )
    assert (link.tag, link.get("href"), link.text) == ("a", "https://x.test/1.png?a=1&b=2", 'A "heron" <b>')
    assert text.sanitise('<img src="data:image/png;base64,AAAA" alt="dot">') == "dot"


def test_plain():
    assert (
        text.plain("<p>One<br>two</p><p>three &amp; four &lt;b&gt;</p><script>x</script>")
        == "One\ntwo\nthree & four <b>"
    )
    assert text.plain('a<br clear="all">b') == "a\nb"
    assert text.plain("&amp;lt;script&amp;gt;") == "&lt;script&gt;"
    assert text.plain("") == ""


def test_excerpt_ends_at_a_word():
    assert text.excerpt("<p>A heron stands</p><p>in the reeds</p>", 20) == "A heron stands in…"
    assert text.excerpt("<p>short</p>", 20) == "short"
    assert len(text.excerpt("x" * 500, 160)) == 160


# --- what artists type ------------------------------------------------------------------------------------------------


def render(written, **mentions):
    return text.render(
        written,
        mentions={handle.replace("__", "@").replace("_", "."): target for handle, target in mentions.items()},
        tag_url=lambda name: f"https://art.test/tags/{name.lower()}",
    )


def test_paragraphs_and_breaks():
    assert render("One\ntwo\n\nthree\r\n\r\n\r\nfour") == "<p>One<br />two</p><p>three</p><p>four</p>"
    assert render("") == render("\n\n \n") == ""


def test_everything_else_is_escaped():
    assert render("<b>&\"'</b> 1 < 2") == "<p>&lt;b&gt;&amp;\"'&lt;/b&gt; 1 &lt; 2</p>"


def test_a_link_hides_its_scheme_and_its_end():
    (link,) = lxml.html.fromstring(render("https://www.example.com/a/rather/long/path/to/somewhere?x=1&y=2"))
    assert link.get("href") == "https://www.example.com/a/rather/long/path/to/somewhere?x=1&y=2"
    spans = [(span.get("class"), span.text or "") for span in link]
    assert spans == [
        ("invisible", "https://www."),
        ("ellipsis", "example.com/a/rather/long/path"),
        ("invisible", "/to/somewhere?x=1&y=2"),
    ]
    assert set(link.get("rel").split()) == {"nofollow", "noopener", "noreferrer"}
    assert '<span class="">a.test</span>' in render("http://a.test")


@pytest.mark.parametrize(("written", "address"), [
    ("see https://a.test.", "https://a.test"),
    ("(https://a.test/x)", "https://a.test/x"),
    ("https://a.test/x_(y)", "https://a.test/x_(y)"),
    ("https://a.test/!?", "https://a.test/"),
    ("«https://a.test/x»", "https://a.test/x"),
    ("見て（https://a.test/x）。", "https://a.test/x"),
    ("https://a.test/#part", "https://a.test/#part"),
    ("https://a.test/@mira/1", "https://a.test/@mira/1"),
    ("https://münchen.test/ü", "https://münchen.test/ü"),
    ("https://a.test:8443/x", "https://a.test:8443/x"),
    ("https://[::1]/x", "https://[::1]/x"),
    ('"https://a.test/"onclick="x"', "https://a.test/"),
    ("https://a.test/<script>", "https://a.test/"),
])  # fmt: skip
def test_where_a_link_ends(written, address):
    links = lxml.html.fromstring(render(written)).xpath("//a/@href")
    assert links == [address]
    assert text.find_hashtags(written) == text.find_mentions(written) == []


@pytest.mark.parametrize("written", [
    "javascript:alert(1)", "ftp://a.test/", "http://", "https:// a", "http://[::1", "https://a.test:99999/", "xhttps://a.test",
    "www.example.com",
])  # fmt: skip
def test_no_link(written):
    assert "<a" not in render(written)


def test_a_mention():
    rendered = render(
        "Hi @mira@art.example, and @Otto!",
        mira__art_example=("https://art.example/@mira", "mira"),
        otto=("https://here.test/@otto", "otto"),
    )
    first, second = lxml.html.fromstring(rendered).xpath("//span[@class='h-card']/a")
    assert (first.get("href"), first.get("class"), first.text_content()) == (
        "https://art.example/@mira",
        "u-url mention",
        "@mira",
    )
    assert (second.get("href"), second.text_content()) == ("https://here.test/@otto", "@otto")
    assert "Hi <span" in rendered
    assert "</span>, and <span" in rendered
    assert rendered.endswith("</span>!</p>")


def test_a_mention_of_nobody_stays_text():
    assert render("@nobody@x.test hello") == "<p>@nobody@x.test hello</p>"


@pytest.mark.parametrize(("written", "handles"), [
    ("@mira", ["mira"]),
    ("@mira.", ["mira"]),
    ("@mira.k@art.example.", ["mira.k@art.example"]),
    ("@mira@art.example:8443 x", ["mira@art.example:8443"]),
    ("(@mira) .@otto @MIRA", ["mira", "otto"]),
    ("@mira@münchen.test", ["mira@münchen.test"]),
    ("mail mira@art.example", []),
    ("@@mira /@mira https://a.test/@mira x=@mira", []),
    ("@" + "a" * 65, []),
    ("@-mira", []),
])  # fmt: skip
def test_find_mentions(written, handles):
    assert text.find_mentions(written) == handles


@pytest.mark.parametrize(("written", "labels"), [
    ("#Heron and #reeds.", ["Heron", "reeds"]),
    ("#heron #HERON #Heron", ["heron"]),
    ("#Illustration2026", ["Illustration2026"]),
    ("#2026 #1", []),
    ("#2026_27", ["2026_27"]),
    ("#_1 #_", []),
    ("#foo_bar #_foo", ["foo_bar", "_foo"]),
    ("#日本語 #絵・漫画", ["日本語", "絵・漫画"]),
    ("#Künstlerin #рисунок #ציור #رسم", ["Künstlerin", "рисунок", "ציור", "رسم"]),
    ("#हिन्दी", ["हिन्दी"]),
    ("#ภาพวาด #สีน้ำ", ["ภาพวาด", "สีน้ำ"]),
    ("#می\u200cخواهم", ["می\u200cخواهم"]),
    ("＃絵", ["絵"]),
    ("#art·", ["art"]),
    ("(#art)", ["art"]),
    ("a#art /#art https://a.test/#art &#39; ##art", []),
    ("#" + "a" * 101, []),
    ("#" + "a" * 100, ["a" * 100]),
    ("# art #-art #", []),
])  # fmt: skip
def test_find_hashtags(written, labels):
    assert text.find_hashtags(written) == labels


def test_a_hashtag_is_a_link():
    (link,) = lxml.html.fromstring(render("#Heron")).xpath("//a")
    assert (link.get("href"), link.get("rel"), link.get("class"), link.text_content()) == (
        "https://art.test/tags/heron", "tag", "mention hashtag", "#Heron",
    )  # fmt: skip


@pytest.mark.parametrize(("written", "length"), [
    ("", 0),
    ("heron", 5),
    ("a\nb", 3),
    ("a\r\nb", 3),
    ("https://a.test/", 23),
    ("see https://a.test/" + "x" * 400 + ".", 4 + 23 + 1),
    ("http://a", 23),
    ("@mira@art.example hi", 8),
    ("@mira@art.example.", 6),
    ("#heron", 6),
    ("é", 1),
    ("e\u0301", 1),
    ("नमस्ते", 4),
    ("👩🏽‍🎨", 1),
    ("🇩🇪🇫🇷", 2),
    ("👨‍👩‍👧‍👦x", 2),
    ("❤️", 1),
    ("한글", 2),
    ("\u1112\u1161\u11ab", 1),
    ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
])  # fmt: skip
def test_count_characters(written, length):
    assert text.count_characters(written) == length


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("<>&\"'#@:/.()\n ahtps\u200d\u0301"), st.characters(codec="utf-8")),
        max_size=300,
    )
)
@settings(max_examples=300, deadline=None)
def test_what_is_typed_comes_out_as_text(written):
    rendered = text.render(written, mentions={}, tag_url=lambda name: "https://art.test/tags/x")
    is_safe = re.fullmatch(r"(?:[^<>]|</?(?:p|span|a)(?: [a-z]+=\"[^\"<>]*\")*>|<br />)*", rendered)
    assert is_safe, rendered
    assert text.count_characters(written) <= max(len(written), 0) + 23 * written.count("http")


# --- time -------------------------------------------------------------------------------------------------------------

LONG = {
    "headings": "<h1 ", "opened": "<", "pictures": "<img ", "picture open": '<img alt="', "breaks": "<br ", "closed": "</p", "bold": "<b>",
    "bold paragraphs": "<b><p>", "links": "<a href=x>", "nested tables": "<table><tr><td>", "lists": "<ul><li>", "entities": "&lt;", "comments": "<!--",
    "http": "http://", "address": "https://a.test/(", "at": "@", "handle": "@a.", "handles": "@a@b.", "hash": "#", "tag": "#a·", "underscores": "#_",
    "digits": "#1", "spaces": " ", "lines": "\n", "joiners": "\u200d", "marks": "\u0301", "flags": "🇩", "words": "word ", "dots": "@a" + "." * 80,
    "jamo": "\u1100", "brackets": "https://a.test/" + ")" * 1900 + " ",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_a_megabyte_of_the_worst_takes_no_time(name):
    written = (LONG[name] * MEGABYTE)[:MEGABYTE]
    for function in (
        text.sanitise,
        text.plain,
        text.excerpt,
        text.find_mentions,
        text.find_hashtags,
        text.count_characters,
        render,
    ):
        begun = time.process_time()
        function(written)
        assert time.process_time() - begun < LIMIT_S, f"{function.__name__} on {name}"
