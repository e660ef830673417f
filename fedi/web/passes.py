"""Passes: what a browser gets that showed, by a little work or by waiting, that somebody sits in front of it.

A challenge is solved by a number which, hashed after it, gives a hash that begins with `BITS` zero bits (the script
does it in about a second), or by waiting `WAIT_SECONDS` and pressing the button, which needs no script. A pass holds
for a day in the household it was given to, and for so many pages in five minutes.
"""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature
from quart import Response, request

from fedi import clock
from fedi.errors import BadRequest
from fedi.services import secret
from fedi.web import limits, sessions
from fedi.web.limits import Limit

COOKIE = "fedi_pass"
DAYS = 1
BITS = 16
WAIT_SECONDS, CHALLENGE_SECONDS = 10, 600
MAX_ANSWER = 20
GIVEN = Limit("passes", 20, 3600)


@dataclass(frozen=True)
class Challenge:
    """What the page sends along, and from when the plain button works."""

    text: str
    bits: int = BITS
    seconds: int = WAIT_SECONDS


class TooSoon(BadRequest):
    """The button was pressed before it was time."""

    status = 403


def challenge(household: str) -> Challenge:
    return Challenge(secret.signer("wait").dumps([household, int(clock.timestamp())]))


def check(household: str, text: str, answer: str) -> None:
    """Raises TooSoon for a challenge that is neither solved nor waited for, or is another's or too old; TooMany."""
    try:
        whose, since = secret.signer("wait").loads(text)
    except (BadSignature, ValueError, TypeError):
        raise TooSoon("this page is not from here: please try again") from None
    waited = clock.timestamp() - since
    if whose != household or not 0 <= waited <= CHALLENGE_SECONDS:
        raise TooSoon("this page is too old: please try again")
    if waited < WAIT_SECONDS and not solves(text, answer):
        raise TooSoon(f"please wait {WAIT_SECONDS} seconds before you press the button")
    limits.take(GIVEN, household)


def solves(text: str, answer: str) -> bool:
    if not answer or len(answer) > MAX_ANSWER:
        return False
    digest = hashlib.sha256(f"{text}:{answer}".encode()).digest()
    return int.from_bytes(digest) >> (256 - BITS) == 0


def give(response: Response, household: str) -> None:
    text = secret.signer("pass").dumps([household, int(clock.timestamp())])
    sessions.set_cookie(response, COOKIE, str(text), days=DAYS)


def holds(household: str) -> bool:
    """Whether this request has a pass that is good here."""
    text = request.cookies.get(sessions.cookie_name(COOKIE), "")
    if not text:
        return False
    try:
        whose, since = secret.signer("pass").loads(text)
    except (BadSignature, ValueError, TypeError):
        return False
    return bool(whose == household and 0 <= clock.timestamp() - since <= DAYS * 86400)
