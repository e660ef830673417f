"""Going back: only to a path of ours."""

import pytest

from fedi.web.pages import page


@pytest.mark.parametrize("path", ["/", "/home", "/@mira/1?x=2", "/search?q=https://b.example/"])
def test_our_own_paths_stay(path):
    assert page.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "home",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\/evil",
        "/\tevil",
        "/a\r\nSet-Cookie: x",
        "javascript:alert(1)",
        "///evil",
        "/\x00",
    ],
)
def test_nothing_leads_elsewhere(path):
    assert page.local_path(path, "/home") == "/home"
