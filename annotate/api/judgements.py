"""Labelling: the next article, a sentence's judgement, handing an article in."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ..domain.judgement import JudgementDraft
from ..models import Assignment, Judgement, Membership, Sentence
from ..permissions import can_annotate, is_member
from ..workflow.assigning import next_article
from ..workflow.labelling import judge, state_of, submit
from .projects import ProjectView
from .serializers import (
    AssignmentOut,
    JudgementIn,
    JudgementOut,
    Refused,
    Stale,
    SubmissionOut,
    Unfinished,
)


def as_data(
    sentence: Sentence, judgement: Judgement | None, state: JudgementDraft
) -> dict[str, object]:
    """A judgement as JSON values; one that does not exist has no revision and no status."""
    data = {"sentence": sentence.pk, "revision": None, **state.content()}
    if judgement is None:
        return {**data, "status": None}
    return {**data, "revision": judgement.revision}


class Next(ProjectView):
    """The article to read next: the one you have open, else a new one."""

    may = {"POST": can_annotate}

    @extend_schema(request=None, responses={200: AssignmentOut, 409: Refused})
    def post(self, request: Request, slug: str) -> Response:
        membership = Membership.objects.active().get(project=self.project, user=self.request.user)
        assignment = next_article(membership=membership, by=self.request.user)
        return Response(AssignmentOut(assignment).data)


class SentenceJudgement(ProjectView):
    """Your judgement of a sentence of an article that was given to you."""

    may = {"GET": is_member, "PUT": can_annotate}

    def _sentence(self, pk: UUID) -> Sentence:
        sentences = Sentence.objects.visible_to(self.request.user).filter(project=self.project)
        return get_object_or_404(sentences.select_related("article__project"), pk=pk)

    @extend_schema(responses=JudgementOut)
    def get(self, request: Request, slug: str, sentence: Any) -> Response:
        found = self._sentence(sentence)
        assignment = get_object_or_404(
            Assignment.objects.of(self.request.user), article=found.article_id
        )
        return Response(as_data(found, *state_of(assignment, found)))

    @extend_schema(
        request=JudgementIn,
        responses={201: JudgementOut, 200: JudgementOut, 400: Refused, 409: Stale, 422: Refused},
    )
    def put(self, request: Request, slug: str, sentence: Any) -> Response:
        """Write: 201; 200 for the same write sent again; 409 if `parent` is not the head."""
        found = self._sentence(sentence)
        body = JudgementIn(data=request.data)
        body.is_valid(raise_exception=True)
        draft = body.draft()
        saved = judge(
            sentence=found,
            by=self.request.user,
            revision=body.validated_data["revision"],
            parent=body.validated_data["parent"],
            change=lambda _state: draft,
            seconds=body.validated_data.get("seconds", 0),
        )
        data = as_data(found, saved.judgement, saved.state)
        return Response(data, status=200 if saved.replayed else 201)


class Submit(ProjectView):
    """Hand an article in: every sentence finished, without a claim, or skipped with a reason."""

    may = {"POST": can_annotate}

    @extend_schema(request=None, responses={200: SubmissionOut, 409: Unfinished})
    def post(self, request: Request, slug: str, article: Any) -> Response:
        own = Assignment.objects.of(self.request.user).filter(project=self.project)
        assignment = get_object_or_404(own, article=article)
        return Response(SubmissionOut(submit(assignment=assignment, by=self.request.user)).data)
