"""/ai.txt (Spawning, 2023): the grammar of robots.txt, read when a data set is downloaded.

Nobody was seen to read it in 2026; it costs nothing and says the same as everything else. It knows yes and no only,
and names paths, so an artist who permits is allowed by path.
"""

from collections.abc import Sequence

from fedi.policy.consent import Answer, Consent
from fedi.policy.registry import layer
from fedi.policy.terms import Terms


@layer(
    "ai.txt",
    lossy=dict.fromkeys(("generative-prohibited", "ask", "licensed", "custom"), "said as Disallow"),
    silent=["search"],
)
def render(terms: Terms, *, artists: Sequence[tuple[str, Terms]] = ()) -> str:
    """The file; `artists` are (path, terms) that differ from the instance."""
    rules = [f"{'Allow' if permits(each.consent) else 'Disallow'}: {path}" for path, each in artists]
    rules.append(f"{'Allow' if permits(terms.consent) else 'Disallow'}: /")
    says = [f"# {terms.policy}"] if terms.policy else []
    return "\n".join([*says, "User-Agent: *", *rules]) + "\n"


def permits(consent: Consent) -> bool:
    """Only what is allowed on every axis of AI is allowed here."""
    return all(answer == Answer.ALLOW for axis, answer in consent.axes.items() if axis != "search")
