"""The one error that a rule of the work raises; doors turn it into an answer for people or
machines.
"""

from enum import StrEnum
from typing import Any


class Refusal(StrEnum):
    """Why a step is refused, for machines; the sentence beside it is for people."""

    STALE = "stale"  # built on something that has changed since
    CLOSED = "closed"  # the article, release or item no longer takes this step
    GONE = "gone"  # nothing left to do or to show
    INVALID = "invalid"  # what was sent breaks a rule of the data


class WorkflowError(Exception):
    """A rule forbids this step. `message` is written for the user and says what to do next.

    `details` holds what a door may need to answer well, for example both versions of a stale
    judgement, or the field that was filled in wrongly.
    """

    def __init__(self, code: Refusal, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
