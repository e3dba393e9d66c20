"""Levels, dimensions and answers in the words of the review screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from ..domain.codebook import FIVE, Codebook, Dimension
from ..models import Annotation, Claim, ClaimGroup, Mention, Source
from .joining import listed
from .rows import Tag, source_name

SIGNS: Mapping[str, str] = {"none": "=", "minor": "≈", "major": "≠", "critical": "!"}
OURS: Mapping[str, object] = {
    "existence": gettext_lazy("who found it"),
    "granularity": gettext_lazy("one claim or several"),
    "source": gettext_lazy("source"),
    "chain": gettext_lazy("who passes it on"),
    "boundary": gettext_lazy("boundary"),
    "claim": gettext_lazy("linked claim"),
}
"""What readers differ in beside the dimensions of the codebook."""
OUR_VALUES: Mapping[tuple[str, str], object] = {
    ("existence", "found"): gettext_lazy("found"),
    ("existence", "no_claim"): gettext_lazy("no claim"),
    ("existence", "not_found"): gettext_lazy("not found"),
    ("source", "author"): gettext_lazy("the author"),
    ("source", "attributed"): gettext_lazy("a source"),
    ("source", "relayed"): gettext_lazy("one passes on the other"),
    ("source", "other"): gettext_lazy("somebody else"),
}


LINK = "claim"
"""The dimension that tells whether they link it to the same proposition."""


def language() -> str:
    return get_language() or "en"


def letter(place: int) -> str:
    """What a reader is called: A, B, C …"""
    return chr(ord("A") + place)


def dimension_words(key: str, codebook: Codebook) -> str:
    """A dimension of disagreement as people call it."""
    if key in OURS:
        return str(OURS[key])
    dimension = codebook.dimension(key)
    return dimension.title_in(language()) if dimension else key


def level_words(level: str) -> str:
    """How far readers differ, in words."""
    return _("no difference") if level == "none" else str(ClaimGroup.Level(level).label)


def value_words(key: str, value: str, codebook: Codebook) -> str:
    """An answer as patterns name it: an option, or how sources and finders stand to one another."""
    if (key, value) in OUR_VALUES:
        return str(OUR_VALUES[key, value])
    dimension = codebook.dimension(key)
    titles = [tag_of(dimension, each).title if dimension else each for each in value.split("+")]
    return listed(titles)


def differing(groups: Iterable[ClaimGroup], codebook: Codebook) -> tuple[str, ...]:
    """In what the readers of these groups differ, each dimension once."""
    found = dict.fromkeys(each["dimension"] for group in groups for each in group.differences)
    return tuple(dimension_words(key, codebook) for key in found)


def tag_of(dimension: Dimension, answer: object) -> Tag:
    value = str(answer)
    option = dimension.option(value)
    return Tag(f"c-{dimension.key}-{value}", option.title_in(language()) if option else value)


def answer_of(mention: Mention, key: str) -> object:
    """What a mention says in this dimension of the codebook."""
    return getattr(mention, key) if key in FIVE else mention.labels.get(key)


def propositions(
    said: Iterable[tuple[ClaimGroup, Annotation]],
) -> dict[UUID, Claim]:
    """What readers linked a claim to, where they differ in it; no query where they never do."""
    linked = {
        annotation.claim_id
        for group, annotation in said
        if annotation.claim_id and LINK in (each["dimension"] for each in group.differences)
    }
    return Claim.objects.in_bulk(linked) if linked else {}


def linked_words(mention: Mention, found: Mapping[UUID, Claim]) -> str:
    """The proposition that a mention is linked to, and how."""
    claim = found.get(mention.claim_id) if mention.claim_id else None
    if claim is None:
        return pgettext("a claim that is linked", "none")
    return f"{claim.text_in(language())} ({mention.get_claim_relation_display()})"


def chain_of(value: str | list[str] | None) -> list[str]:
    """A vote on the source (an id, or none) or on the chain (ids), as a chain."""
    return value if isinstance(value, list) else [value] if value else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Who said what of one article: `letters` by pseudonym, and the sources that are named."""

    codebook: Codebook
    letters: Mapping[str, str]
    sources: Mapping[UUID, Source]

    def names(self, chain: Iterable[str]) -> tuple[str, ...]:
        return tuple(source_name(self.sources.get(UUID(link))) for link in chain)

    def letter(self, pseudonym: str) -> str:
        return self.letters.get(pseudonym, "?")

    def side(self, key: str, side: Mapping[str, Any]) -> str:
        """An answer and who gave it."""
        who = listed(self.letter(name) for name in side["annotators"])
        return f"{self.vote(key, side['value'])} ({who})"

    def vote(self, key: str, value: Any) -> str:
        if key in ("source", "chain"):
            return " › ".join(self.names(chain_of(value))) or _("author")
        if value is None:
            return _("no answer")
        values = value if isinstance(value, list) else [value]
        return listed(value_words(key, str(each), self.codebook) for each in values)
