"""The suite `activitypub-testing` of socialweb.coop against a person of ours: nothing fails."""

import json
import os
import subprocess

import pytest

from tests.walks.node import installed
from tests.walks.towns import Authority, Town

pytestmark = [pytest.mark.walk, pytest.mark.fedify, pytest.mark.timeout(300)]
PASSES = {
    "actor-must-serve-as2-object-to-get",
    "actor-objects-must-have-inbox-outbox-properties",
    "followers-collection-must-be-a-collection",
    "following-collection-must-be-a-collection",
    "outbox-must-be-an-orderedcollection",
}


def test_nothing_fails(tmp_path):
    """What it calls inapplicable is about inboxes that can be read and outboxes that take a POST, which we have not."""
    packages = installed("activitypub_testing")
    authority = Authority(tmp_path)
    town = Town(tmp_path, authority).start()
    try:
        mira = town.person("mira")
        mira.post("/api/v1/statuses", status="hello")
        done = subprocess.run(
            [packages / "node_modules" / ".bin" / "activitypub-testing", "test", "actor", f"{town.origin}/users/mira"],
            env=os.environ | {"NODE_EXTRA_CA_CERTS": str(authority.certificate)},
            capture_output=True, text=True, timeout=180, check=True,
        )  # fmt: skip
    finally:
        town.stop()
    said = {}
    for line in done.stdout.splitlines():
        found = json.loads(line)
        said[found["test"]["slug"]] = found["result"]["outcome"]
    assert len(said) >= 15
    assert {slug for slug, outcome in said.items() if outcome == "passed"} >= PASSES
    assert [slug for slug, outcome in said.items() if outcome not in {"passed", "inapplicable"}] == []
