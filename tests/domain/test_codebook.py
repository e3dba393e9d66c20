"""A codebook keeps its rules, labels keep to their codebook, and versions say what changed."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotate.domain.codebook import (
    CodebookError,
    LabelError,
    as_data,
    canonical_json,
    check_labels,
    compare,
    five,
    next_version,
    parse,
    sha256,
)

DEFAULT = json.loads(
    (Path(__file__).parents[2] / "seeds" / "codebook.json").read_text(encoding="utf-8")
)
# Places of dimensions in the default codebook.
TYPE, KIND, STANCE, CERTAINTY, CONFIDENCE, AUTHOR_STANCE, CHECKWORTHY = range(7)

LABELS = {
    "kind": "causal",
    "attribution_type": "indirect",
    "stance": "supports",
    "certainty": "certain",
    "confidence": "high",
}
TOPICS = {
    "key": "topics",
    "scope": "annotation",
    "type": "multi",
    "scale": "nominal",
    "required": False,
    "enabled": True,
    "agreement": True,
    "title": {"en": "Topics"},
    "definition": {"en": "What it is about."},
    "options": [
        {"value": value, "title": {"en": value.title()}} for value in ("war", "trade", "aid")
    ],
}
WORDS = {**TOPICS, "key": "words", "type": "text", "options": []}
YEAR = {**TOPICS, "key": "year", "type": "number", "scale": "ordinal", "options": []}

Data = dict[str, Any]


def changed(change: Callable[[Data], object], data: Data = DEFAULT) -> Data:
    data = copy.deepcopy(data)
    change(data)
    return data


def dimension(data: Data, number: int) -> Data:
    found: Data = data["dimensions"][number]
    return found


def option(data: Data, number: int, place: int) -> Data:
    found: Data = data["dimensions"][number]["options"][place]
    return found


def extended(*more: Data) -> Data:
    return changed(lambda data: data["dimensions"].extend(copy.deepcopy(more)))


def test_the_default_codebook_is_read_whole_and_written_back_unchanged() -> None:
    codebook = parse(DEFAULT)
    assert as_data(codebook) == DEFAULT
    assert [each.key for each in codebook.dimensions][:2] == ["attribution_type", "kind"]
    assert len(codebook.no_claim_reasons) == 7
    assert len(codebook.source_kinds) == 10


def test_canonical_json_does_not_depend_on_the_order_or_spacing_of_the_file() -> None:
    turned = json.loads(
        json.dumps(DEFAULT, indent=4), object_pairs_hook=lambda pairs: dict(reversed(pairs))
    )
    assert canonical_json(parse(turned)) == canonical_json(parse(DEFAULT))
    assert "اقتباس مباشر".encode() in canonical_json(parse(DEFAULT))
    assert sha256(parse(turned)) == sha256(parse(DEFAULT))


def test_an_order_of_zero_is_kept() -> None:
    data = changed(lambda data: option(data, CERTAINTY, 0).update(order=0))
    assert as_data(parse(data)) == data


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.pop("version"), "version"),
        (lambda d: d.update(version="1.0"), "version"),
        (lambda d: d.update(version="01.0.0"), "version"),
        (lambda d: d.update(name=" "), "name"),
        (lambda d: d.update(name="a\0"), "name"),
        (lambda d: d.update(colour="red"), "colour"),
        (lambda d: d.update(dimensions={}), "dimensions"),
        (lambda d: d["dimensions"].append("kind"), "dimensions[9]"),
        (lambda d: dimension(d, 5).update(key="Author"), "dimensions[5].key"),
        (lambda d: dimension(d, 5).update(key="kind"), "dimensions[5].key"),
        (lambda d: dimension(d, 5).update(scope="article"), "dimensions[5].scope"),
        (lambda d: dimension(d, 5).update(type=3), "dimensions[5].type"),
        (lambda d: dimension(d, 5).update(type="text"), "dimensions[5].options"),
        (lambda d: dimension(d, 5).update(scale="interval"), "dimensions[5].scale"),
        (lambda d: dimension(d, 6).update(type="multi"), "dimensions[6].scale"),
        (lambda d: dimension(d, 5).update(required="yes"), "dimensions[5].required"),
        (lambda d: dimension(d, 5).pop("enabled"), "dimensions[5].enabled"),
        (lambda d: dimension(d, 5).update(agreement=1), "dimensions[5].agreement"),
        (lambda d: dimension(d, 5).update(title={}), "dimensions[5].title"),
        (lambda d: dimension(d, 5)["title"].update(fr=""), "dimensions[5].title.fr"),
        (lambda d: dimension(d, 5)["title"].update(en=None), "dimensions[5].title.en"),
        (lambda d: dimension(d, 5)["title"].update({"": "x"}), "dimensions[5].title."),
        (lambda d: dimension(d, 5).pop("definition"), "dimensions[5].definition"),
        (lambda d: dimension(d, 5).update(missing=["neutral"]), "dimensions[5].missing[0]"),
        (lambda d: dimension(d, 6).update(missing=["perhaps"]), "dimensions[6].missing[0]"),
        (lambda d: dimension(d, 6).update(missing=[1]), "dimensions[6].missing[0]"),
        (lambda d: dimension(d, 6).update(missing=["no"]), "dimensions[6].options[0].order"),
        (lambda d: dimension(d, 5).update(color="red"), "dimensions[5].color"),
        (lambda d: dimension(d, 5)["options"].clear(), "dimensions[5].options"),
        (lambda d: dimension(d, 5)["options"].insert(0, None), "dimensions[5].options[0]"),
        (lambda d: option(d, 5, 1).update(value="en dorses"), "dimensions[5].options[1].value"),
        (lambda d: option(d, 5, 1).update(value="endorses"), "dimensions[5].options[1].value"),
        (lambda d: option(d, 5, 1).update(order=1), "dimensions[5].options[1].order"),
        (lambda d: option(d, 6, 1).update(order=True), "dimensions[6].options[1].order"),
        (lambda d: option(d, 6, 1).pop("order"), "dimensions[6].options[1].order"),
        (lambda d: option(d, 6, 1).update(order=1), "dimensions[6].options"),
        (lambda d: option(d, 2, 1).pop("title"), "dimensions[2].options[1].title"),
        (lambda d: option(d, 2, 1).update(example=[]), "dimensions[2].options[1].example"),
        (lambda d: option(d, 2, 1).update(hotkey="w"), "dimensions[2].options[1].hotkey"),
        (lambda d: option(d, 2, 1).update(hotkey="KeyQ"), "dimensions[2].options[1].hotkey"),
        (lambda d: option(d, 3, 1).update(hotkey="KeyQ"), "dimensions[3].options[1].hotkey"),
        (lambda d: option(d, 2, 1).update(colour="red"), "dimensions[2].options[1].colour"),
        (lambda d: option(d, 2, 1).update(colour="#12345"), "dimensions[2].options[1].colour"),
        (lambda d: option(d, 2, 2).update(deprecated=0), "dimensions[2].options[2].deprecated"),
        (lambda d: d["no_claim"].update(hotkey="KeyM"), "no_claim.hotkey"),
        (lambda d: d["no_claim"]["reasons"][0].update(value="dull"), "no_claim.reasons[0].value"),
        (lambda d: d["source_kinds"][1].update(value="media"), "source_kinds[1].value"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(
    change: Callable[[Data], object], place: str
) -> None:
    with pytest.raises(CodebookError) as caught:
        parse(changed(change))
    assert caught.value.place == place
    assert place in caught.value.message


@pytest.mark.parametrize(
    "key",
    [
        "KeyJ",
        "KeyK",
        "KeyN",
        "KeyG",
        "KeyH",
        "KeyP",
        "Slash",
        "Space",
        "Enter",
        "Escape",
        "Backspace",
        "Period",
        "ArrowUp",
        "ArrowLeft",
        "Tab",
        "F5",
    ],
)
def test_a_key_with_a_meaning_of_its_own_is_no_hotkey(key: str) -> None:
    with pytest.raises(CodebookError) as caught:
        parse(changed(lambda data: option(data, STANCE, 0).update(hotkey=key)))
    assert caught.value.place == "dimensions[2].options[0].hotkey"


@pytest.mark.parametrize("number", [TYPE, KIND, STANCE, CERTAINTY, CONFIDENCE])
@pytest.mark.parametrize(
    "change",
    [
        lambda dimension: dimension.update(key="other"),
        lambda dimension: dimension.update(required=False),
        lambda dimension: dimension.update(enabled=False),
        lambda dimension: dimension.update(scope="sentence"),
        lambda dimension: dimension.update(type="multi"),
    ],
)
def test_the_five_dimensions_are_in_every_codebook_as_they_are(
    number: int, change: Callable[[Data], object]
) -> None:
    with pytest.raises(CodebookError):
        parse(changed(lambda data: change(dimension(data, number))))


def test_confidence_never_counts_in_agreement() -> None:
    with pytest.raises(CodebookError, match="agreement"):
        parse(changed(lambda data: dimension(data, CONFIDENCE).update(agreement=True)))


@pytest.mark.parametrize(
    ("number", "place"), [(TYPE, 0), (TYPE, 1), (TYPE, 2), (STANCE, 0), (STANCE, 1), (CERTAINTY, 3)]
)
@pytest.mark.parametrize(
    "change", [lambda each: each.update(value="x"), lambda each: each.update(deprecated=True)]
)
def test_values_that_rules_name_stay(
    number: int, place: int, change: Callable[[Data], object]
) -> None:
    def break_it(data: Data) -> None:
        dimension(data, CERTAINTY)["missing"] = ["unspecified"]
        change(option(data, number, place))

    with pytest.raises(CodebookError):
        parse(changed(break_it))


def test_a_title_is_given_in_the_language_or_the_nearest_there_is() -> None:
    codebook = parse(DEFAULT)
    stance = codebook.dimension("stance")
    assert stance is not None
    titles = [stance.title_in(each) for each in ("ar", "fr-CA", "ru")]
    assert titles == ["موقف المصدر", "Position de la source", "Source’s stance"]
    arabic_only = parse(changed(lambda data: option(data, STANCE, 0).update(title={"ar": "يؤيد"})))
    assert arabic_only.dimensions[STANCE].options[0].title_in("en") == "يؤيد"


def test_labels_are_returned_in_the_codebooks_order_and_split_into_columns() -> None:
    codebook = parse(extended(TOPICS, WORDS, YEAR))
    more = {"year": 2024, "topics": ["aid", "war"], "words": " مالي ", "author_stance": None}
    columns, rest = five(check_labels(codebook, {**more, **LABELS}))
    assert columns == LABELS
    assert next(iter(columns)) == "attribution_type"
    assert rest == {"topics": ["war", "aid"], "words": " مالي ", "year": 2024.0}


def test_nought_is_one_number_whatever_its_sign() -> None:
    codebook = parse(extended(YEAR))
    noughts = {str(check_labels(codebook, {**LABELS, "year": it})["year"]) for it in (0, -0.0)}
    assert noughts == {"0.0"}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"mood": "sad"}, "mood"),
        ({"author_stance": "neutral"}, "author_stance"),
        ({"source_reliability": "A"}, "source_reliability"),
        ({"kind": "Causal"}, "kind"),
        ({"kind": ["causal"]}, "kind"),
        ({"kind": 1}, "kind"),
        ({"stance": None}, "stance"),
        ({"certainty": ""}, "certainty"),
        ({"topics": "war"}, "topics"),
        ({"topics": ["war", "war"]}, "topics"),
        ({"topics": ["peace"]}, "topics"),
        ({"topics": [["war"]]}, "topics"),
        ({"words": 3}, "words"),
        ({"words": " \n"}, "words"),
        ({"words": "a\0"}, "words"),
        ({"words": "\ud800"}, "words"),
        ({"words": "م" * 2001}, "words"),
        ({"year": "2024"}, "year"),
        ({"year": True}, "year"),
        ({"year": float("nan")}, "year"),
        ({"year": float("inf")}, "year"),
        ({"year": 10**400}, "year"),
    ],
)
def test_a_label_outside_the_codebook_is_refused_by_its_dimension(
    wrong: dict[str, object], named: str
) -> None:
    with pytest.raises(LabelError) as caught:
        check_labels(parse(extended(TOPICS, WORDS, YEAR)), {**LABELS, **wrong})
    assert caught.value.dimension == named


def test_labels_of_a_source_are_asked_of_sources_only() -> None:
    data = changed(lambda data: dimension(data, 7).update(enabled=True, required=True))
    assert check_labels(parse(data), {"source_reliability": "B"}, scope="source") == {
        "source_reliability": "B"
    }
    assert check_labels(parse(data), LABELS) == LABELS


def test_a_deprecated_value_stays_valid_on_old_work_only() -> None:
    codebook = parse(changed(lambda data: option(data, STANCE, 3).update(deprecated=True)))
    labels = {**LABELS, "stance": "reports"}
    assert check_labels(codebook, labels, new_work=False) == labels
    with pytest.raises(LabelError, match="not used any more"):
        check_labels(codebook, labels)


MOOD = {"value": "mood", "title": {"en": "Mood"}}


@pytest.mark.parametrize(
    ("change", "level", "version"),
    [
        (lambda d: dimension(d, 2)["title"].update(en="Stance"), "patch", "1.0.1"),
        (lambda d: option(d, 2, 0).update(colour="#000000", hotkey="KeyY"), "patch", "1.0.1"),
        (lambda d: dimension(d, 1)["options"].reverse(), "patch", "1.0.1"),
        (lambda d: dimension(d, 1)["options"].append(MOOD), "minor", "1.1.0"),
        (lambda d: d["dimensions"].append(TOPICS), "minor", "1.1.0"),
        (lambda d: option(d, 1, 0).update(deprecated=True), "minor", "1.1.0"),
        (lambda d: dimension(d, 5).update(enabled=True), "minor", "1.1.0"),
        (lambda d: dimension(d, 1).update(agreement=False), "minor", "1.1.0"),
        (lambda d: d["dimensions"].append({**TOPICS, "required": True}), "major", "2.0.0"),
        (lambda d: dimension(d, 5).update(enabled=True, required=True), "major", "2.0.0"),
        (lambda d: d["dimensions"].pop(), "major", "2.0.0"),
        (lambda d: dimension(d, 1)["options"].pop(), "major", "2.0.0"),
        (lambda d: option(d, 1, 0).update(value="fact"), "major", "2.0.0"),
        (lambda d: dimension(d, 5).update(type="multi"), "major", "2.0.0"),
        (lambda d: option(d, 6, 2).update(order=9), "major", "2.0.0"),
        (lambda d: dimension(d, 8).update(scope="sentence"), "major", "2.0.0"),
    ],
)
def test_a_version_says_whether_old_annotations_stay_valid(
    change: Callable[[Data], object], level: str, version: str
) -> None:
    old, new = parse(DEFAULT), parse(changed(change))
    assert compare(old, new) == level
    assert next_version(old, new) == version
