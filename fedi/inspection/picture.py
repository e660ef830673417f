"""What a picture that was fetched says of its own terms, in the file and in the headers that came with it."""

from fedi import net
from fedi.errors import BadMedia
from fedi.inspection import reading
from fedi.inspection.piece import Piece
from fedi.policy.consent import Answer, Consent
from fedi.policy.reading import conflicts
from fedi.policy.reading.signal import Found
from fedi.policy.terms import MACHINE_AXES

UNREADABLE = "a packet that cannot be read"


def consent(answer: net.Response) -> Consent | None:
    """None where nothing is said. Uses of which nothing speaks are denied as soon as one is reserved, and all of them
    where something stands there that cannot be read. Slow: it waits for a child.
    """
    pieces = [Piece("picture", answer.url, answer.body), Piece("headers", answer.url, lines=answer.lines)]
    try:
        found = [each for each in reading.read(pieces) if isinstance(each, Found)]
    except BadMedia:  # the child had to be stopped
        return Consent()
    signals = [signal for each in found for signal in each.signals]
    if any(each.value == UNREADABLE for each in signals) or any(
        each.provenance.get("state") == "unreadable" for each in found
    ):
        return Consent()
    said = conflicts.strictest(signals)
    if not said:
        return None
    open_ = all(said.get(axis, Answer.ALLOW) == Answer.ALLOW for axis in MACHINE_AXES)
    return Consent(**(dict.fromkeys(MACHINE_AXES, Answer.ALLOW if open_ else Answer.DENY) | said))
