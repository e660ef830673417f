"""Text that clients show as it is: without anything that a careless one could take for markup, and addresses."""

import re

_TAG = re.compile(r"<[A-Za-z/!?][^<>]{0,2000}>?")


def untagged(text: str) -> str:
    """Plain text of somebody else's (a name, a warning) without tags; a lone `<3` stays."""
    return _TAG.sub("", text) if "<" in text else text


def web_address(url: str | None, otherwise: str = "") -> str:
    """Only http and https: clients open what they are given."""
    return url if url and url.lower().startswith(("http://", "https://")) else otherwise
