"""What a figure means, in one plain sentence.

A sentence is a template and its parameters, so that a door can put it into the reader's language:
`gettext(template) % params`. Before, it names what `dimension` and `value` are the keys of, and
translates `units`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .. import gettext_noop as _
from .counting import CLAIM_OR_NOT
from .figures import FEWEST_ARTICLES, FEWEST_UNITS, Figure, Finding
from .tallies import Value
from .undefined import Reason, Undefined

DEPENDABLE = 0.800
TENTATIVE = 0.667
LOPSIDED = 0.9
"""Where everyone gave the same one value this often, the figure rests on the few other units."""
CLAIMS, SENTENCES = _("claims"), _("sentences")


class Code(StrEnum):
    NO_PAIRS = "no_pairs"
    EVERYONE_CHOSE = "everyone_chose"
    NO_VARIATION = "no_variation"
    TOO_FEW_UNITS = "too_few_units"
    TOO_FEW_ARTICLES = "too_few_articles"
    DEPENDABLE = "dependable"
    DEPENDABLE_LOPSIDED = "dependable_lopsided"
    TENTATIVE = "tentative"
    TENTATIVE_LOPSIDED = "tentative_lopsided"
    LOW = "low"
    LOW_LOPSIDED = "low_lopsided"
    CHANCE = "chance"
    FOUND = "found"
    NOTHING_FOUND = "nothing_found"


TEMPLATES: Mapping[Code, str] = {
    Code.NO_PAIRS: _("Not defined: no two annotators answered this for the same thing."),
    Code.EVERYONE_CHOSE: _("Not defined: everyone chose “%(value)s”."),
    Code.NO_VARIATION: _("Not defined: everyone gave the same answer."),
    Code.TOO_FEW_UNITS: _("Too few to tell: %(n)d of the %(least)d units that are needed."),
    Code.TOO_FEW_ARTICLES: _("Too few to tell: %(n)d of the %(least)d articles that are needed."),
    Code.DEPENDABLE: _("Annotators agree on %(dimension)s well beyond chance: it is dependable."),
    Code.DEPENDABLE_LOPSIDED: _(
        "Annotators agree on %(dimension)s well beyond chance, but %(share)d %% of %(units)s are "
        "“%(value)s”, so the figure rests on %(n)d of %(total)d %(units)s."
    ),
    Code.TENTATIVE: _(
        "Annotators agree on %(dimension)s beyond chance, but only enough for tentative "
        "conclusions."
    ),
    Code.TENTATIVE_LOPSIDED: _(
        "Annotators agree on %(dimension)s beyond chance, but only enough for tentative "
        "conclusions: %(share)d %% of %(units)s are “%(value)s”, so the figure rests on %(n)d of "
        "%(total)d %(units)s."
    ),
    Code.LOW: _("Annotators agree too little on %(dimension)s: revise the guidelines."),
    Code.LOW_LOPSIDED: _(
        "Annotators agree too little on %(dimension)s: revise the guidelines. %(share)d %% of "
        "%(units)s are “%(value)s”, so the figure rests on %(n)d of %(total)d %(units)s."
    ),
    Code.CHANCE: _(
        "Annotators agree on %(dimension)s no more than by chance: revise the guidelines."
    ),
    Code.FOUND: _("Of the claims that two annotators marked, %(share)d %% were found by both."),
    Code.NOTHING_FOUND: _("Not defined: nobody found a claim where somebody else looked, too."),
}
"""English sentences: the keys of the catalogues."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Which sentence, and what stands in its places."""

    code: Code
    params: Mapping[str, Value]

    @property
    def template(self) -> str:
        return TEMPLATES[self.code]


def sentence_of(figure: Figure) -> Sentence:
    """The one sentence beside a figure's α."""
    alpha = figure.alpha.value
    if isinstance(alpha, Undefined):
        return _undefined(alpha)
    if figure.too_few:
        return _too_few(figure.n_units, figure.n_articles)
    if alpha <= 0:
        return Sentence(Code.CHANCE, {"dimension": figure.dimension})
    alike = figure.n_units - figure.n_other
    lopsided = alike >= LOPSIDED * figure.n_units
    if alpha >= DEPENDABLE:
        code = Code.DEPENDABLE_LOPSIDED if lopsided else Code.DEPENDABLE
    elif alpha >= TENTATIVE:
        code = Code.TENTATIVE_LOPSIDED if lopsided else Code.TENTATIVE
    else:
        code = Code.LOW_LOPSIDED if lopsided else Code.LOW
    if not lopsided:
        return Sentence(code, {"dimension": figure.dimension})
    rest = {
        "value": figure.prevalence[0][0],
        "units": SENTENCES if figure.dimension == CLAIM_OR_NOT else CLAIMS,
        # Rounded down: 99.6 % is not all of them.
        "share": 100 * alike // figure.n_units,
        "n": figure.n_other,
        "total": figure.n_units,
    }
    return Sentence(code, {"dimension": figure.dimension, **rest})


def sentence_on_finding(finding: Finding) -> Sentence:
    """The one sentence beside F1."""
    f1 = finding.f1.value
    if isinstance(f1, Undefined):
        return Sentence(Code.NOTHING_FOUND, {})
    if finding.too_few:
        return _too_few(finding.n_mentions, finding.n_articles)
    nearest = round(100 * f1) if f1 in (0, 1) else min(99, max(1, round(100 * f1)))
    return Sentence(Code.FOUND, {"share": nearest})


def _undefined(undefined: Undefined) -> Sentence:
    if undefined.reason is Reason.NO_PAIRS:
        return Sentence(Code.NO_PAIRS, {})
    if undefined.value is None:
        return Sentence(Code.NO_VARIATION, {})
    return Sentence(Code.EVERYONE_CHOSE, {"value": undefined.value})


def _too_few(n_units: int, n_articles: int) -> Sentence:
    if n_units < FEWEST_UNITS:
        return Sentence(Code.TOO_FEW_UNITS, {"n": n_units, "least": FEWEST_UNITS})
    return Sentence(Code.TOO_FEW_ARTICLES, {"n": n_articles, "least": FEWEST_ARTICLES})
