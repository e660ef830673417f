"""TDM·AI (docs.tdmai.org): reservations of text and data mining that are bound to what a picture looks like, by ISCC.

The file is a JSON array of declarations as the protocol has them (TDMrep Declarations, 2025-11-04)::

    {"iscc": "ISCC:KEC...", "tdm-reservation": 1, "tdm-policy": "https://art.example/@mira/policies/licensed/tdm"}

It knows only yes and no to all mining at once, so any use that is not allowed reserves all. 0, which permits
everything, is written only to take back a reservation, and only where the artist now allows all of it.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from fedi.policy.consent import Consent
from fedi.policy.registries.registry import Entry, Registry


def says(consent: Consent) -> str:
    return "tdm-reservation 1" if consent.reserves else ""


def write(entries: Sequence[Entry]) -> bytes:
    return _file([_declaration(entry) for entry in entries])


def unwrite(entries: Sequence[Entry]) -> bytes:
    return _file([{"iscc": entry.iscc, "tdm-reservation": 0} for entry in entries])


def _declaration(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {"iscc": entry.iscc, "tdm-reservation": 1}
    return said | {"tdm-policy": entry.policy} if entry.policy else said


def _file(declarations: list[dict[str, Any]]) -> bytes:
    once = {declaration["iscc"]: declaration for declaration in declarations}
    return orjson.dumps(list(once.values()), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


REGISTRY = Registry(
    name="tdmai",
    title="TDM·AI",
    operator="Liccium",
    site="https://liccium.com/",
    takes="A code of what each picture looks like (ISCC), by which copies are recognised; mining them is reserved.",
    known="Its protocol was last changed in November 2025.",
    by_content=True,
    media_type="application/json",
    suffix="json",
    says=says,
    unsays="tdm-reservation 0",
    write=write,
    unwrite=unwrite,
)
