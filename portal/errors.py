"""What can go wrong for a person. Each carries a translatable sentence, and where possible a way on."""


class PortalError(Exception):
    """Base of the errors that are answered with a page (or an RFC 9457 problem) of this status."""

    status = 400

    def __init__(self, why, remedy: str | None = None):
        super().__init__(str(why) if isinstance(why, str) else repr(why))
        self.why, self.remedy = why, remedy


class Invalid(PortalError):
    """What was sent cannot be used; the sentence says what to send instead, and `field` beside what it belongs."""

    status = 422

    def __init__(self, why, remedy: str | None = None, *, field: str = ""):
        super().__init__(why, remedy)
        self.field = field


class Refused(PortalError):
    """The person may not do this (now); the remedy names an endpoint that helps."""

    status = 403


class NotFound(PortalError):
    status = 404


class Conflict(PortalError):
    """It was right when the page was drawn and no longer is: somebody was faster."""

    status = 409
