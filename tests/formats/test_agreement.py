"""Figures from the rows of raw.jsonl: what counts, and what is left out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from annotate.domain.disagreement import Scale
from annotate.formats.agreement import report, work_of
from annotate.formats.dataset import Row
from annotate.models import Article, Release, Submission
from annotate.workflow.releasing import publish_release, release_folder
from tests.builders import give, hand_in, words

SCALES = [Scale(key="kind", order={}), Scale(key="checkworthy", order={})]
ARTICLE = "0068e946-3a4e-4750-8785-48e006dc21bc"
SETTINGS: Row = {
    "type": "settings",
    "match_threshold": 0.5,
    "codebook_version": "2.1.0",
    "scales": [
        {"key": scale.key, "scale": "nominal", "order": {}, "missing": []} for scale in SCALES
    ],
}


def about(article: str = ARTICLE, **fields: Any) -> Row:
    given = {
        "language": "ar",
        "publisher_id": None,
        "month": "2026-11",
        "blocks": ["title", "body"],
    }
    return {"type": "article", "article_id": article, **given, **fields}


def judgement(rank: int, sentence: int, status: str, article: str = ARTICLE) -> Row:
    return {
        "type": "judgement",
        "article_id": article,
        "sentence_index": sentence,
        "annotator": f"a-{rank}",
        "rank": rank,
        "first_submitted": True,
        "status": status,
    }


def annotation(rank: int, start: int, **fields: Any) -> Row:
    return {
        "type": "annotation",
        "article_id": ARTICLE,
        "sentence_index": 0,
        "annotation_id": f"{rank}-{start}",
        "group_id": str(start),
        "annotator": f"a-{rank}",
        "rank": rank,
        "order": rank * 100 + start,
        "first_submitted": True,
        "start": start,
        "end": start + 10,
        "spans": [[start, start + 10]],
        "letters": [[start, start + 4], [start + 5, start + 10]],
        "claim_id": None,
        "claim_relation": None,
        "source_chain": [],
        "attribution_type": "author",
        "kind": "event",
        "stance": "supports",
        "certainty": "certain",
        "confidence": "high",
        "labels": {},
        "suggested": None,
        "preset": [],
        "codebook_version": "2.0.3",
        **fields,
    }


def decision(group: int, **fields: Any) -> Row:
    agreed = annotation(0, group, **{"outcome": "agreed", **fields})
    return {key: value for key, value in agreed.items() if key != "first_submitted"} | {
        "type": "decision"
    }


def mentions(rows: list[Row]) -> set[str]:
    return {mention.id for mention in work_of(rows, SCALES, 0.5).mentions}


def suggested(name: str, changed: bool = False) -> Row:
    return {"id": name, "changed": changed}


def test_what_several_took_from_the_same_suggestion_is_left_out_changed_or_not() -> None:
    rows = [
        about(),
        annotation(1, 0, suggested=suggested("s1")),
        annotation(2, 0, suggested=suggested("s0 s1", changed=True)),
        annotation(1, 20, suggested=suggested("s2")),
        annotation(2, 20),
        annotation(1, 40, suggested=suggested("s3")),
        annotation(1, 60, suggested=suggested("s3")),
    ]
    assert mentions(rows) == {"1-20", "2-20", "1-40", "1-60"}
    whole = work_of(rows, SCALES, 0.5).with_suggested
    assert whole is not None
    assert len(whole.mentions) == 6


def test_without_a_shared_suggestion_there_is_nothing_to_tell_with_it() -> None:
    rows = [about(), annotation(1, 0, suggested=suggested("s1")), annotation(2, 0)]
    assert work_of(rows, SCALES, 0.5).with_suggested is None


def test_later_changes_do_not_count() -> None:
    rows = [about(), annotation(1, 0), annotation(2, 0, first_submitted=False)]
    assert mentions(rows) == {"1-0"}


@pytest.mark.parametrize(
    ("agreed", "equal"),
    [
        ({}, True),
        ({"kind": "causal"}, False),
        ({"source_chain": [{"id": "lm"}]}, False),
        ({"labels": {"checkworthy": "yes"}}, False),
        ({"outcome": "rejected"}, False),
        ({"confidence": "low", "cue_span": [0, 3]}, True),
    ],
)
def test_equal_to_what_was_agreed_is_who_says_the_same_in_all_that_counts(
    agreed: Row, equal: bool
) -> None:
    work = work_of(
        [about(), annotation(1, 0), annotation(2, 20), decision(0, **agreed)], SCALES, 0.5
    )
    assert work.equal == {"1-0": equal}


def test_the_order_of_a_multiple_answer_makes_no_difference_to_the_result() -> None:
    rows = [about(), annotation(1, 0, labels={"checkworthy": ["b", "a"]})]
    work = work_of([*rows, decision(0, labels={"checkworthy": ["a", "b"]})], SCALES, 0.5)
    assert work.equal == {"1-0": True}


def test_an_article_with_labels_of_another_major_version_is_left_out_and_counted() -> None:
    rows = [
        SETTINGS,
        about(),
        judgement(1, 0, "claims"),
        annotation(1, 0),
        about("other"),
        judgement(1, 0, "claims", "other"),
        annotation(1, 0, article_id="other", codebook_version="1.9.0"),
    ]
    found = report(rows)
    assert (found["articles"], found["articles_of_other_codebooks"]) == (1, 1)
    assert found["codebook_major"] == 2


def test_presets_and_what_the_article_is_reach_the_slices() -> None:
    rows = [
        SETTINGS,
        about(publisher_id="lm"),
        *(judgement(rank, 1, "no_claim") for rank in (1, 2)),
        *(judgement(rank, 0, "claims") for rank in (1, 2)),
        annotation(1, 0, preset=["kind"]),
        annotation(2, 0),
    ]
    parts = {(it["by"], *it["of"]): it for it in report(rows)["slices"]}
    assert {("language", "ar"), ("outlet", "lm"), ("month", "2026-11")} < set(parts)
    assert {("block", "title"), ("block", "body"), ("pair", "a-1", "a-2")} < set(parts)
    (kind,) = (it for it in parts["presets", "without"]["figures"] if it["dimension"] == "kind")
    assert (kind["n"], kind["percent"], kind["alpha"]) == (0, None, None)


def test_a_pair_has_a_table_whose_first_values_are_those_of_the_first() -> None:
    rows = [SETTINGS, about(), annotation(2, 0, kind="causal"), annotation(1, 0)]
    (pair,) = (it for it in report(rows)["slices"] if it["by"] == "pair")
    (kind,) = (it for it in pair["figures"] if it["dimension"] == "kind")
    assert (pair["of"], kind["confusion"]) == (["a-1", "a-2"], [["event", "causal", 1]])


# -- from what is stored ---------------------------------------------------------------------------


@pytest.fixture
def release(article: Article, ada: User, ben: User, cora: User, data_dir: Path) -> Release:
    """Two readers who found the same claim; Ben handed in a month after Ada."""
    give(article, ada, ben)
    for reader, month in ((ada, 10), (ben, 11)):
        hand_in(article, reader, words(article, "تحذيرات من الجزائر"))
        found = Submission.objects.filter(assignment__membership__user=reader)
        found.update(created_at=datetime(2026, month, 30, 23, 30, tzinfo=UTC))
    return publish_release(project=article.project, by=cora, version="1.0.0")


def test_the_raw_rows_say_what_the_article_and_the_decision_are(
    release: Release, article: Article
) -> None:
    with (release_folder(release) / "raw.jsonl").open(encoding="utf-8", newline="\n") as file:
        by_type = {row["type"]: row for row in map(json.loads, file)}
    assert (by_type["article"]["language"], by_type["article"]["month"]) == ("ar", "2026-11")
    assert by_type["article"]["blocks"] == [it.block for it in article.sentences.order_by("index")]
    agreed, said = by_type["decision"], by_type["annotation"]
    for key in ("kind", "stance", "certainty", "attribution_type", "source_chain", "labels"):
        assert agreed[key] == said[key]


def test_the_manifest_has_each_figure_with_its_interval(release: Release) -> None:
    manifest = json.loads((release_folder(release) / "manifest.json").read_bytes())
    report = json.loads((release_folder(release) / "agreement.json").read_bytes())
    figures = {it["dimension"]: it for it in manifest["agreement"]}
    assert list(figures) == [
        "claim_or_not",
        *(it["dimension"] for it in report["dimensions"]),
        "finding",
    ]
    assert figures["finding"] == {"dimension": "finding", "n": 2, "f1": 1.0, "interval": None}
    assert (figures["kind"]["n"], figures["kind"]["alpha"]) == (1, None)
