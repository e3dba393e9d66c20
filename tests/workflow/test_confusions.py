"""The numbers of the tables of confusions and the sentences behind them are counted apart, from the
first submissions and from the reviewers' groups: they fit together however people label.
"""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User

from annotate.domain.judgement import AnnotationDraft
from annotate.models import Article, Project, Source
from annotate.workflow.confusions import where_met
from annotate.workflow.figures import compute_figures
from annotate.workflow.projects import add_member, start_project
from tests.builders import CODEBOOK, TONE, source, take_in_text, words
from tests.workflow.reviewing import Claims, complete

KINDS = ("event", "quantity", "causal")
STANCES = ("supports", "denies", "reports")
CERTAINTIES = ("certain", "probable", "possible", "unspecified")


def anything(
    random: Random, article: Article, sources: list[Source]
) -> tuple[AnnotationDraft, ...]:
    """Some of the claims of a text, labelled and bounded at random, some of them as suggested."""
    return tuple(
        replace(
            words(
                article,
                f"السفينة {number} 🚢 في" + random.choice(["", " الميناء"]),
                chain=tuple(random.sample(sources, random.randrange(3))),
                kind=random.choice(KINDS),
                stance=random.choice(STANCES),
                certainty=random.choice(CERTAINTIES),
            ),
            suggested=random.choice([None] * 2 + [{"id": f"s{random.randrange(3)}"}]),
        )
        for number in range(6)
        if random.random() < 0.8
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_each_number_is_that_of_the_pairs_behind_it(
    project: Project, ada: User, ben: User, chloe: User, cora: User, seed: int
) -> None:
    random = Random(seed)
    sources = [source(project, name) for name in ("Le Monde", "RFI", "Roya")]
    for number, readers in enumerate(((ada, ben, chloe), (ben, ada), (chloe, ben))):
        text = "\n".join(f"إن السفينة {place} 🚢 في الميناء." for place in range(6))
        article = take_in_text(project, f"{text}\n{number}", "ar")
        Article.objects.filter(pk=article.pk).update(open_slots=len(readers))
        complete(article, {who: anything(random, article, sources) for who in readers})
    figures = compute_figures(project=project, by=cora)
    report = figures.report
    assert any(part["by"] == "suggestions" for part in report["slices"])
    cells = [
        (figure["dimension"], (one, other), count)
        for figure in (report["claim_or_not"], *report["dimensions"])
        for one, other, count in figure["confusion"]
    ]
    found = [
        (key, pair, sum(met.pairs for met in where_met(figures, key, pair, user=cora, most=99)))
        for key, pair, _count in cells
    ]
    assert found == cells
    assert len(cells) > 20


def test_a_suggestion_that_several_took_counts_for_none_of_their_claims(
    project: Project, ada: User, ben: User, cora: User
) -> None:
    """Ada takes the same source for both claims of a text, Ben for the first; of a third, neither.
    In another text Ada alone takes one of that name.
    """
    chip: dict[str, object] = {"id": "source:s1@0-2", "changed": False}
    taken = ({ada: (0, 1), ben: (0,)}, {ada: (0, 1), ben: ()})
    for number, by in enumerate(taken):
        lines = "\n".join(f"إن السفينة {place} 🚢 في الميناء." for place in range(3))
        article = take_in_text(project, f"{lines}\n{number}", "ar")
        said = {
            who: tuple(
                replace(
                    words(article, f"السفينة {place} 🚢 في"),
                    suggested=chip if place in places else None,
                )
                for place in range(3)
            )
            for who, places in by.items()
        }
        complete(article, said)
    figures = compute_figures(project=project, by=cora)
    (kind,) = (it for it in figures.report["dimensions"] if it["dimension"] == "kind")
    assert kind["confusion"] == [["event", "event", 4]]
    met = where_met(figures, "kind", ("event", "event"), user=cora, most=9)
    assert [(it.place[1], it.pairs) for it in met] == [(2, 1), (0, 1), (1, 1), (2, 1)]


CALM_OR_NOT: dict[str, Any] = {**TONE, "scope": "annotation", "agreement": True}
NUMBER = {**CALM_OR_NOT, "type": "number", "options": []}


@pytest.mark.parametrize(
    ("dimension", "answers"),
    [
        (CALM_OR_NOT, ("heated", "calm")),
        ({**CALM_OR_NOT, "type": "multi"}, (["heated", "calm"], ["calm"])),
        (NUMBER, (9, 10.5)),
        ({**NUMBER, "scale": "ordinal"}, (9, 10.5)),
    ],
)
def test_an_added_dimension_opens_too(
    cora: User, dimension: dict[str, Any], answers: tuple[Any, Any]
) -> None:
    topic = {**dimension, "key": "topic"}
    codebook = {**CODEBOOK, "dimensions": [*CODEBOOK["dimensions"], topic]}
    project = start_project(by=cora, name="More", slug="more", codebook=codebook)
    article = take_in_text(project, "إن السفينة في الميناء.", "ar")
    readers: dict[User, Claims] = {}
    for name, answer in zip(("eve", "finn"), answers, strict=True):
        reader = User.objects.create_user(name)
        add_member(project=project, by=cora, user=reader, role="annotator")
        said = words(article, "السفينة في الميناء")
        readers[reader] = (replace(said, labels={**said.labels, "topic": answer}),)
    complete(article, readers)
    figures = compute_figures(project=project, by=cora)
    (figure,) = (it for it in figures.report["dimensions"] if it["dimension"] == "topic")
    assert (figure["n"], figure["alpha"]) == (1, 0.0)
    ((one, other, count),) = figure["confusion"]
    (met,) = where_met(figures, "topic", (other, one), user=cora, most=9)
    assert met.pairs == count == 1
