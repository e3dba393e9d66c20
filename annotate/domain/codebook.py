"""The codebook: dimensions and options that annotations are labelled with, and their rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from annotate.domain import DomainError

Scope = Literal["annotation", "sentence", "source"]
DimensionType = Literal["single", "multi", "text", "number"]
Scale = Literal["nominal", "ordinal"]
Level = Literal["patch", "minor", "major"]
Label = str | list[str] | float

FIVE = ("kind", "attribution_type", "stance", "certainty", "confidence")


class CodebookError(DomainError):
    """A codebook that breaks a rule; `place` says where: `dimensions[2].options[1].hotkey`."""

    def __init__(self, place: str, template: str, **params: object) -> None:
        self.place = place
        super().__init__(template, {"place": place, **params})


class LabelError(DomainError):
    """A label that the codebook does not allow; `dimension` is the key of its dimension."""

    def __init__(self, dimension: str, template: str, **params: object) -> None:
        self.dimension = dimension
        super().__init__(template, {"dimension": dimension, **params})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a dimension. `order` counts from the low end of an ordinal scale."""

    value: str
    title: Mapping[str, str]
    definition: Mapping[str, str]
    order: int | None = None
    example: str = ""
    hotkey: str = ""
    colour: str = ""
    deprecated: bool = False

    def title_in(self, language: str) -> str:
        raise NotImplementedError

    def definition_in(self, language: str) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One question put to the annotator. `missing` are the options outside the ordinal scale."""

    key: str
    scope: Scope
    type: DimensionType
    scale: Scale
    required: bool
    enabled: bool
    agreement: bool
    title: Mapping[str, str]
    definition: Mapping[str, str]
    missing: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()

    def title_in(self, language: str) -> str:
        raise NotImplementedError

    def definition_in(self, language: str) -> str:
        raise NotImplementedError

    def option(self, value: str) -> Option | None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A version of a codebook; reasons and kinds of source carry only values and titles."""

    name: str
    version: str
    dimensions: tuple[Dimension, ...]
    no_claim_reasons: tuple[Option, ...] = ()
    source_kinds: tuple[Option, ...] = ()

    def dimension(self, key: str) -> Dimension | None:
        raise NotImplementedError


def parse(data: Mapping[str, object]) -> Codebook:
    """Return the codebook of a JSON object, or raise `CodebookError`."""
    raise NotImplementedError


def as_data(codebook: Codebook) -> dict[str, object]:
    """Return the JSON object of a codebook: `parse(as_data(c)) == c`."""
    raise NotImplementedError


def canonical_json(codebook: Codebook) -> bytes:
    """Return the one UTF-8 form: sorted keys, no white space."""
    raise NotImplementedError


def sha256(codebook: Codebook) -> str:
    """Return the hexadecimal SHA-256 of the canonical JSON."""
    raise NotImplementedError


def check_labels(
    codebook: Codebook,
    labels: Mapping[str, object],
    *,
    scope: Scope = "annotation",
    new_work: bool = True,
) -> dict[str, Label]:
    """Return the labels cleaned, or raise `LabelError`."""
    raise NotImplementedError


def five(labels: Mapping[str, Label]) -> tuple[dict[str, str], dict[str, Label]]:
    """Return the five columns and the rest."""
    raise NotImplementedError


def compare(old: Codebook, new: Codebook) -> Level:
    """Return how far `new` is from `old`."""
    raise NotImplementedError


def next_version(old: Codebook, new: Codebook) -> str:
    """Return the version that `new` has to carry after `old`."""
    raise NotImplementedError
