"""Short ways to say what annotators hand in, have handed back, and what a reviewer takes."""

from dataclasses import replace
from operator import methodcaller

from django.contrib.auth.models import User

from annotate.domain.judgement import AnnotationDraft, JudgementDraft
from annotate.models import Article, Assignment, ClaimGroup, Decision, Sentence
from annotate.workflow.labelling import reopen_assignment, submit
from annotate.workflow.review import reading_of, settle
from tests.builders import give, hand_in, sentence_at, words, write

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
SHORTER = "روسيا أوقفت الهجوم بعد تحذيرات"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"
TITLE = "موسكو توقف الهجوم"

Claims = tuple[AnnotationDraft, ...]


def complete(article: Article, work: dict[User, Claims]) -> None:
    """Everybody labels these claims and submits, in this order."""
    give(article, *work)
    for annotator, claims in work.items():
        hand_in(article, annotator, *claims)


def hand_back(article: Article, annotator: User) -> Assignment:
    """A manager gives the submitted work back."""
    assignment = Assignment.objects.get(article=article, membership__user=annotator)
    return reopen_assignment(assignment=assignment, by=article.created_by, note="Look again.")


def revise(article: Article, annotator: User, *claims: AnnotationDraft) -> None:
    """The annotator gets the work back, saves these contents and hands it in again."""
    assignment = hand_back(article, annotator)
    for claim in claims:
        sentence = sentence_at(article, claim.quotes[0])
        write(sentence, annotator, methodcaller("with_annotation", claim))
        write(sentence, annotator, JudgementDraft.finished)
    submit(assignment=assignment, by=annotator)


def take(sentence: Sentence, number: int, by: User, reason: str = "slip") -> list[Decision]:
    return settle(
        sentence=sentence, by=by, choices=reading_of(sentence, number), reason=reason, note=""
    )


def relabelled(claim: AnnotationDraft, **labels: str) -> AnnotationDraft:
    return replace(claim, labels={**claim.labels, **labels})


def disagree(article: Article, ada: User, ben: User) -> Sentence:
    """Ada says that the claim is supported, Ben that it is denied; a second one is agreed."""
    complete(
        article,
        {
            ada: (words(article, HALTED), words(article, FORTY)),
            ben: (words(article, HALTED, stance="denies"), words(article, FORTY)),
        },
    )
    return sentence_at(article, HALTED)


def members_of(group: ClaimGroup) -> dict[int, str]:
    """Number of the assignment -> annotation id."""
    members = group.members.select_related("assignment", "annotation")
    return {it.assignment.number: str(it.annotation.annotation_id) for it in members}
