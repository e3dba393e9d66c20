"""What doors turn into an answer for people or machines: the one error that a rule of the work
raises, and the database's when others write for too long.
"""

from enum import StrEnum
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_noop as _

BUSY = _("Others are writing just now: try again in a moment. What you saved before is kept.")
RETRY_AFTER = "5"  # seconds
SQLITE_WAITED = {5, 6}  # SQLITE_BUSY and SQLITE_LOCKED; more is said above the lowest eight bits
POSTGRESQL_WAITED = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock not available


class Refusal(StrEnum):
    """Why a step is refused, for machines; the sentence beside it is for people."""

    STALE = "stale"  # built on something that has changed since
    CLOSED = "closed"  # the article, release or item no longer takes this step
    GONE = "gone"  # nothing left to do or to show
    INVALID = "invalid"  # what was sent breaks a rule of the data
    REUSED = "reused"  # the id that a client made stands for another write already


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


def is_contention(error: BaseException | None) -> bool:
    """Whether the database gave up because others write: the same may succeed a moment later."""
    if not isinstance(error, OperationalError):
        return False
    code: int = getattr(error.__cause__, "sqlite_errorcode", 0)
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    return code & 0xFF in SQLITE_WAITED or state in POSTGRESQL_WAITED
