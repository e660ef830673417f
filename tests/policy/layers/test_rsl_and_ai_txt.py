"""rsl.xml and ai.txt, read back by lxml and Protego: never weaker than the consent."""

import pytest
from lxml import etree
from protego import Protego

from fedi.policy.consent import AXES, PRESETS, Answer, Consent
from fedi.policy.layers import ai_txt, rsl
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

CONSENTS = {
    **PRESETS,
    "mixed": Consent(train_other=Answer.ALLOW, search=Answer.DENY),
    "open but search": Consent(*[Answer.ALLOW] * 4, search=Answer.DENY),
}
NS = {"r": rsl.NAMESPACE}


def terms_of(consent):
    return Terms(
        consent, "Mira & Co", "https://a.test/users/m", 2026, LICENCES["cc-by"], "https://a.test/@m/licence?a&b"
    )


def axes_of(content):
    """What a reader of RSL may do without asking or paying."""
    permits = {token for each in content.iterfind(".//r:permits", NS) for token in each.text.split()}
    prohibits = {token for each in content.iterfind(".//r:prohibits", NS) for token in each.text.split()}
    paid = any(each.get("type") in {"purchase", "training"} for each in content.iterfind(".//r:payment", NS))

    def may(token):
        names = {token, "all"} | ({"ai-all"} if token.startswith("ai-") else set())
        return bool(names & permits or (not permits)) and not names & prohibits and not (paid and token != "search")

    return {"train_generative": may("ai-train"), "inference": may("ai-input"), "search": may("search")}


@pytest.mark.parametrize("consent", CONSENTS.values(), ids=CONSENTS)
def test_rsl(consent):
    root = etree.fromstring(rsl.render(terms_of(consent), artists=[("/@lena/", terms_of(PRESETS["allowed"]))]).encode())
    contents = {each.get("url"): each for each in root.iterfind("r:content", NS)}
    assert list(contents) == ["/@lena/", "/"]
    assert all(axes_of(contents["/@lena/"]).values())
    for axis, open_ in axes_of(contents["/"]).items():
        assert not open_ or consent.axes[axis] == Answer.ALLOW, axis
    if consent.state == "allowed":
        assert all(axes_of(contents["/"]).values())


@pytest.mark.parametrize("consent", CONSENTS.values(), ids=CONSENTS)
def test_ai_txt(consent):
    said = Protego.parse(ai_txt.render(terms_of(consent), artists=[("/@lena/", terms_of(PRESETS["allowed"]))]))
    if said.can_fetch("https://a.test/media/x.jpg", "spawning"):
        assert all(consent.axes[axis] == Answer.ALLOW for axis in AXES if axis != "search")
    assert said.can_fetch("https://a.test/@lena/1", "spawning")


async def test_an_artist_speaks_for_her_own_paths_alone(client, make_account):
    """`/@lena` would match `/@lena2` too: robots patterns are prefixes."""
    from fedi import db
    from fedi.models.actor import Actor
    from fedi.services import consents

    lena = make_account("lena")
    make_account("lena2")
    with db.writing() as session:
        consents.set_default(session, session.get_one(Actor, lena.actor_id), consent="allowed", licence=None)
    robots = Protego.parse(await (await client.get("/robots.txt")).get_data(as_text=True))
    for path, allowed in (("/@lena", True), ("/@lena/1", True), ("/@lena2", False), ("/@lena2/1", False)):
        assert robots.can_fetch(f"https://art.test{path}", "GPTBot") is allowed, path
    for path in ("/ai.txt", "/rsl.xml"):
        said = await (await client.get(path)).get_data(as_text=True)
        assert "/@lena/" in said
        assert "lena2" not in said
