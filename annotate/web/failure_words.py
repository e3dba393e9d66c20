"""Why the readings of an article could not be compared, in words for those who work with it."""

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from django.utils.translation import gettext as _

from ..errors import WorkflowError

_OF_DATABASES = {
    error.__name__
    for error in (
        DatabaseError,
        DataError,
        IntegrityError,
        InternalError,
        NotSupportedError,
        OperationalError,
        ProgrammingError,
    )
}


def failure_words(failure: str) -> str:
    """A sentence for `Article.grouping_failure`, which has the name of the error and its message.

    Refusals of the workflow are written for people, in English; one that names nothing is told in
    the reader's language.
    """
    name, _colon, message = failure.partition(": ")
    if name == WorkflowError.__name__:
        return _(message)
    if name == KeyError.__name__:
        told = _("One of them holds something that this project does not know: “%(what)s”.")
        return told % {"what": message.strip("'\"")}
    if name in _OF_DATABASES:
        return _("The database did not take the result.")
    return _("Something in them does not fit together.")
