"""The task that hands letters to the mail server."""

from fedi import db, mail
from fedi.errors import FediError
from fedi.models.letter import Letter
from fedi.services import letters


def send_due() -> int:
    """Send what waits; how many were tried."""
    count = 0
    while (row := _claim()) is not None:
        _send(row)
        count += 1
    return count


def _claim() -> Letter | None:
    with db.writing("letters") as session:
        return letters.claim(session)


def _send(row: Letter) -> None:
    try:
        mail.send(row.recipient, row.subject, row.text)
    except FediError as error:
        with db.writing("letters") as session:
            letters.failed(session, row.id, str(error))
        return
    with db.writing("letters") as session:
        letters.done(session, row.id)
