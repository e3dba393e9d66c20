"""The demo corpus keeps its word: quotes found, judgements complete, differences as promised."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from annotate.domain import codebook as codebooks
from annotate.domain.alignment import Group, Mention, Span, align
from annotate.domain.decoding import decode, parse_published, split_head
from annotate.domain.disagreement import (
    Agreed,
    Difference,
    Level,
    Reading,
    Scale,
    ToReview,
    differences,
    judge,
    level_of,
)
from annotate.domain.normalise import search_key
from annotate.domain.offsets import check_spans
from annotate.domain.quotation import derived_attribution_type
from annotate.domain.segmentation import spans as sentence_spans

SEEDS = Path(__file__).parents[1] / "seeds"


def load(name: str) -> Any:
    return json.loads((SEEDS / name).read_text(encoding="utf-8"))


PROJECTS = {project["slug"]: project for project in load("project.json")}
JUDGEMENTS: dict[str, dict[str, list[dict[str, Any]]]] = load("judgements.json")
DECISIONS: list[dict[str, Any]] = load("decisions.json")
CODEBOOK = codebooks.parse(load("codebook.json"))
SOURCES = {source["key"]: source for source in load("sources.json")}
ARTICLES = sorted(path.name for path in (SEEDS / "articles").glob("*.txt"))
READERS = [(article, reader) for article, readers in JUDGEMENTS.items() for reader in readers]
SCALES = [
    Scale(
        key=dimension.key,
        ordinal=dimension.scale == "ordinal",
        order={option.value: option.order for option in dimension.options if option.order},
        missing=frozenset(dimension.missing),
    )
    for dimension in CODEBOOK.dimensions
    if dimension.enabled and dimension.agreement and dimension.scope == "annotation"
]
CONFIDENCE = {"low": 1, "medium": 2, "high": 3}
REASONED = {"source", "stance", "kind"}
"""Dimensions whose settling asks for a reason."""


@dataclass(frozen=True)
class Article:
    text: str
    language: str
    head: dict[str, str]
    sentences: list[Span]

    def place(self, quote: str, occurrence: int = 1) -> Span:
        at = -1
        for _ in range(occurrence):
            at = self.text.index(quote, at + 1)
        return at, at + len(quote)

    def home(self, entry: dict[str, Any]) -> int:
        """The index of the one sentence that holds the words of `at`."""
        start, end = self.place(entry["at"], entry.get("occurrence", 1))
        (index,) = [i for i, (a, b) in enumerate(self.sentences) if a <= start and end <= b]
        return index

    def spans(self, claim: dict[str, Any], home: int) -> list[Span]:
        at, end = self.sentences[home]
        found = []
        for words in claim["spans"]:
            start = self.text.index(words, at, end)
            at = start + len(words)
            found.append((start, at))
        return found


@cache
def article(name: str) -> Article:
    head, text = split_head(decode((SEEDS / "articles" / name).read_bytes()).text)
    return Article(text, head["language"], head, sentence_spans(text, head["language"]))


def claims(name: str, reader: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for entry in JUDGEMENTS[name][reader]:
        for claim in entry.get("claims", ()):
            yield article(name).home(entry), claim


def labels(name: str, claim: dict[str, Any], spans: list[Span]) -> dict[str, str]:
    derived = derived_attribution_type(article(name).text, spans, claim["source_chain"])
    given = {key: claim[key] for key in ("kind", "stance", "certainty")}
    return {**given, "attribution_type": claim.get("attribution_type", derived)}


def mentions(name: str) -> list[Mention]:
    found = []
    for rank, reader in enumerate(JUDGEMENTS[name]):
        for order, (home, claim) in enumerate(claims(name, reader)):
            start, end = article(name).sentences[home]

            def named(key: str, claim: dict[str, Any] = claim, a: int = start, b: int = end) -> Any:
                at = article(name).text.find(claim.get(key, "\0"), a, b)
                return None if at < 0 else (at, at + len(claim[key]))

            spans = article(name).spans(claim, home)
            found.append(
                Mention(
                    id=f"{reader}-{order}",
                    annotator=rank,
                    order=order,
                    sentence=home,
                    spans=tuple(spans),
                    chain=tuple(claim["source_chain"]),
                    labels=labels(name, claim, spans),
                    confidence=claim["confidence"],
                    cue=named("cue"),
                    source_span=named("source_words"),
                )
            )
    return found


def readings(name: str) -> dict[tuple[int, int], Reading]:
    return {
        (article(name).home(entry), rank): next(r for r in Reading if r in entry)
        for rank, entries in enumerate(JUDGEMENTS[name].values())
        for entry in entries
    }


@cache
def compared(
    name: str,
) -> list[tuple[Group, tuple[Difference, ...], Agreed | ToReview]]:
    """Each group of an article with its differences and what the default policy makes of it."""
    text, drawn, read = article(name).text, mentions(name), readings(name)
    return [
        (
            group,
            differences(group, text=text, scales=SCALES, readings=read, mentions=drawn),
            judge(
                group,
                policy="unanimous",
                text=text,
                scales=SCALES,
                readings=read,
                mentions=drawn,
                confidence_order=CONFIDENCE,
                annotators_per_article=2,
            ),
        )
        for group in align(text, drawn)
    ]


def under_review(name: str) -> dict[int, set[str]]:
    """Sentences with a group for the reviewer, and in what they differ."""
    waiting: dict[int, set[str]] = {}
    for group, found, result in compared(name):
        if isinstance(result, ToReview):
            waiting.setdefault(group.home, set()).update(each.dimension for each in found)
    return waiting


def settled(name: str) -> dict[int, dict[str, Any]]:
    return {article(name).home(d): d for d in DECISIONS if d["article"] == name}


@pytest.mark.parametrize("name", ARTICLES)
def test_each_article_has_a_head_with_language_publisher_and_licence(name: str) -> None:
    head = article(name).head
    assert {"language", "publisher", "licence_note"} <= head.keys()
    assert head["licence_note"].startswith("Written for the Isnad demo")
    assert "published" not in head or parse_published(head["published"])
    assert head.get("url", "https://example.org/").startswith(
        ("https://example.org/", "https://example.net/")
    )


def test_the_corpus_has_nine_articles_in_four_languages() -> None:
    assert Counter(article(name).language for name in ARTICLES) == {
        "ar": 5,
        "fr": 2,
        "en": 1,
        "ru": 1,
    }
    listed = sorted(name for project in PROJECTS.values() for name in project["articles"])
    assert listed == ARTICLES


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_has_between_eight_and_25_sentences(name: str) -> None:
    assert 8 <= len(article(name).sentences) <= 25


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("ar-halted-offensive.txt", "حصن كيدال.. ونشرت"),
        ("ar-halted-offensive.txt", "\nالسبت 2/نوفمبر/2024 - 09:15 ص\n"),
        ("ar-halted-offensive.txt", "\n◄ "),
        ("ar-halted-offensive.txt", "الخلافُ"),
        ("ar-halted-offensive.txt", "(Jeune Afrique)"),
        ("ar-fuel-blockade.txt", "\n🔴 أكدت"),
        ("ar-fuel-blockade.txt", "\n1- المقاتلون:"),
        ("ar-fuel-blockade.txt", "ســعر"),
        ("ar-moscow-meeting.txt", "المسا.عدة"),
        ("ar-moscow-meeting.txt", "الصين\u00a0وتركيا"),
        ("ar-moscow-meeting.txt", "\u200e«Africa Corps»\u200e"),
        ("ar-moscow-meeting.txt", 'لحلفائها "ابقوا معنا" فبقوا'),
        ("ar-minister-visit.txt", "\r\nالأحد 12/يونيو/2022 - 10:40 ص\r\n"),
        ("ar-washington-talks.txt", 'وجماعة "نصرة الإسلام والمسلمين" تتوعد'),
        ("fr-offensive-suspendue.txt", "«\u202fالجار قبل الدار\u202f»"),
        ("fr-offensive-suspendue.txt", "«\u00a0C’est nous"),
        ("en-washington-channel.txt", "Mr. Landau, the U.S. deputy"),
        ("ru-osada-bamako.txt", "С. В. Лавров"),
        ("ru-osada-bamako.txt", "её"),
    ],
)
def test_the_promised_troubles_are_in_the_files(name: str, trouble: str) -> None:
    assert trouble in (SEEDS / "articles" / name).read_bytes().decode("utf-8")


def test_one_quotation_is_never_closed() -> None:
    (line,) = [s for s in article("ar-fuel-blockade.txt").text.splitlines() if "تسجّل" in s]
    assert line.count('"') == 1


def test_one_file_has_windows_line_breaks_and_the_others_have_none() -> None:
    breaks = {name: (SEEDS / "articles" / name).read_bytes().count(b"\r\n") for name in ARTICLES}
    assert [name for name, number in breaks.items() if number] == ["ar-minister-visit.txt"]
    assert "\n" not in article("ar-minister-visit.txt").text.replace("\r\n", "")


def test_titles_and_dates_are_left_to_the_text_where_the_readme_says_so() -> None:
    heads = {name: article(name).head for name in ARTICLES}
    assert [name for name, head in heads.items() if "title" not in head] == [
        "ar-fuel-blockade.txt",
        "ar-washington-talks.txt",
    ]
    assert [name for name, head in heads.items() if "published" not in head] == [
        "ar-halted-offensive.txt"
    ]


def test_no_name_or_alias_belongs_to_two_sources() -> None:
    for file in ("sources.json", "sources-ports.json"):
        owners = Counter(
            key
            for source in load(file)
            for key in {
                search_key(text)
                for text in [*source["name"].values(), *(a["text"] for a in source["aliases"])]
            }
        )
        assert [key for key, number in owners.items() if number > 1] == []


def test_aliases_have_languages_and_sources_have_kinds_of_the_codebook() -> None:
    kinds = {kind.value for kind in CODEBOOK.source_kinds}
    assert {source["kind"] for source in SOURCES.values()} <= kinds
    aliases = [alias for source in SOURCES.values() for alias in source["aliases"]]
    assert {alias["language"] for alias in aliases} == {"ar", "en", "fr", "ru"}
    assert all(">" not in name for source in SOURCES.values() for name in source["name"].values())


@pytest.mark.parametrize("name", ARTICLES)
def test_publishers_of_the_articles_are_media_of_their_project(name: str) -> None:
    (project,) = [p for p in PROJECTS.values() if name in p["articles"]]
    media = {
        spelling
        for source in load(project["sources"])
        if source["kind"] == "media"
        for spelling in source["name"].values()
    }
    assert article(name).head["publisher"] in media


def test_six_articles_are_judged_by_two_who_read_their_language_and_two_are_untouched() -> None:
    sahel = PROJECTS["sahel"]
    reads = {m["username"]: m["languages"] for m in sahel["members"] if m["role"] == "annotator"}
    assert len(JUDGEMENTS) == 6
    assert len(set(sahel["articles"]) - JUDGEMENTS.keys()) == 2
    for name, readers in JUDGEMENTS.items():
        assert len(readers) == sahel["annotators_per_article"]
        assert all(article(name).language in reads[reader] for reader in readers)


@pytest.mark.parametrize(("name", "reader"), READERS)
def test_each_sentence_is_judged_once_in_reading_order(name: str, reader: str) -> None:
    homes = [article(name).home(entry) for entry in JUDGEMENTS[name][reader]]
    assert homes == list(range(len(article(name).sentences)))


@pytest.mark.parametrize(("name", "reader"), READERS)
def test_words_that_recur_say_which_occurrence_is_meant(name: str, reader: str) -> None:
    for entry in JUDGEMENTS[name][reader]:
        assert ("occurrence" in entry) == (article(name).text.count(entry["at"]) > 1)


@pytest.mark.parametrize(("name", "reader"), READERS)
def test_each_entry_is_one_reading_with_a_reason_of_the_codebook(name: str, reader: str) -> None:
    reasons = {reason.value for reason in CODEBOOK.no_claim_reasons}
    for entry in JUDGEMENTS[name][reader]:
        assert len(entry.keys() & {"claims", "no_claim", "skipped"}) == 1
        assert entry.get("no_claim", "other") in reasons
        assert (entry.get("no_claim") == "duplicate") == ("duplicate_of" in entry)


def test_what_a_duplicate_repeats_is_named_by_words_that_occur_once() -> None:
    repeated = [
        article(name).text.count(entry["duplicate_of"])
        for name, reader in READERS
        for entry in JUDGEMENTS[name][reader]
        if "duplicate_of" in entry
    ]
    assert repeated == [1, 1, 1]


@pytest.mark.parametrize(("name", "reader"), READERS)
def test_each_claim_has_whole_words_of_its_sentence(name: str, reader: str) -> None:
    text = article(name).text
    for home, claim in claims(name, reader):
        spans = article(name).spans(claim, home)
        start, end = article(name).sentences[home]
        assert check_spans(text, [list(span) for span in spans], claim["spans"]) == tuple(spans)
        assert all(text.count(words, start, end) == 1 for words in claim["spans"])
        assert not any(cuts_a_word(text, place) for span in spans for place in span)
        assert all(claim.get(key, "") in text[start:end] for key in ("cue", "source_words"))


def cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(
        unicodedata.category(character)[0] in "LM" for character in text[at - 1 : at + 1]
    )


@pytest.mark.parametrize(("name", "reader"), READERS)
def test_each_claim_has_labels_of_the_codebook_and_known_sources(name: str, reader: str) -> None:
    for home, claim in claims(name, reader):
        given = labels(name, claim, article(name).spans(claim, home))
        codebooks.check_labels(CODEBOOK, {**given, "confidence": claim["confidence"]})
        assert (given["attribution_type"] == "author") == (not claim["source_chain"])
        assert set(claim["source_chain"]) <= SOURCES.keys() - {"author"}


def test_an_unnamed_source_belongs_to_one_article() -> None:
    used = {
        (key, name)
        for name, reader in READERS
        for _, claim in claims(name, reader)
        for key in claim["source_chain"]
        if SOURCES[key]["kind"] == "anonymous"
    }
    told = {key: source["article"] for key, source in SOURCES.items() if "article" in source}
    assert used == set(told.items())
    assert {key for key, it in SOURCES.items() if it["kind"] == "anonymous"} == told.keys()


def test_every_kind_of_difference_occurs() -> None:
    found = {
        (d.dimension, d.level) for name in JUDGEMENTS for _, ds, _ in compared(name) for d in ds
    }
    assert found == {
        ("existence", Level.CRITICAL),
        ("existence", Level.MAJOR),
        ("granularity", Level.MINOR),
        ("boundary", Level.MINOR),
        ("source", Level.CRITICAL),
        ("source", Level.MAJOR),
        ("chain", Level.MINOR),
        ("stance", Level.CRITICAL),
        ("stance", Level.MAJOR),
        ("kind", Level.MAJOR),
        ("certainty", Level.MAJOR),
        ("certainty", Level.MINOR),
        ("attribution_type", Level.MINOR),
    }


def test_critical_differences_of_existence_and_source_occur_in_both_their_forms() -> None:
    sides = {
        frozenset(
            side.value if d.dimension == "existence" else side.value is None for side in d.sides
        )
        for name in JUDGEMENTS
        for _, ds, _ in compared(name)
        for d in ds
        if d.level == Level.CRITICAL and d.dimension in ("existence", "source")
    }
    existence = {frozenset({"found", "no_claim"}), frozenset({"found", "not_found"})}
    author_against_source, two_sources = frozenset({True, False}), frozenset({False})
    assert sides == existence | {author_against_source, two_sources}


def test_most_claims_agree_as_between_trained_annotators() -> None:
    levels = Counter(level_of(ds) for name in JUDGEMENTS for _, ds, _ in compared(name))
    assert levels[Level.NONE] >= 0.6 * levels.total()


def test_figures_of_the_readme_are_those_of_the_corpus() -> None:
    results = [result for name in JUDGEMENTS for *_, result in compared(name)]
    by = Counter(r.agreed_by.value if isinstance(r, Agreed) else "review" for r in results)
    assert by == {"unanimous": 77, "rule": 9, "review": 26}
    assert "112 groups: 77 agree outright, 9 are settled by rule, 26 go to review" in (
        SEEDS / "README.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_decisions_meet_sentences_under_review_and_give_reasons_where_asked(name: str) -> None:
    waiting = under_review(name)
    for home, decision in settled(name).items():
        assert ("reason" in decision) == bool(waiting[home] & REASONED)
        assert decision.get("reason", "slip") in {
            "slip",
            "guideline_unclear",
            "truly_ambiguous",
            "other",
        }
        assert len(decision.keys() & {"take", "values", "none"}) == 1
        assert decision.get("take", next(iter(JUDGEMENTS[name]))) in JUDGEMENTS[name]


def test_written_values_settle_the_one_open_group_of_their_sentence() -> None:
    (decision,) = [d for d in DECISIONS if "values" in d]
    name = decision["article"]
    home = article(name).home(decision)
    spans = article(name).spans(decision["values"], home)
    ((group, _, _),) = [it for it in compared(name) if it[0].home == home]
    assert group.first.spans == tuple(spans)
    written = labels(name, decision["values"], spans)
    assert codebooks.check_labels(CODEBOOK, {**written, "confidence": "low"})
    assert set(decision["values"]["source_chain"]) <= SOURCES.keys()


def test_the_queue_is_not_empty_after_the_decisions() -> None:
    left = [
        (name, home) for name in JUDGEMENTS for home in under_review(name).keys() - settled(name)
    ]
    assert len(left) == 6
