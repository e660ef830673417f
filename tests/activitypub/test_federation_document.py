"""FEDERATION.md says what the code does: its table is the registry, its example is what we render."""

import json
import re
from pathlib import Path

from fedi.activitypub import registry
from fedi.policy import vocabulary
from fedi.policy.consent import Consent
from fedi.policy.layers import activitystreams
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

DOCUMENT = (Path(__file__).parents[2] / "FEDERATION.md").read_text()
# Verbs of ours that are named after what they mean, and the activity they send.
NAMED = {
    "feature_request": "FeatureRequest",
    "forward": "Create",  # or Update or Delete: somebody else's
    "quote_request": "QuoteRequest",
    "relay_announce": "Announce",
    "relay_follow": "Follow",
    "relay_undo": "Undo",
    "request_answer": "Accept",
    "unstamp": "Delete",
    "vote": "Create",
}


def table():
    """{activity: {"in", "out"}}."""
    section = DOCUMENT.partition("## Activities")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([A-Z]\w+) \| ([a-z, ]+) \|", section, re.MULTILINE)
    assert len(rows) == len({name for name, _ in rows}), "one row per activity"
    return {name: set(directions.split(", ")) for name, directions in rows}


def test_the_table_of_activities_is_the_registry():
    registry.find()
    real = {kind: {"in"} for kind in registry.RECEIVES}
    for verb in registry.PUBLISHES:
        real.setdefault(NAMED.get(verb, verb.capitalize()), set()).add("out")
    assert table() == real


def test_what_an_undo_may_take_back_is_listed():
    registry.find()
    line = next(line for line in DOCUMENT.splitlines() if line.startswith("| Undo |"))
    assert all(of in line for kind, of in registry.ANSWERS if kind == "Undo")


def test_the_example_is_what_we_render():
    said = json.loads(re.search(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)[1])
    terms = Terms(
        consent=Consent(),
        holder_name="Mira Okafor",
        holder_url="https://art.example/users/mira",
        year=2026,
        licence=LICENCES["all-rights-reserved"],
        licence_url="https://art.example/@mira/licence",
        policies_url="https://art.example/@mira/policies",
        version=3,
    )
    assert said["@context"] == ["https://www.w3.org/ns/activitystreams", vocabulary.CONTEXT]
    rendered = activitystreams.render(terms)
    assert {key: said[key] for key in rendered} == rendered
    assert set(said) == {"@context", "id", "type", *rendered}
