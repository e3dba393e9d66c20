"""What the domain refuses, in the words of the person who reads it."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain import DomainError
from ..domain.codebook import Codebook


def in_words(error: DomainError, codebook: Codebook) -> str:
    """The sentence of `error`, translated; a dimension has its title there, not its key."""
    params = dict(error.params)
    dimension = codebook.dimension(str(params.get("dimension", "")))
    if dimension is not None:
        params["dimension"] = dimension.title_in(get_language() or "en")
    return _(error.template) % params
