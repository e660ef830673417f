"""What an Accept header wants."""

import pytest

from fedi.web.negotiation import wants_activitystreams, wants_json


@pytest.mark.parametrize(
    "accept",
    [
        "application/activity+json",
        "application/ld+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "application/activity+json, application/ld+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json, text/html;q=0.1',
        "APPLICATION/ACTIVITY+JSON",
        "application/activity+json, text/html",
    ],
)
def test_machines(accept):
    assert wants_activitystreams(accept)
    assert wants_json(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html",
        "text/html, application/activity+json;q=0.5",
        "application/activity+json;q=0, text/html",
        "text/html, application/activity+json",
    ],
)
def test_browsers(accept):
    assert not wants_activitystreams(accept)
    assert not wants_json(accept)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", None, "application/json;q=x, */*"])
def test_an_id_is_a_document_for_everyone_else(accept):
    assert not wants_activitystreams(accept)
    assert wants_json(accept)
