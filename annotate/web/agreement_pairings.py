"""Two answers that met, as a cell of a table of confusions, and the address that opens it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from ..domain.codebook import Codebook
from ..domain.disagreement import ATTRIBUTION_TYPE, CHAIN, CLAIM, EXISTENCE, SOURCE
from ..domain.quotation import AUTHOR
from ..models import Project
from .agreement_names import CLAIM_OR_NOT

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Two answers in a dimension, as they stand in a report, and how many pairs gave them."""

    major: int
    dimension: str
    one: Any
    other: Any
    count: int = 0

    @property
    def query(self) -> str:
        """What the address asks for."""
        answers = {"one": _written(self.one), "other": _written(self.other)}
        return urlencode({"version": self.major, "dimension": self.dimension, **answers})

    @property
    def alike(self) -> bool:
        return bool(self.one == self.other)

    @property
    def of_sentences(self) -> bool:
        return self.dimension == CLAIM_OR_NOT

    def waiting(self, codebook: Codebook) -> str:
        """The filter of the review queue that leaves what differs in just this way, or, as patterns
        name no numbers and no texts, in this dimension; '' where there is none: they name no
        sources and no claims, and call the author against a source a difference of source.
        """
        if self.alike or self.dimension in (SOURCE, CHAIN, CLAIM):
            return ""
        if self.of_sentences:
            return urlencode({"dimension": EXISTENCE, "values": "found,no_claim"})
        if self.dimension == ATTRIBUTION_TYPE and AUTHOR in (self.one, self.other):
            return ""
        dimension = codebook.dimension(self.dimension)
        if dimension and not dimension.options:
            return urlencode({"dimension": self.dimension})
        answers = ["+".join(it) if isinstance(it, list) else it for it in (self.one, self.other)]
        return urlencode({"dimension": self.dimension, "values": ",".join(answers)})


def address_of(project: Project, pairing: Pairing) -> str:
    """The page of the sentences in which they met."""
    return f"{reverse('agreement-items', args=[project.slug])}?{pairing.query}"


def pairing_in(report: Report, asked: QueryDict) -> Pairing | None:
    """The two answers that an address names, if they met in the report."""
    dimension = asked.get("dimension")
    pair = [asked.get(name) for name in ("one", "other")]
    figures = (report["claim_or_not"], *report["dimensions"])
    for figure in (each for each in figures if each["dimension"] == dimension):
        for *answers, count in figure["confusion"]:
            for one, other in (answers, reversed(answers)):
                if [_written(one), _written(other)] == pair:
                    return Pairing(
                        major=report["codebook_major"],
                        dimension=figure["dimension"],
                        one=one,
                        other=other,
                        count=count,
                    )
    return None


def _written(answer: Any) -> str:
    """An answer as it stands in an address; what people send is held against it and never read."""
    return json.dumps(answer)
