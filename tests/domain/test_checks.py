"""What is asked before an article is handed in."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest

from annotate.domain.checks import Doubt, Finding, Judged, findings
from annotate.domain.judgement import AnnotationDraft, JudgementDraft, Status

ALGERIA = uuid4()
SEEDS = Path(__file__).parent.parent.parent / "seeds"
JUDGEMENTS = json.loads((SEEDS / "judgements.json").read_text(encoding="utf-8"))
START = 100  # where the sentence stands in its article


def judged(text: str, *quotes: str, said_by: bool = True, number: int = 1, **labels: str) -> Judged:
    """The sentence with a claim on each of these words."""
    claims = tuple(
        AnnotationDraft(
            annotation_id=uuid4(),
            spans=((START + text.index(quote), START + text.index(quote) + len(quote)),),
            quotes=(quote,),
            labels={"kind": "event", "stance": "supports", "certainty": "certain", **labels},
            source_chain=(ALGERIA,) if said_by else (),
        )
        for quote in quotes
    )
    state = JudgementDraft(status=Status.CLAIMS, annotations=claims)
    return Judged(number, START, text, state)


def told(sentence: Judged, language: str) -> list[tuple[Doubt, str]]:
    return [(found.doubt, found.words) for found in findings([sentence], language)]


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("ar", "🔴 أكّدت نقابة للناقلين وصول 70 صهريجاً", "أكّدت"),
        ("fr", "La région assure que le quai rouvre", "assure"),
        ("en", "The colonel insists that it never happened", "insists"),
        ("ru", "Дипломат заявил, что колонна не дошла", "заявил"),
    ],
)
def test_a_word_that_reports_asks_for_a_source(language: str, text: str, word: str) -> None:
    assert (Doubt.NO_SOURCE, word) in told(judged(text, said_by=False), language)
    assert (Doubt.NO_SOURCE, word) in told(judged(text, text, said_by=False), language)
    assert Doubt.NO_SOURCE not in dict(told(judged(text, text.split()[-1]), language))


@pytest.mark.parametrize(("reason", "asked"), [("heading", False), ("other", True)])
def test_a_heading_without_a_claim_is_not_asked_for_one(reason: str, asked: bool) -> None:
    state = JudgementDraft(status=Status.NO_CLAIM, no_claim_reason=reason)
    sentence = Judged(1, START, "Bamako says it is ready", state)
    assert bool(findings([sentence], "en")) is asked


def test_a_span_does_not_begin_with_the_word_that_reports_it() -> None:
    text = "وأكد ديوب أن الجيش بسط سيطرته"
    assert (Doubt.CUE_INSIDE, "وأكد") in told(judged(text, text), "ar")
    assert told(judged(text, "الجيش بسط سيطرته"), "ar") == []


@pytest.mark.parametrize(
    ("quote", "stray"),
    [
        ("«العملية أُرجئت»", True),
        ("“a fable”", True),
        ('ضمانات بألا تقترب المعارك"', True),
        ("une patience »", True),
        ("«ضمانات» بألا تقترب المعارك", False),
        ("حملتها «الجهاد الاقتصادي»", False),
        ("«Vengeance» et «Jihad»", False),
        ("العملية أُرجئت", False),
    ],
)
def test_quotation_marks_round_a_claim_are_not_its_content(quote: str, stray: bool) -> None:
    asked = Doubt.QUOTE_MARK in dict(told(judged(f"🔴 {quote} 🔴", quote), "fr"))
    assert asked is stray


@pytest.mark.parametrize(("stance", "asked"), [("supports", True), ("denies", False)])
def test_a_negation_in_the_words_is_asked_about_where_they_are_supported(
    stance: str, asked: bool
) -> None:
    sentence = judged("فقد ذكرت المجلة أن أي مواجهة لَم تندلع", "أي مواجهة لَم تندلع", stance=stance)
    assert ((Doubt.NEGATED, "لَم") in told(sentence, "ar")) is asked


def test_a_negation_outside_the_words_is_none_of_theirs() -> None:
    sentence = judged("Nobody denies that the convoy stopped", "the convoy stopped")
    assert Doubt.NEGATED not in dict(told(sentence, "en"))


def test_the_same_words_labelled_otherwise_elsewhere_name_the_other_sentence() -> None:
    first = judged("أوقفت روسيا هجوماً كبيراً", "أوقفت روسيا هجوماً", number=4)
    again = judged("◄ أوقفت روسيا هجوما", "أوقفت روسيا هجوما", number=11, kind="causal")
    (found,) = findings([first, again], "ar")
    claim = again.state.annotations[0].annotation_id
    assert found == Finding(Doubt.TWO_WAYS, 11, "أوقفت روسيا هجوما", claim, other=4)


def test_two_people_may_say_the_same_words_in_one_sentence() -> None:
    one = judged("It stopped", "It stopped")
    two = judged("It stopped", "It stopped", said_by=False, stance="denies")
    both = JudgementDraft(
        status=Status.CLAIMS, annotations=(*one.state.annotations, *two.state.annotations)
    )
    assert findings([Judged(1, START, "It stopped", both)], "en") == []


def test_a_language_without_words_asks_only_what_needs_none() -> None:
    assert told(judged("«Bamako ta ce»", "«Bamako ta ce»", said_by=False), "ha") == [
        (Doubt.QUOTE_MARK, "«Bamako ta ce»")
    ]


def test_the_demo_corpus_is_asked_little_and_about_what_its_annotators_differed_in() -> None:
    asked = [
        (article, annotator, finding.doubt)
        for article, readings in JUDGEMENTS.items()
        for annotator, entries in readings.items()
        for finding in findings(list(_as_judged(article, entries)), article[:2])
    ]
    read = [entry for r in JUDGEMENTS.values() for entries in r.values() for entry in entries]
    claims = sum(len(entry.get("claims", ())) for entry in read)
    assert (claims, len(asked)) == (217, 17)  # docs/workbench.md
    assert ("ar-halted-offensive.txt", "ben", Doubt.NEGATED) in asked
    assert ("ar-moscow-meeting.txt", "chloe", Doubt.NO_SOURCE) in asked


def _as_judged(article: str, entries: list[dict[str, Any]]) -> Iterator[Judged]:
    """The sentences of an article as they are judged in the seeds, each up to the next."""
    text = (SEEDS / "articles" / article).read_bytes().decode().split("---", 2)[2]
    starts = [text.index(entry["at"]) for entry in entries]
    for number, (entry, (start, end)) in enumerate(
        zip(entries, pairwise([*starts, len(text)]), strict=True), 1
    ):
        claims = tuple(
            AnnotationDraft(
                annotation_id=uuid4(),
                spans=tuple((at := text.index(q, start), at + len(q)) for q in claim["spans"]),
                quotes=tuple(claim["spans"]),
                labels={key: claim[key] for key in ("kind", "stance", "certainty")},
                source_chain=tuple(uuid5(NAMESPACE_OID, key) for key in claim["source_chain"]),
            )
            for claim in entry.get("claims", ())
        )
        status = Status.CLAIMS if claims else Status.SKIPPED
        if reason := entry.get("no_claim", ""):
            status = Status.NO_CLAIM
        state = JudgementDraft(status=status, annotations=claims, no_claim_reason=reason)
        yield Judged(number, start, text[start:end], state)
