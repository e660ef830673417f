"""The exception tree: errors are named by meaning, and get their status code at the edge (`web/errors.py`, `cli`)."""


class FediError(Exception):
    """Anything we say no to. `str(error)` is one sentence that a person can act on."""

    status = 400


class BadRequest(FediError):
    """The caller's input is wrong (a client, a form, a command line)."""

    status = 422


class BadDocument(FediError):
    """A document of another server is not what it must be; never retried."""

    status = 400


class Unauthorized(FediError):
    """No proof, or a wrong proof, of who is asking."""

    status = 401


class NotAllowed(FediError):
    """We know who asks, and they may not."""

    status = 403


class Refused(FediError):
    """A policy of this instance says no."""

    status = 403


class NotFound(FediError):
    """There is no such thing for the one who asks."""

    status = 404


class Gone(NotFound):
    """It was here once and was deleted."""

    status = 410


class Conflict(FediError):
    """The state of the thing does not permit this now."""

    status = 409


class TooLarge(FediError):
    """More bytes than the door takes."""

    status = 413


class BadMedia(FediError):
    """A file that is no picture we can read, or one over the limits."""

    status = 422


class TooMany(FediError):
    """A rate limit was reached; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(FediError):
    """Another host could not be reached or answered that we may try again: the only retried error."""

    status = 503

    def __init__(self, message: str, *, retry_after: int | None = None, http_status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.http_status = http_status


class OurFault(FediError):
    """A thing that must not happen; the message is for the log."""

    status = 500
