"""What is read of other servers' actors."""

import pytest

from fedi.activitypub.objects import actor

ID = "https://a.example/u/ann"


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("https://a.example/@ann", "https://a.example/@ann"),
        ("https://a.example:8443/@ann", "https://a.example:8443/@ann"),
        ([{"type": "Link", "href": "https://a.example/@ann", "mediaType": "text/html"}], "https://a.example/@ann"),
        ("https://victim.example/@ann", ID),
        ([{"type": "Link", "href": "https://victim.example/@ann", "mediaType": "text/html"}], ID),
        ("javascript:alert(1)", ID),
        (None, ID),
    ],
)
def test_the_page_of_a_profile_is_on_its_own_host(said, url):
    document = {"id": ID, "type": "Person", "preferredUsername": "ann", "inbox": f"{ID}/inbox", "url": said}
    assert actor.from_document(document).url == url
