"""The codebook: dimensions and options that annotations are labelled with, and their rules.

`parse` reads the JSON object of a codebook and refuses what breaks a rule, naming the place;
`check_labels` holds the labels of an annotation against it; `compare` says how far apart two
versions are.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from annotate.domain import DomainError
from annotate.domain import gettext_noop as _

Scope = Literal["annotation", "sentence", "source"]
DimensionType = Literal["single", "multi", "text", "number"]
Scale = Literal["nominal", "ordinal"]
Level = Literal["patch", "minor", "major"]
Label = str | list[str] | float

# The dimensions of every codebook, which are columns of an annotation, with their scales.
FIVE: dict[str, Scale] = {
    "kind": "nominal",
    "attribution_type": "nominal",
    "stance": "nominal",
    "certainty": "ordinal",
    "confidence": "ordinal",
}
# Values that the rules of disagreement and settling name: without them those rules mean nothing.
NAMED_VALUES = {
    "attribution_type": ("direct", "indirect", "author"),
    "stance": ("supports", "denies"),
    "certainty": ("unspecified",),
}
NO_CLAIM_HOTKEY = "KeyN"
NO_CLAIM_REASONS = (
    "heading",
    "metadata",
    "caption",
    "duplicate",
    "question",
    "boilerplate",
    "other",
)
SOURCE_KINDS = (
    "media",
    "official",
    "institution",
    "armed_group",
    "expert",
    "person",
    "group",
    "anonymous",
    "unspecified",
    "author",
)
# Keys that mean the same on every screen; the named keys of a keyboard are not printable at all.
TAKEN_HOTKEYS = frozenset({"KeyJ", "KeyK", "KeyN", "KeyG", "KeyH", "KeyP", "Slash", "Period"})
MAX_TEXT_LABEL = 2_000
LARGEST_NUMBER_LABEL = 1e15

_KEY = re.compile(r"[a-z_]+")
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
# `KeyboardEvent.code` values of keys that print a character (UI Events code values, §3.1.1).
_HOTKEY = re.compile(
    r"Key[A-Z]|Digit[0-9]|Numpad[0-9]|Minus|Equal|BracketLeft|BracketRight|Backslash|Semicolon"
    r"|Quote|Backquote|Comma|Slash|Period|IntlBackslash|IntlRo|IntlYen"
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class CodebookError(DomainError):
    """A codebook that breaks a rule; `place` says where: `dimensions[2].options[1].hotkey`."""

    def __init__(self, place: str, template: str, **params: object) -> None:
        super().__init__(template, {"place": place, **params})
        self.place = place


class LabelError(DomainError):
    """A label that the codebook does not allow; `dimension` is the key of its dimension."""

    def __init__(self, dimension: str, template: str, **params: object) -> None:
        self.dimension = dimension
        super().__init__(template, {"dimension": dimension, **params})


def _in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in `language`, its base language, English, French, Arabic or the first."""
    for candidate in (language, language.partition("-")[0], "en", "fr", "ar"):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()), "")


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
        """Return the title in `language` or the nearest there is."""
        return _in_language(self.title, language)

    def definition_in(self, language: str) -> str:
        """Return the definition in `language` or the nearest there is; '' if there is none."""
        return _in_language(self.definition, language)


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
        """Return the title in `language` or the nearest there is."""
        return _in_language(self.title, language)

    def definition_in(self, language: str) -> str:
        """Return the definition in `language` or the nearest there is."""
        return _in_language(self.definition, language)

    def option(self, value: str) -> Option | None:
        """Return the option with `value`, if there is one."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A version of a codebook.

    `no_claim_reasons` and `source_kinds` are closed lists; the codebook gives them their titles.
    """

    name: str
    version: str
    dimensions: tuple[Dimension, ...]
    no_claim_reasons: tuple[Option, ...] = ()
    source_kinds: tuple[Option, ...] = ()

    def dimension(self, key: str) -> Dimension | None:
        """Return the dimension with `key`, if there is one."""
        return next((dimension for dimension in self.dimensions if dimension.key == key), None)


def parse(data: Mapping[str, object]) -> Codebook:
    """Return the codebook of a JSON object (docs/data.md), or raise `CodebookError`."""
    place = _Place("", data)
    place.refuse_other_keys("name", "version", "dimensions", "no_claim", "source_kinds")
    codebook = Codebook(
        name=place.text("name"),
        version=place.matching("version", _VERSION, _("a version such as 1.0.0")),
        dimensions=tuple(_dimension(each) for each in place.objects("dimensions")),
        no_claim_reasons=_no_claim_reasons(place),
        source_kinds=_titled_values(place, "source_kinds", SOURCE_KINDS),
    )
    _check_unique("dimensions", "key", [each.key for each in codebook.dimensions])
    _check_hotkeys(codebook)
    _check_five(codebook)
    return codebook


def as_data(codebook: Codebook) -> dict[str, object]:
    """Return the JSON object of a codebook, without what is empty: `parse(as_data(c)) == c`."""
    data: dict[str, object] = {
        "name": codebook.name,
        "version": codebook.version,
        "dimensions": [_dimension_data(each) for each in codebook.dimensions],
    }
    if codebook.no_claim_reasons:
        reasons = [_option_data(reason) for reason in codebook.no_claim_reasons]
        data["no_claim"] = {"hotkey": NO_CLAIM_HOTKEY, "reasons": reasons}
    if codebook.source_kinds:
        data["source_kinds"] = [_option_data(kind) for kind in codebook.source_kinds]
    return data


def canonical_json(codebook: Codebook) -> bytes:
    """Return the one form that is hashed: UTF-8, keys sorted, no white space, no empty members."""
    return json.dumps(
        as_data(codebook), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def sha256(codebook: Codebook) -> str:
    """Return the hexadecimal SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical_json(codebook)).hexdigest()


def check_labels(
    codebook: Codebook,
    labels: Mapping[str, object],
    *,
    scope: Scope = "annotation",
    new_work: bool = True,
    finished: bool = True,
) -> dict[str, Label]:
    """Return the labels of one thing of `scope` in the codebook's order, or raise `LabelError`.

    None, '' and [] are no answer, which a required dimension does not take on finished work.
    Deprecated values are refused on new work only. A text keeps its characters, a number becomes
    a float.
    """
    answers = {key: answer for key, answer in labels.items() if answer not in (None, "", [])}
    asked = {each.key: each for each in codebook.dimensions if each.enabled and each.scope == scope}
    for key in answers:
        if key not in asked:
            raise LabelError(key, _("The codebook does not ask for “%(dimension)s” here."))
    checked: dict[str, Label] = {}
    for key, dimension in asked.items():
        if key in answers:
            checked[key] = _label(dimension, answers[key], new_work=new_work)
        elif dimension.required and finished:
            raise LabelError(key, _("Choose a value for “%(dimension)s”."))
    return checked


def five(labels: Mapping[str, Label]) -> tuple[dict[str, str], dict[str, Label]]:
    """Return the labels that are columns of an annotation, and the rest."""
    columns = {key: value for key, value in labels.items() if key in FIVE}
    rest = {key: value for key, value in labels.items() if key not in FIVE}
    return cast(dict[str, str], columns), rest


def compare(old: Codebook, new: Codebook) -> Level:
    """Return how far `new` is from `old`, taking its version out of account.

    *major*: annotations made with `old` may not be valid any more: a dimension or value is gone,
    means something else (scope, type, scale, order, missing), or an answer is newly required.
    *minor*: they stay valid, but there is more or less to choose: a new or deprecated value, a new
    dimension, a switch. *patch*: wording, colours, keys, the sequence on the screen.
    """
    if any(_is_major(each, new.dimension(each.key)) for each in old.dimensions):
        return "major"
    added = [each for each in new.dimensions if old.dimension(each.key) is None]
    if any(_must_be_answered(each) for each in added):
        return "major"
    choices = [{each.key: _choices(each) for each in book.dimensions} for book in (old, new)]
    return "patch" if choices[0] == choices[1] else "minor"


def next_version(old: Codebook, new: Codebook) -> str:
    """Return the version that `new` has to carry when it follows `old`."""
    major, minor, patch = map(int, old.version.split("."))
    match compare(old, new):
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"


class _Place:
    """A JSON object and the place where it stands; each method reads and checks one member."""

    def __init__(self, path: str, data: object) -> None:
        self.path = path
        if not isinstance(data, Mapping):
            raise CodebookError(path, _("%(place)s must be an object."))
        self.data = data

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def error(self, key: str, template: str, /, **params: object) -> CodebookError:
        return CodebookError(self.at(key), template, **params)

    def refuse_other_keys(self, *known: str) -> None:
        for key in self.data:
            if key not in known:
                raise self.error(str(key), _("%(place)s is not a part of a codebook."))

    def text(self, key: str, *, optional: bool = False) -> str:
        value = self.data.get(key, "")
        if not isinstance(value, str) or _UNSTORABLE.search(value):
            raise self.error(key, _("%(place)s must be text."))
        if not value.strip() and (value or not optional):
            raise self.error(key, _("%(place)s must not be empty."))
        return value

    def matching(
        self, key: str, pattern: re.Pattern[str], wanted: str, *, optional: bool = False
    ) -> str:
        value = self.text(key, optional=optional)
        if value and not pattern.fullmatch(value):
            raise self.error(
                key,
                _("%(place)s is “%(value)s”; it must be %(wanted)s."),
                value=value,
                wanted=wanted,
            )
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in known:
            raise self.error(
                key,
                _("%(place)s is “%(value)s”; it must be one of %(known)s."),
                value=value,
                known=", ".join(known),
            )
        return value

    def switch(self, key: str, *, optional: bool = False) -> bool:
        value = self.data.get(key, False if optional else None)
        if not isinstance(value, bool):
            raise self.error(key, _("%(place)s must be true or false."))
        return value

    def whole_number(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is not None and type(value) is not int:
            raise self.error(key, _("%(place)s must be a whole number."))
        return value

    def texts(self, key: str, *, optional: bool = False) -> dict[str, str]:
        place = _Place(self.at(key), self.data.get(key, {}))
        if not place.data and not optional:
            raise self.error(key, _("%(place)s must be given in one language at least."))
        for language in place.data:
            if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
                raise place.error(str(language), _("%(place)s is not named by a language tag."))
        return {language: place.text(language) for language in place.data}

    def values(self, key: str) -> tuple[str, ...]:
        return tuple(
            each if isinstance(each, str) else self._not_text(f"{key}[{number}]")
            for number, each in enumerate(self._list(key))
        )

    def objects(self, key: str) -> "Iterator[_Place]":
        for number, each in enumerate(self._list(key)):
            yield _Place(f"{self.at(key)}[{number}]", each)

    def _list(self, key: str) -> list[object]:
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, _("%(place)s must be a list."))
        return value

    def _not_text(self, key: str) -> str:
        raise self.error(key, _("%(place)s must be text."))


def _dimension(place: _Place) -> Dimension:
    place.refuse_other_keys(*Dimension.__dataclass_fields__)
    dimension = Dimension(
        key=place.matching("key", _KEY, _("small letters and _")),
        scope=cast(Scope, place.one_of("scope", get_args(Scope))),
        type=cast(DimensionType, place.one_of("type", get_args(DimensionType))),
        scale=cast(Scale, place.one_of("scale", get_args(Scale))),
        required=place.switch("required"),
        enabled=place.switch("enabled"),
        agreement=place.switch("agreement"),
        title=place.texts("title"),
        definition=place.texts("definition"),
        missing=place.values("missing"),
        options=tuple(_option(each) for each in place.objects("options")),
    )
    _check_unique(place.at("options"), "value", [each.value for each in dimension.options])
    _check_options(place, dimension)
    _check_scale(place, dimension)
    return dimension


def _option(place: _Place) -> Option:
    place.refuse_other_keys(*Option.__dataclass_fields__)
    option = Option(
        value=place.matching("value", _VALUE, _("letters, digits, _ and -, at most 50")),
        order=place.whole_number("order"),
        title=place.texts("title"),
        definition=place.texts("definition", optional=True),
        example=place.text("example", optional=True),
        hotkey=place.matching("hotkey", _HOTKEY, _("a key such as KeyQ or Digit1"), optional=True),
        colour=place.matching("colour", _COLOUR, _("a colour such as #0072B2"), optional=True),
        deprecated=place.switch("deprecated", optional=True),
    )
    if option.hotkey in TAKEN_HOTKEYS:
        raise place.error(
            "hotkey", _("%(place)s: %(key)s has a meaning on every screen."), key=option.hotkey
        )
    return option


def _check_options(place: _Place, dimension: Dimension) -> None:
    chosen = dimension.type in ("single", "multi")
    if chosen and sum(not each.deprecated for each in dimension.options) < 2:
        raise place.error("options", _("%(place)s must leave two values to choose from."))
    if not chosen and dimension.options:
        raise place.error("options", _("%(place)s: only a choice has options."))


def _check_scale(place: _Place, dimension: Dimension) -> None:
    """An ordinal scale orders every option that is not missing; nothing else has an order."""
    ordinal = dimension.scale == "ordinal"
    if ordinal and dimension.type in ("multi", "text"):
        raise place.error("scale", _("%(place)s: several values or a text have no order."))
    for number, value in enumerate(dimension.missing):
        if not ordinal or dimension.option(value) is None:
            raise place.error(
                f"missing[{number}]",
                _("%(place)s: “%(value)s” is not an option of an ordinal scale."),
                value=value,
            )
    for number, option in enumerate(dimension.options):
        if (option.order is not None) != (ordinal and option.value not in dimension.missing):
            raise place.error(
                f"options[{number}].order",
                _("%(place)s: the options of an ordinal scale have an order, all others none."),
            )
    orders = [each.order for each in dimension.options if each.order is not None]
    if len(orders) > len(set(orders)):
        raise place.error("options", _("%(place)s: two options have the same order."))


def _check_unique(path: str, key: str, values: list[str]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise CodebookError(
                f"{path}[{number}].{key}", _("%(place)s: “%(value)s” occurs twice."), value=value
            )


def _check_hotkeys(codebook: Codebook) -> None:
    """One key, one value in the whole codebook: all rows of options are on the screen together."""
    seen: set[str] = set()
    for row, dimension in enumerate(codebook.dimensions):
        for number, option in enumerate(dimension.options):
            if option.hotkey in seen:
                raise CodebookError(
                    f"dimensions[{row}].options[{number}].hotkey",
                    _("%(place)s: %(key)s is the key of another value."),
                    key=option.hotkey,
                )
            seen |= {option.hotkey} - {""}


def _check_five(codebook: Codebook) -> None:
    for key, scale in FIVE.items():
        dimension = codebook.dimension(key)
        if dimension is None:
            raise CodebookError(
                "dimensions", _("%(place)s: every codebook has “%(key)s”."), key=key
            )
        place = _Place(f"dimensions[{codebook.dimensions.index(dimension)}]", {})
        expected = {
            "scope": "annotation",
            "type": "single",
            "scale": scale,
            "required": True,
            "enabled": True,
        }
        if key == "confidence":
            expected["agreement"] = False
        for name, value in expected.items():
            if getattr(dimension, name) != value:
                raise place.error(
                    name,
                    _("%(place)s: of “%(key)s” this must be %(value)s."),
                    key=key,
                    value=json.dumps(value),
                )
        _check_named_values(place, dimension)


def _check_named_values(place: _Place, dimension: Dimension) -> None:
    for value in NAMED_VALUES.get(dimension.key, ()):
        option = dimension.option(value)
        if option is None or option.deprecated:
            raise place.error(
                "options",
                _("%(place)s: “%(value)s” of “%(key)s” is used by rules and has to stay."),
                value=value,
                key=dimension.key,
            )
    if dimension.key == "certainty" and "unspecified" not in dimension.missing:
        raise place.error("missing", _("%(place)s: “unspecified” is not on the scale."))


def _no_claim_reasons(place: _Place) -> tuple[Option, ...]:
    if "no_claim" not in place.data:
        return ()
    inner = _Place("no_claim", place.data["no_claim"])
    inner.refuse_other_keys("hotkey", "reasons")
    inner.one_of("hotkey", (NO_CLAIM_HOTKEY,))
    return _titled_values(inner, "reasons", NO_CLAIM_REASONS)


def _titled_values(place: _Place, key: str, known: tuple[str, ...]) -> tuple[Option, ...]:
    options = []
    for each in place.objects(key):
        each.refuse_other_keys("value", "title")
        value = each.one_of("value", known)
        options.append(Option(value=value, title=each.texts("title"), definition={}))
    _check_unique(place.at(key), "value", [option.value for option in options])
    return tuple(options)


def _dimension_data(dimension: Dimension) -> dict[str, object]:
    data: dict[str, object] = {
        "key": dimension.key,
        "scope": dimension.scope,
        "type": dimension.type,
        "scale": dimension.scale,
        "required": dimension.required,
        "enabled": dimension.enabled,
        "agreement": dimension.agreement,
        "missing": list(dimension.missing),
        "title": dict(dimension.title),
        "definition": dict(dimension.definition),
        "options": [_option_data(option) for option in dimension.options],
    }
    return {key: value for key, value in data.items() if value != []}


def _option_data(option: Option) -> dict[str, object]:
    data: dict[str, object] = {
        "value": option.value,
        "hotkey": option.hotkey,
        "colour": option.colour,
        "title": dict(option.title),
        "definition": dict(option.definition),
        "example": option.example,
        "deprecated": option.deprecated,
    }
    present = {key: value for key, value in data.items() if value}
    return present if option.order is None else {**present, "order": option.order}


def _label(dimension: Dimension, answer: object, *, new_work: bool) -> Label:
    match dimension.type:
        case "single":
            return _option_value(dimension, answer, new_work=new_work)
        case "multi":
            return _option_values(dimension, answer, new_work=new_work)
        case "text":
            return _text_label(dimension, answer)
        case "number":
            return _number_label(dimension, answer)


def _option_value(dimension: Dimension, answer: object, *, new_work: bool) -> str:
    option = dimension.option(answer) if isinstance(answer, str) else None
    if option is None:
        raise LabelError(
            dimension.key,
            _("“%(value)s” is not a value of “%(dimension)s”."),
            value=str(answer)[:40],
        )
    if option.deprecated and new_work:
        raise LabelError(
            dimension.key,
            _("“%(value)s” of “%(dimension)s” is not used any more. Choose another value."),
            value=option.value,
        )
    return option.value


def _option_values(dimension: Dimension, answer: object, *, new_work: bool) -> list[str]:
    if not isinstance(answer, list):
        raise LabelError(dimension.key, _("“%(dimension)s” takes a list of values."))
    chosen = [_option_value(dimension, each, new_work=new_work) for each in answer]
    if len(chosen) > len(set(chosen)):
        raise LabelError(dimension.key, _("“%(dimension)s” has the same value twice."))
    return [option.value for option in dimension.options if option.value in chosen]


def _text_label(dimension: Dimension, answer: object) -> str:
    if not isinstance(answer, str) or not answer.strip() or _UNSTORABLE.search(answer):
        raise LabelError(dimension.key, _("“%(dimension)s” takes a text."))
    if len(answer) > MAX_TEXT_LABEL:
        raise LabelError(
            dimension.key,
            _("“%(dimension)s” takes %(limit)s characters at most."),
            limit=MAX_TEXT_LABEL,
        )
    return answer


def _number_label(dimension: Dimension, answer: object) -> float:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise LabelError(dimension.key, _("“%(dimension)s” takes a number."))
    if not abs(answer) <= LARGEST_NUMBER_LABEL:  # so put, NaN is refused too
        raise LabelError(dimension.key, _("The number of “%(dimension)s” is out of range."))
    return float(answer) + 0.0  # without the sign of -0.0


def _is_major(old: Dimension, new: Dimension | None) -> bool:
    if new is None or _meaning(old) != _meaning(new):
        return True
    if _must_be_answered(new) and not _must_be_answered(old):
        return True
    return any(
        (kept := new.option(option.value)) is None
        or kept.order != option.order
        or (option.value in old.missing) != (option.value in new.missing)
        for option in old.options
    )


def _meaning(dimension: Dimension) -> tuple[str, str, str]:
    return dimension.scope, dimension.type, dimension.scale


def _must_be_answered(dimension: Dimension) -> bool:
    return dimension.required and dimension.enabled


def _choices(dimension: Dimension) -> tuple[bool, bool, bool, frozenset[tuple[str, bool]]]:
    values = frozenset((option.value, option.deprecated) for option in dimension.options)
    return dimension.required, dimension.enabled, dimension.agreement, values
