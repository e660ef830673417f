"""Write docs/robots.txt: what an empty instance at art.example tells crawlers. `python -m tools.robots_template`."""

from pathlib import Path

from fedi.policy.agents import ROSTER
from fedi.policy.consent import Consent
from fedi.policy.layers import robots
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

FILE = Path(__file__).parent.parent / "docs" / "robots.txt"
ORIGIN = "https://art.example"


def text() -> str:
    terms = Terms(
        consent=Consent(),
        holder_name="art.example",
        holder_url=ORIGIN,
        year=2026,
        licence=LICENCES["all-rights-reserved"],
        licence_url=f"{ORIGIN}/terms",
        policies_url=f"{ORIGIN}/policies",
        rsl_url=f"{ORIGIN}/rsl.xml",
    )
    return robots.render(terms, agents=ROSTER.gathering, sitemap=f"{ORIGIN}/sitemap.xml")


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
