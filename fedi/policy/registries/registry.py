"""What a registry is to us, and what it may be told of one file of a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fedi.policy.consent import Consent


@dataclass(frozen=True)
class Entry:
    """`address` is public and absolute; `iscc` the whole code, '' where none is made yet.

    `policy` is the address of the conditions, '' where nothing is offered.
    """

    address: str
    iscc: str
    policy: str = ""


@dataclass(frozen=True)
class Registry:
    """One registry.

    `says` gives the words that a consent becomes there, '' where it declares nothing: those words are never weaker than
    the consent. `unsays` takes back what was declared, and is written only where `says` gives ''.
    `write` and `unwrite` give the bytes of the file to hand over.
    """

    name: str
    title: str
    operator: str
    site: str  # where an artist hands the file over
    takes: str  # a sentence for artists
    known: str  # what is known of its life, with the date of that
    by_content: bool  # it knows works by ISCC, else by address
    media_type: str
    suffix: str
    says: Callable[[Consent], str]
    unsays: str
    write: Callable[[Sequence[Entry]], bytes]
    unwrite: Callable[[Sequence[Entry]], bytes]
