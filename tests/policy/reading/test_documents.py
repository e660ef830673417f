"""ActivityStreams documents of other software, and C2PA manifests of others."""

import json

import pytest

from fedi.policy.consent import PRESETS, Answer, Consent
from fedi.policy.reading import activitystreams, c2pa, conflicts

URL = "https://a.test/1"
NOAI = "https://w3id.org/fedi/noai#"
NO, ASK, YES = Answer.DENY, Answer.ASK, Answer.ALLOW
TRAINING = {"train_generative": NO, "train_other": NO}


def read(document):
    return activitystreams.read(json.dumps(document).encode(), URL)


def axes(document):
    return conflicts.strictest(read(document).signals)


@pytest.mark.parametrize(("document", "said"), [
    ({"aiConsent": f"{NOAI}ask"}, PRESETS["ask"].axes),
    ({"aiConsent": f"{NOAI}custom", "aiAxes": "train_generative=deny,train_other=allow"}, Consent(train_other=YES).axes),
    ({"aiConsent": f"{NOAI}custom", "aiAxes": "nonsense"}, Consent().axes),
    ({"aiConsent": f"{NOAI}custom"}, Consent().axes),
    ({"aiConsent": f"{NOAI}somethingNew"}, Consent().axes),  # what we do not know is the strictest
    ({"aiConsent": ["x"]}, Consent().axes),
    ({"xRobotsTag": "noai"}, TRAINING),  # FEP-5e53
    ({"SPC": 1}, {}),
    ({"tag": [{"type": "Hashtag", "name": "#NoAI"}]}, TRAINING),
    ({"tag": {"type": "Hashtag", "name": "#NoAIArt"}}, TRAINING),
    ({"tag": ["#NoAI", 3, None, {"name": "#NoAir"}]}, TRAINING),
    ({"tdmReservation": 0}, dict.fromkeys(("train_generative", "train_other", "data_mining"), YES)),
    ({"dataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING"}, {"train_generative": NO}),
    ({"contentUsage": "train-ai=n"}, {"train_generative": NO}),
    ({"type": "Create", "object": {"type": "Note", "xRobotsTag": "noai"}}, TRAINING),
    ({"attachment": [{"xRobotsTag": "noai"}]}, TRAINING),
    ({"xRobotsTag": 7, "tag": 8, "contentUsage": {}, "dataMining": [], "tdmReservation": {}, "attachment": "x"}, {}),
    ({"content": "#NoAI, please"}, {}),  # prose is for people
    ([], {}), ("x", {}), (None, {}),
])  # fmt: skip
def test_axes(document, said):
    assert axes(document) == said


@pytest.mark.parametrize(("document", "layer", "value"), [
    ({"type": "Video", "licence": {"identifier": "1", "name": "Attribution"}}, "activitystreams licence", "Attribution"),
    ({"attachment": [{"license": "CC BY"}]}, "activitystreams attachment license", "CC BY"),  # Pixelfed's title
    ({"license": "https://a.test/l"}, "activitystreams license", "https://a.test/l"),
    ({"rights": "© Mira"}, "activitystreams rights", "© Mira"),
])  # fmt: skip
def test_licences_say_nothing_of_ai(document, layer, value):
    (found,) = read(document).signals
    assert (found.layer, found.value, found.axes) == (layer, value, {})


def test_what_says_it_is_made_by_ai():
    assert [each.ai for each in read({"genAI": True}).marks] == [True]  # PieFed
    assert [each.ai for each in read({"aiGenerated": True, "genAI": False}).marks] == [True]
    assert read({"genAI": False}).marks == read({"genAI": "true"}).marks == []


def store(entries, label="cawg.training-mining", state="Valid", **manifest):
    said = {"assertions": [{"label": label, "data": {"entries": entries}}], **manifest}
    return {"active_manifest": "m", "manifests": {"m": said}, "validation_state": state}


@pytest.mark.parametrize(("entries", "said"), [
    ({"cawg.ai_generative_training": {"use": "notAllowed"}}, {"train_generative": NO}),
    ({"cawg.ai_training": {"use": "allowed"}, "cawg.data_mining": {"use": "allowed"}}, {"train_other": YES, "data_mining": YES}),
    ({"cawg.ai_inference": {"use": "constrained", "constraint_info": "ask"}}, {"inference": ASK}),
    ({"cawg.ai_inference": {"use": "constrained"}}, {"inference": NO}),  # without a word on how it is a no
    ({"cawg.ai_inference": {"use": "sometimes"}}, {"inference": NO}),
    ({"c2pa.ai_training": {"use": "notAllowed"}}, {"train_other": NO}),
    ({"pact.fine_tuning": {"use": "notAllowed"}}, {}),
    ({"cawg.ai_training": None}, {"train_other": NO}),
    ([], {}), ("x", {}), (None, {}),
])  # fmt: skip
def test_training_assertion(entries, said):
    for label in ("cawg.training-mining", "c2pa.training-mining", "cawg.training-mining__1"):
        assert conflicts.strictest(c2pa.read(store(entries, label), "f").signals) == said


def test_what_an_invalid_manifest_says_is_told_with_a_warning():
    found = c2pa.read(store({"cawg.ai_training": {"use": "allowed"}}, state="Invalid"), "f")
    assert "does not hold" in found.signals[0].note
    assert found.provenance["state"] == "Invalid"


def test_who_made_it_in_this_manifest_and_in_older_ones():
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    older = {
        "claim_generator": "OpenAI-API c2pa-rs/0.31",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": kind}]}}],
    }  # fmt: skip
    said = store(
        {}, claim_generator_info=[{"name": "Adobe Photoshop", "version": "27"}], ingredients=[{"title": "old.png"}]
    )
    said["manifests"]["older"] = older
    found = c2pa.read(said, "f")
    assert {(each.value, each.ai) for each in found.marks} == {
        ("Adobe Photoshop 27", False), ("OpenAI-API c2pa-rs/0.31", True), (kind, True),
    }  # fmt: skip
    assert found.provenance["generator"] == "Adobe Photoshop 27"
    assert found.provenance["ingredients"] == ["old.png"]


@pytest.mark.parametrize("value", [
    None, 3, [], {}, {"manifests": 3}, {"manifests": {"a": 3}, "active_manifest": "a"}, {"manifests": {"a": {"assertions": 3}}},
    {"manifests": {"a": {"assertions": [3, {"label": 3}, {"label": "c2pa.actions", "data": 3}], "ingredients": 3,
     "claim_generator_info": [3, {"name": 4}], "signature_info": 3}}, "active_manifest": "a", "validation_status": [3, {"code": 3}]},
    {"manifests": {"a": {}}, "active_manifest": ["a"]},
])  # fmt: skip
def test_no_manifest_raises(value):
    assert conflicts.strictest(c2pa.read(value, "f").signals) == {}
