"""One tree of errors. Each carries one clear Chinese sentence for the person.

The sentence is a gettext message id with ``{named}`` places, so that an interface can show it in another
language: ``translate(error.message).format(**error.values)``. ``str(error)`` is the Chinese sentence.
"""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark a message for extraction without translating it here (this package knows no framework)."""
    return message


class KbError(Exception):
    """A mistake or a state that a person can understand and act on; never a programming error.

    >>> str(NotFound("没有编号为 {code} 的条目。", code="FAQ-0042"))
    '没有编号为 FAQ-0042 的条目。'
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values) if self.values else self.message


class Invalid(KbError):
    """Input that breaks a rule. ``field`` names the field, or is empty."""

    def __init__(self, message: str, *, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class TooLarge(Invalid):
    """Input over a stated bound (characters, bytes, members, rows)."""


class NotFound(KbError):
    """The thing asked for is not there, or not visible to this person: the two look the same on purpose."""


class NotAllowed(KbError):
    """The person is known, but the role does not permit it."""


class NotSignedIn(KbError):
    """Nobody is signed in, or the credentials do not fit."""


class Conflict(KbError):
    """The state has moved on: somebody else was first, or the step does not fit the present state."""


class Busy(KbError):
    """Try again in a moment: another writer holds the lock, or there were too many attempts."""


class Unavailable(KbError):
    """A part that is needed does not answer: the database, the disk, the index, a port."""
