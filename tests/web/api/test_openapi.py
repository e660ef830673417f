"""The document of the API: it names exactly the routes that exist, is well made, and says what the app really answers."""

import json
from collections import Counter

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from fedi.services import scopes
from fedi.web.api import access
from fedi.web.api.access import Who
from fedi.web.api.openapi import document

from .conformance import Conformance, operations
from .furnished import furnish


@pytest.fixture
async def said(api):
    answer = await api.get("/api/openapi.json")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    return answer.body


async def test_it_is_the_table_in_both_directions(said):
    found = operations(said)
    assert set(found) == set(access.RULES)
    for line, operation in found.items():
        rule = access.RULES[line]
        choices = operation["security"]
        assert ({} in choices) == (rule.who == Who.ANYONE), line
        assert [scope for each in choices for scope in each.get("oauth", ())] == list(rule.scopes), line
    flows = said["components"]["securitySchemes"]["oauth"]["flows"]
    assert all(set(flow["scopes"]) == set(scopes.KNOWN) for flow in flows.values())


def test_nothing_is_described_that_does_not_exist():
    assert set(document.described()) <= {f"{method} {path}" for method, path in access.RULES}


def test_nothing_is_described_twice():
    for kind in ("OPERATIONS", "ENTITIES"):
        names = Counter(name for module in document.RESOURCES.values() for name in getattr(module, kind, {}))
        assert [name for name, count in names.items() if count > 1] == [], kind


async def test_it_is_well_made(said):
    OpenAPIV31SpecValidator(said).validate()
    used = json.dumps(said)
    unused = [name for name in said["components"]["schemas"] if f'"#/components/schemas/{name}"' not in used]
    assert unused == []


async def test_a_route_that_nobody_described_is_in_it(api, monkeypatch):
    rules = {**access.RULES, ("POST", "/api/v1/nouns/:id/verbs/:id"): access.Rule(Who.PERSON, ("write:nouns",))}
    monkeypatch.setattr(document, "RULES", rules)
    document._built.cache_clear()
    try:
        said = document.build()
    finally:
        document._built.cache_clear()
    OpenAPIV31SpecValidator(said).validate()
    made = said["paths"]["/api/v1/nouns/{id}/verbs/{id_2}"]["post"]
    assert made["security"] == [{"oauth": ["write:nouns"]}]
    assert made["tags"] == ["others"]


async def test_the_instance_names_it(api):
    instance = (await api.get("/api/v2/instance")).body
    assert instance["fedi"]["openapi"] == "https://art.test/api/openapi.json"


# --- real answers, with no key that the document does not name --------------------------------------------------------


@pytest.fixture
def closed(api):
    api.document = Conformance(api.app, closed=True)
    return api


async def test_everything_that_reads(closed):
    """Of a house with one of everything, as its author, somebody else, a moderator and a stranger."""
    house = await furnish(closed)
    query = {"q": "mira", "acct": "mira", "id[]": house.otto.id, "timeline[]": "home", "domain": "gts.test"}
    lines = [path for method, path in sorted(access.RULES) if method == "GET" and "/streaming/" not in path]
    for line in lines:
        for path in house.fill(line):
            for who in (house.mira, house.otto, house.vera, None):
                await closed.get(path, who, **query)
    read = {path for (method, path), status in closed.document.seen if method == "GET" and status == 200}
    assert {line for line in lines if f"GET {line}" in document.described()} <= read
