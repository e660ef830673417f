"""Schemathesis: what the document says may be asked is asked, of a real server, and every answer is as it says.

Nothing may end in a 5xx, whatever is sent.
"""

import asyncio
import itertools
from dataclasses import dataclass

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import content_type_conformance, not_a_server_error, response_schema_conformance
from schemathesis.core.failures import FailureGroup

from fedi.app import create_app
from fedi.models.account import Role
from fedi.web.api import access
from fedi.web.api.access import Who
from fedi.web.api.openapi import document
from tests.servers import serving

from .conftest import Api, picture
from .furnished import PUSH_KEYS, House, furnish

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
# Those that take something away come last, so that those before them find it.
ORDER = ("GET", "PUT", "PATCH", "POST", "DELETE")
LATE = {"block", "mute", "cancel", "dismiss", "clear", "remove_from_followers", "reject", "revoke"}
EXAMPLES = 7
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Served:
    """An instance with one of everything, at an address."""

    origin: str
    house: House

    def known(self):
        """Values that mean something here, by the names of parameters."""
        ids = self.house.ids
        return {
            "status": "hello @otto #ink",
            "media_ids": [],
            "in_reply_to_id": ids["statuses"][0],
            "quoted_status_id": ids["statuses"][0],
            "status_ids": ids["statuses"][:1],
            "status_id": ids["statuses"][0],
            "account_id": self.house.otto.id,
            "account_ids": [self.house.otto.id],
            "id": ids["notifications"][0],
            "poll": {"options": ["ink", "oil"], "expires_in": 3600},
            "choices": [0],
            "scheduled_at": "2030-01-01T00:00:00Z",
            "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
            "scopes": "read",
            "website": "",
            "acct": "otto",
            "name": "gouache",
            "domain": "far.example",
            "list": ids["lists"][0],
            "subscription": {"endpoint": "https://push.example/2", "keys": PUSH_KEYS},
            "file": picture(),
        }


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Nobody outside is asked for anything."""

    async def nobody(_text):
        return None

    monkeypatch.setattr("fedi.web.finding.fetch.find", nobody)
    with serving(tmp_path) as origin:
        yield Served(origin, asyncio.run(furnish(Api(create_app()), Role.ADMIN)))


def described():
    """[(line of the table of routes, Schemathesis' operation)], in the order in which they are tried."""
    made = [each.ok() for each in schemathesis.openapi.from_dict(document.build()).get_all_operations()]
    ids = {operation.definition.raw["operationId"]: operation for operation in made}
    lines = {line: ids[document.operation_id(*line)] for line in access.RULES}
    return sorted(lines.items(), key=lambda item: place(*item[0]))


def place(method, path):
    return "/admin/" in path, ORDER.index(method), path.rpartition("/")[2] in LATE, path


def attempt(served, line, operation, token, *, examples, mode):
    """The failures of one operation, each once, with how to repeat it.

    Of four requests three are about things that exist, every second one names values that mean something here.
    """
    failures = {}
    known, paths, turns = served.known(), served.house.fill(line[1]), itertools.count(1)

    @seed(1)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        turn = next(turns)
        if turn % 4 and case.path_parameters:
            found = zip(line[1].split("/"), paths[turn % len(paths)].split("/"), strict=True)
            ids = [part for pattern, part in found if pattern == ":id"]
            case.path_parameters = dict(zip(case.path_parameters, ids, strict=True))
        if turn % 2:
            for values in (case.query, case.body):
                if isinstance(values, dict):
                    values |= {name: value for name, value in known.items() if name in values}
        response = case.call(
            base_url=served.origin, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=20
        )
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            for each in group.exceptions:
                failures.setdefault(str(each)[:1000], case.as_curl_command()[:1000])

    try:
        ask()
    except Unsatisfiable:
        assert mode == GenerationMode.NEGATIVE, line  # where every text will do, nothing can be asked wrongly
    return [f"{' '.join(line)}: {failure}\n{command}" for failure, command in failures.items()]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
def test_every_operation(served, mode):
    found = []
    for line, operation in described():
        anyone = access.RULES[line].who == Who.ANYONE
        found += attempt(served, line, operation, None, examples=3 if anyone else 1, mode=mode)
        found += attempt(served, line, operation, served.house.mira.token, examples=EXAMPLES, mode=mode)
    assert not found, "\n\n".join(found[:20]) + f"\n{len(found)} failures"
