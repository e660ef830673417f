"""Policy documents: what they say, for whom they are there, and that nobody seems to permit what she never permitted."""

import json

import pytest
from lxml import html
from pyld import jsonld

from fedi import config, db
from fedi.errors import BadRequest
from fedi.models.actor import Actor
from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.services import consents
from tests.policy.layers.readers import ODRL, TDM, USES, action_of, duty_answer, no_network
from tests.web.pages.browsing import write

LD = {"Accept": "application/ld+json"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def decide(account, consent, licence=None, **values):
    with db.writing() as session:
        consents.set_default(
            session, session.get_one(Actor, account.actor_id), consent=consent, licence=licence, **values
        )


async def get(client, path, headers=LD):
    path = path.removeprefix("https://art.test")
    answer = await client.get(path, headers=headers)
    return answer, await answer.get_data(as_text=True)


async def read(client, path):
    """{use: answer} of a policy at its address, by PyLD."""
    answer, body = await get(client, path)
    assert answer.status_code == 200, path
    assert answer.content_type == "application/ld+json"
    (policy,) = jsonld.expand(json.loads(body), {"documentLoader": no_network})
    found = {USES[action_of(rule)]: duty_answer(rule) for rule in policy.get(f"{ODRL}permission", [])}
    return found | {USES[action_of(rule)]: Answer.DENY for rule in policy.get(f"{ODRL}prohibition", [])}


@pytest.mark.parametrize("state", [*PRESETS, "train_generative=licence,train_other=allow,inference=ask"])
async def test_headers_lead_to_what_is_meant(client, mira, state):
    decide(mira, state)
    consent = Consent.parse(state)
    answer, body = await get(client, "/users/mira", {"Accept": "application/activity+json"})
    document = json.loads(body)
    assert document["policy"] == f"https://art.test/@mira/policies/{consent.slug}?v=2"
    assert f'<{document["policy"]}>; rel="http://www.w3.org/ns/odrl/2/hasPolicy"' in answer.headers["Link"]
    assert await read(client, document["policy"]) == consent.axes
    offer = answer.headers.get("tdm-policy")
    wanted = consent.reserves and Answer.DENY not in [consent.axes[axis] for axis in AXES[:4]]
    assert bool(offer) == wanted
    assert offer == document.get("tdmPolicy")
    rules = json.loads((await get(client, "/.well-known/tdmrep.json"))[1])
    assert {rule["location"]: rule.get("tdm-policy") for rule in rules}.get("/@mira/") == offer
    if offer:
        answer, body = await get(client, offer)
        policy = json.loads(body)
        assert (policy["@type"], policy["uid"]) == ("Offer", offer)
        assert policy["profile"] == "http://www.w3.org/ns/tdmrep"
        (expanded,) = jsonld.expand(policy, {"documentLoader": no_network})
        assert [action_of(rule) for rule in expanded[f"{ODRL}permission"]] == [f"{TDM}mine"]
        assert answer.headers["tdm-reservation"] == "1"
    else:
        assert (await get(client, f"/@mira/policies/{consent.slug}/tdm"))[0].status_code == 404


async def test_people_read_a_page_at_the_same_address(client, mira):
    decide(mira, "ask", "cc-by-nc", holder="Mira Okafor GmbH", contact="rights@mira.example", price="49.90 eur")
    for path in ("/@mira/policies/ask", "/@mira/policies/ask?v=2", "/@mira/policies/ask/tdm"):
        answer, body = await get(client, path, HTML)
        assert answer.content_type == "text/html; charset=utf-8"
        assert "Accept" in answer.headers["Vary"]
        words = " ".join(html.fromstring(body).text_content().split())
        assert "AI use only after asking the artist." in words
        assert "Mira Okafor GmbH" in words
        assert "rights@mira.example" in words
        assert "from 49.90 EUR" in words
    policy = json.loads((await get(client, "/@mira/policies/ask"))[1])
    assert policy["assigner"]["vcard:fn"] == "Mira Okafor GmbH"
    assert policy["assigner"]["vcard:hasEmail"] == "mailto:rights@mira.example"
    assert policy["dc:hasVersion"] == "2"


async def test_a_price_is_in_the_duty(client, mira):
    decide(mira, "licensed", price="200 CHF")
    policy = json.loads((await get(client, "/@mira/policies/licensed"))[1])
    refinement = policy["permission"][0]["duty"][0]["action"]["refinement"][0]
    assert (refinement["rightOperand"]["@value"], refinement["unit"]) == ("200", "CHF")
    rsl = (await get(client, "/rsl.xml"))[1]
    assert '<payment type="training"><standard>https://art.test/@mira/licence</standard>' in rsl
    assert '<amount currency="CHF">200</amount>' in rsl


async def test_a_version_keeps_what_held_then(client, mira):
    decide(mira, "ask", "cc-by", price="10 EUR")
    decide(mira, "prohibited", holder="Okafor")
    then = json.loads((await get(client, "/@mira/policies/ask?v=2"))[1])
    assert then["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert then["assigner"]["vcard:fn"] == "mira"
    now = json.loads((await get(client, "/@mira/policies/prohibited"))[1])
    assert now["assigner"]["vcard:fn"] == "Okafor"
    assert now["dc:hasVersion"] == "3"
    assert then["noai:logEntry"] != now["noai:logEntry"]
    assert await read(client, "/@mira/policies/ask?v=3") == PRESETS["ask"].axes, "it was said by then"
    assert (await get(client, "/@mira/policies/ask?v=1"))[0].status_code == 404, "not yet said"


@pytest.mark.parametrize("path", [
    "/@mira/policies/allowed", "/@mira/policies/ask", "/@mira/policies/generative-prohibited", "/@mira/policies/custom-aaaaa",
    "/@mira/policies/custom-ddddd?v=9", "/@mira/policies/prohibited?v=0", "/@mira/policies/prohibited?v=x",
    "/@mira/policies/prohibited?v=99999999999999999999", "/@mira/policies/prohibited?v=", "/@mira/policies/custom-dddda",
    "/@mira/policies/%00", "/@mira/policies/custom-xxxxx", "/@nobody/policies/prohibited", "/policies/allowed", "/policies/x",
])  # fmt: skip
async def test_what_was_never_said_is_not_there(client, mira, path):
    for headers in (LD, HTML):
        assert (await get(client, path, headers))[0].status_code == 404


async def test_what_is_stricter_than_something_said_is_there(client, mira):
    """A floor, or another server's word, makes such consents out of what was said."""
    assert await read(client, "/@mira/policies/custom-ddddd") == dict.fromkeys(AXES, Answer.DENY)
    decide(mira, "allowed")
    config.use(config.settings().model_copy(update={"consent_floor": "generative-prohibited"}))
    document = json.loads((await get(client, "/users/mira", {"Accept": "application/activity+json"}))[1])
    assert await read(client, document["policy"]) == PRESETS["generative-prohibited"].axes


async def test_a_work_of_its_own_terms(client, mira):
    post_id = write(mira, "For sale.", consent="licensed")
    document = json.loads(
        (await get(client, f"/users/mira/posts/{post_id}", {"Accept": "application/activity+json"}))[1]
    )
    assert document["policy"] == "https://art.test/@mira/policies/licensed?v=2"
    assert await read(client, document["policy"]) == PRESETS["licensed"].axes


async def test_the_instance_has_one_too(client, instance):
    assert await read(client, "/policies/prohibited?v=1") == PRESETS["prohibited"].axes
    answer, _ = await get(client, "/about", HTML)
    assert "<https://art.test/policies/prohibited?v=1>" in answer.headers["Link"]


@pytest.mark.parametrize(("values", "words"), [
    ({"contact": "javascript:alert(1)"}, "no contact"),
    ({"contact": "mira"}, "no contact"),
    ({"contact": 'https://x.example/"><script>'}, "no contact"),
    ({"price": "cheap"}, "no price"),
    ({"price": "1e9 EUR"}, "no price"),
    ({"price": "-1 EUR"}, "no price"),
    ({"holder": "x" * 256}, "over 255"),
    ({"licence": "My own"}, "unknown"),
    ({"licence": "My own <javascript:alert(1)>"}, "unknown"),
    ({"licence": f"My own <https://x.example/{'y' * 300}>"}, "unknown"),
])  # fmt: skip
def test_what_cannot_be_written_down_is_refused(mira, values, words):
    with pytest.raises(BadRequest, match=words):
        decide(mira, "ask", **values)
