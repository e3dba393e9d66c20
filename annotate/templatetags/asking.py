"""What the templates need said of questions and rulings."""

from collections.abc import Sequence
from uuid import uuid4

from django import template

from ..models import Project, Ruling
from ..web.rulings import place_words, written_place

register = template.Library()


@register.filter
def about(ruling: Ruling, project: Project) -> str:
    """The dimension and option that a ruling is about, by their titles."""
    return place_words(project, ruling.dimension, ruling.value)


@register.filter
def place(ruling: Ruling) -> str:
    """What a ruling is about, as the form of rulings sends it."""
    return written_place(ruling.dimension, ruling.value)


@register.filter
def under(rulings: Sequence[Ruling] | None, dimension: str) -> list[Ruling]:
    """The rulings about this dimension or one of its options."""
    return [each for each in rulings or () if each.dimension == dimension]


@register.filter
def at(rulings: Sequence[Ruling], value: str) -> list[Ruling]:
    """Of the rulings of a dimension, those about this option; '': about none of them."""
    return [each for each in rulings if each.value == value]


@register.simple_tag
def new_id() -> str:
    """An id under which a form is sent once, however often it is sent."""
    return str(uuid4())
