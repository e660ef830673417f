"""docs/fep: the specification says what the code does, in examples that a JSON-LD processor and our reader understand."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from pyld import jsonld

from fedi.policy import vocabulary
from fedi.policy.consent import AXES, PRESETS, Consent
from fedi.policy.layers import activitystreams
from tests.activitypub.test_context import load, lost

(FILE,) = (Path(__file__).parents[2] / "docs" / "fep").glob("fep-*.md")
TEXT = FILE.read_text()
CONTEXT, NOTE, MIXED, ABSOLUTE = (json.loads(each) for each in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
NOAI = vocabulary.NAMESPACE
MASTODON = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]


def test_it_has_the_shape_of_a_fep():
    """FEP-a4ed: the slug is the beginning of the hash of the title, and the sections are there."""
    title = re.search(r"^# FEP-([0-9a-f]{4}): (.*)$", TEXT, re.MULTILINE)
    slug = hashlib.sha256(title[2].encode()).hexdigest()[:4]
    assert FILE.stem == f"fep-{slug}"
    assert title[1] == slug == re.search(r'^slug: "(.*)"$', TEXT, re.MULTILINE)[1]
    sections = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert {"Summary", "Security considerations", "Implementations", "References", "Copyright"} <= set(sections)


def test_its_context_is_ours():
    assert CONTEXT == {"@context": vocabulary.CONTEXT}


def test_its_tables_are_the_states_and_uses():
    for state, name in vocabulary.IRIS.items():
        if state != "custom":
            row = next(line for line in TEXT.splitlines() if line.startswith(f"| `noai:{name}`"))
            assert [cell.strip() for cell in row.split("|")[2:-1]] == [str(PRESETS[state].axes[axis]) for axis in AXES]
    for axis, action in vocabulary.ACTIONS.items():
        assert f"| `{axis}` | `{action}` |" in TEXT
    assert all(f"`#{tag}`".lower() in TEXT.lower() for tag in activitystreams.HASHTAGS)


def test_its_examples_mean_something():
    assert lost(NOTE) == []
    assert activitystreams.read(NOTE) == PRESETS["prohibited"]
    assert activitystreams.read(NOTE["attachment"][0]) == PRESETS["prohibited"]
    assert activitystreams.read(MIXED) == Consent.parse(
        "train_generative=deny,train_other=allow,inference=ask,data_mining=licence"
    )


# --- the trap of Linked Data Signatures -------------------------------------------------------------------------------


def safe_for_forwarding(original, compacted):
    """What Mastodon asks before it forwards a signed activity: the same keys and values after its own compaction."""
    for key, value in original.items():
        if key in {"@context", "signature"}:
            continue
        other = compacted.get(key)
        if type(value) is not type(other):
            return False
        if isinstance(value, dict):
            if not safe_for_forwarding(value, other):
                return False
        elif value != other:
            return False
    return True


def patched(original, compacted):
    """What Mastodon puts back before it asks: lists of one, and the long form of Public."""
    if isinstance(original, dict) and isinstance(compacted, dict):
        return {key: patched(original.get(key), value) for key, value in compacted.items()}
    if isinstance(original, list):
        several = compacted if isinstance(compacted, list) else [compacted]
        return (
            [patched(*pair) for pair in zip(original, several, strict=True)]
            if len(several) == len(original)
            else compacted
        )
    return original if (original, compacted) == (f"{MASTODON[0]}#Public", "as:Public") else compacted


def as_mastodon_sees(document):
    expanded = jsonld.expand(document, {"documentLoader": load})
    return patched(document, jsonld.compact(expanded, MASTODON, {"documentLoader": load}))


def test_the_form_for_signatures_survives_compaction():
    assert safe_for_forwarding(ABSOLUTE, as_mastodon_sees(ABSOLUTE))


def test_and_says_the_same_as_the_short_one():
    def said(document):
        (found,) = jsonld.expand(document, {"documentLoader": load})
        found = found.get("https://www.w3.org/ns/activitystreams#object", [found])[0]
        return {key: value for key, value in found.items() if "activitystreams#" not in key and key[0] != "@"}

    short = said({"@context": NOTE["@context"], **{key: NOTE[key] for key in ("id", "type", "aiConsent", "policy")}})
    absolute = said(ABSOLUTE)
    assert short == {key: absolute[key] for key in short}
    assert len(absolute) == 5


def test_the_short_form_is_the_trap():
    """If this fails, the trap is gone and the section may go."""
    create = {"@context": NOTE["@context"], "id": "https://a.test/1", "type": "Create", "object": dict(NOTE)}
    del create["object"]["@context"]
    assert not safe_for_forwarding(create, as_mastodon_sees(create))


async def test_we_make_no_such_signatures(client, mira):
    answer = await client.get("/users/mira/outbox?page=true", headers={"Accept": "application/activity+json"})
    assert "RsaSignature2017" not in await answer.get_data(as_text=True)
    source = (Path(__file__).parents[2] / "fedi" / "activitypub").rglob("*.py")
    assert not [path for path in source if "RsaSignature2017" in path.read_text()]


# --- /ns --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["application/ld+json", "application/activity+json", "*/*", ""])
async def test_machines_look_the_words_up(client, accept):
    answer = await client.get("/ns", headers={"Accept": accept})
    document = json.loads(await answer.get_data())
    assert answer.content_type == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert vocabulary.CONTEXT.items() <= document["@context"].items()
    expanded = jsonld.expand(document, {"documentLoader": load})
    graph = expanded[0].get("@graph", expanded)
    described = {each["@id"] for each in graph}
    assert {NOAI + name for name in vocabulary.IRIS.values()} <= described
    ours = {each if isinstance(each, str) else each["@id"] for each in vocabulary.CONTEXT.values()}
    ours |= set(vocabulary.ACTIONS.values())
    assert {each.replace("noai:", NOAI) for each in ours if each.startswith("noai:")} <= described
    assert all(each["http://www.w3.org/2000/01/rdf-schema#comment"] for each in graph)


async def test_people_read_a_page(client):
    answer = await client.get("/ns", headers={"Accept": "text/html"})
    assert answer.content_type.startswith("text/html")
    assert NOAI in await answer.get_data(as_text=True)
