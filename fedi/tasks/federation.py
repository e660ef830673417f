"""Federation's tasks: what came in, what must leave, and sending it."""

from fedi.activitypub import delivery, errands, receive
from fedi.activitypub import expand as expanding


def process() -> int:
    """Process inbox messages that are due; how many."""
    return receive.process_due()


def expand() -> int:
    """Turn outgoing rows into deliveries; how many."""
    return expanding.expand_due()


def deliver() -> int:
    """Send deliveries that are due; how many were tried."""
    return delivery.deliver_due()


def fetch() -> int:
    """Ask other servers for what is wanted of them; how many errands were run."""
    return errands.run_due()
