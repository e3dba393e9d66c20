"""Short ways to say what happened in a project; everything goes through the workflow."""

import json
from operator import methodcaller
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User

from annotate.domain.judgement import AnnotationDraft, JudgementDraft
from annotate.models import Article, Assignment, Judgement, Project, Remark, Sentence, Source
from annotate.workflow.asking import remark
from annotate.workflow.assigning import assign
from annotate.workflow.intake import Candidate, take_in
from annotate.workflow.labelling import Change, Saved, judge, submit, unfinished_sentences
from annotate.workflow.sources import add_source

CODEBOOK = json.loads(
    (Path(__file__).parent.parent / "seeds" / "codebook.json").read_text(encoding="utf-8")
)
LABELS = {"kind": "event", "stance": "supports", "certainty": "certain", "confidence": "high"}

TONE: dict[str, Any] = {
    "key": "tone",
    "scope": "sentence",
    "type": "single",
    "scale": "nominal",
    "required": True,
    "enabled": True,
    "agreement": False,
    "title": {"en": "Tone"},
    "definition": {"en": "How the sentence sounds."},
    "options": [
        {"value": "calm", "title": {"en": "Calm"}},
        {"value": "heated", "title": {"en": "Heated"}},
    ],
}
"""A question about the whole sentence, for codebooks that ask one."""


def take_in_text(project: Project, text: str, language: str = "", publisher: str = "") -> Article:
    """An article of the project with this text."""
    return take_in(
        project=project,
        by=project.created_by,
        candidate=Candidate(text=text, language=language, publisher=publisher),
    ).article


def source(project: Project, name: str, kind: str = "media") -> Source:
    """An accepted source with an English name."""
    return add_source(project=project, by=project.created_by, name={"en": name}, kind=kind)


def give(article: Article, *annotators: User) -> list[Assignment]:
    """Assign the article to each of them."""
    return [
        assign(
            article=article,
            membership=article.project.memberships.get(user=annotator),
            by=article.project.created_by,
        )
        for annotator in annotators
    ]


def words(
    article: Article, quote: str, *more: str, chain: tuple[Source, ...] = (), **labels: str
) -> AnnotationDraft:
    """A claim on these words, each where it first occurs; without a chain the author's."""
    starts = [article.text.index(piece) for piece in (quote, *more)]
    pieces = (quote, *more)
    return AnnotationDraft(
        annotation_id=uuid4(),
        spans=tuple(
            (start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True)
        ),
        quotes=pieces,
        labels={**LABELS, **labels},
        source_chain=tuple(link.pk for link in chain),
    )


def sentence_at(article: Article, quote: str) -> Sentence:
    """The sentence in which these words begin."""
    start = article.text.index(quote)
    return article.sentences.select_related("article").get(start__lte=start, end__gt=start)


def head(sentence: Sentence, by: User) -> UUID | None:
    """The revision to build the next write on."""
    last = (
        Judgement.objects.filter(sentence=sentence, assignment__membership__user=by)
        .order_by("number")
        .last()
    )
    return last.revision if last else None


def write(sentence: Sentence, by: User, change: Change) -> Saved:
    """One save on top of what stands."""
    return judge(
        sentence=sentence, by=by, revision=uuid4(), parent=head(sentence, by), change=change
    )


def mark(article: Article, by: User, *claims: AnnotationDraft) -> None:
    """Label these claims, each in its sentence, and finish the sentences."""
    touched: dict[UUID, Sentence] = {}
    for claim in claims:
        sentence = sentence_at(article, claim.quotes[0])
        touched[sentence.pk] = sentence
        write(sentence, by, methodcaller("with_annotation", claim))
    for sentence in touched.values():
        write(sentence, by, JudgementDraft.finished)


def ask(
    sentence: Sentence, by: User, text: str, *, wants_answer: bool = True, pk: UUID | None = None
) -> Remark:
    """A question to the reviewers, or a comment."""
    return remark(pk=pk or uuid4(), sentence=sentence, by=by, text=text, wants_answer=wants_answer)


def hand_in(article: Article, by: User, *claims: AnnotationDraft, reason: str = "other") -> None:
    """Label these claims, say of every other sentence that it holds none, and submit."""
    mark(article, by, *claims)
    assignment = Assignment.objects.get(article=article, membership__user=by)
    for sentence in unfinished_sentences(assignment):
        write(sentence, by, lambda state: state.as_no_claim(reason))
    submit(assignment=assignment, by=by)
