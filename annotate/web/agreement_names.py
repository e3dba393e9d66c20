"""What the keys in a report of agreement are called: people, sources, answers, parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain.codebook import Codebook
from ..domain.disagreement import CHAIN, CLAIM, SOURCE
from ..domain.quotation import AUTHOR
from ..models import Claim, Membership, Mention, Project, Sentence, Source
from .agreement_words import dimension_title
from .corpus_forms import language_name
from .joining import listed

# Keys of a report, as in agreement.json: measures beside the dimensions, and what is cut by.
CLAIM_OR_NOT, FINDING = "claim_or_not", "finding"
PERSON, PAIR, MONTH = "person", "pair", "month"
LANGUAGE, OUTLET, BLOCK = "language", "outlet", "block"
PRESETS, SUGGESTIONS = "presets", "suggestions"


class Names:
    """What the keys of a report are called: people by number, and where wished by name too.

    `sources` and `claims` are the ids of those that may be asked for.
    """

    def __init__(
        self,
        project: Project,
        codebook: Codebook,
        *,
        sources: Iterable[str],
        claims: Iterable[str],
        names: bool,
    ) -> None:
        self.codebook = codebook
        self._project = project
        self._source_keys = sources
        self._claim_keys = claims
        self._with_names = names
        self._language = get_language() or "en"

    @cached_property
    def _people(self) -> dict[str, str]:
        return {
            member.pseudonym: _person(place, member if self._with_names else None)
            for place, member in enumerate(self._project.memberships.in_order_of_work(), start=1)
        }

    @cached_property
    def _sources(self) -> dict[str, str]:
        ids = {UUID(key) for key in self._source_keys if _is_id(key)}
        known = Source.objects.in_bulk(ids)
        return {str(pk): source.name_in(self._language) for pk, source in known.items()}

    @cached_property
    def _claims(self) -> dict[str, str]:
        known = Claim.objects.in_bulk({UUID(key) for key in self._claim_keys})
        return {str(pk): claim.text_in(self._language) for pk, claim in known.items()}

    def person(self, pseudonym: str) -> str:
        return self._people[pseudonym]

    def place(self, pseudonym: str) -> int:
        """Where a person stands among all."""
        return list(self._people).index(pseudonym)

    def source(self, key: str) -> str:
        return _("the author") if key == AUTHOR else self._sources.get(key, key)

    def dimension(self, key: str) -> str:
        return dimension_title(key, self.codebook)

    def value(self, dimension: str, value: Any) -> str:
        """An answer in words."""
        if dimension == CLAIM_OR_NOT:
            return _("a claim") if value == "claims" else _("no claim")
        if dimension == SOURCE:
            return self.source(str(value))
        if dimension == CHAIN:
            return " · ".join(map(self.source, value)) or _("the author")
        if dimension == CLAIM:
            claim, relation = value
            text = self._claims.get(claim, claim)
            return f"{text} ({Mention.ClaimRelation(relation).label})" if relation else text
        if isinstance(value, list):
            return listed(self.value(dimension, each) for each in value)
        known = self.codebook.dimension(dimension)
        if known and known.type == "number":
            return f"{float(value):.15g}"
        option = known.option(str(value)) if known else None
        return option.title_in(self._language) if option else str(value)

    def part(self, by: str, of: Sequence[str]) -> str:
        """What a slice holds."""
        (key,) = of
        if by == PERSON:
            return f"{self.person(key)} · {key}"
        if not key:
            return _("unknown")
        if by == LANGUAGE:
            return language_name(key)
        if by == OUTLET:
            return self.source(key)
        if by == BLOCK:
            return str(Sentence.Block(key).label) if key in Sentence.Block.values else key
        if by == MONTH:
            return format_date(date.fromisoformat(f"{key}-01"), "F Y")
        return {"with": _("with them"), "without": _("without them")}.get(key, key)


def _person(place: int, member: Membership | None) -> str:
    told = _("Annotator %(number)d") % {"number": place}
    if member is None:
        return told
    return f"{told} ({member.user.get_full_name() or member.user.get_username()})"


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
