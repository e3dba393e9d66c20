"""Boundaries: how an article is cut, and its correction until somebody judges a sentence of it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ..models import Article, Sentence
from ..permissions import can_manage
from ..workflow.resplitting import (
    Change,
    change_block,
    history,
    join_with_next,
    split_sentence,
    undo_boundaries,
)
from .projects import ProjectView
from .serializers import BlockIn, BoundariesOut, Refused, SplitIn


class BoundaryView(ProjectView):
    """For managers. Each change is answered with all sentences of the article as they stand then;
    those that it does not move keep their ids.
    """

    may = {"POST": can_manage}

    def article(self, pk: UUID) -> Article:
        articles = Article.objects.in_project(self.project).visible_to(self.request.user)
        return get_object_or_404(articles, pk=pk)

    def sentence(self, pk: UUID) -> Sentence:
        sentences = Sentence.objects.visible_to(self.request.user).filter(project=self.project)
        return get_object_or_404(sentences, pk=pk)

    def answer(self, article: UUID) -> Response:
        found = Article.objects.get(pk=article)
        return Response(
            BoundariesOut(
                {
                    "article": found.pk,
                    "open": Article.objects.unjudged().filter(pk=found.pk).exists(),
                    "sentences": found.sentences.order_by("index"),
                    "history": map(_as_data, history(found)),
                }
            ).data
        )


class Boundaries(BoundaryView):
    may = {"GET": can_manage}

    @extend_schema(responses=BoundariesOut)
    def get(self, request: Request, slug: str, article: Any) -> Response:
        """The sentences, the changes (last first), and whether they may still be changed."""
        return self.answer(self.article(article).pk)


class Undo(BoundaryView):
    @extend_schema(request=None, responses={200: BoundariesOut, 409: Refused})
    def post(self, request: Request, slug: str, article: Any) -> Response:
        """Take back the last change that stands, whoever made it."""
        undo_boundaries(article=self.article(article), by=self.request.user)
        return self.answer(article)


class Split(BoundaryView):
    @extend_schema(request=SplitIn, responses={200: BoundariesOut, 400: Refused, 409: Refused})
    def post(self, request: Request, slug: str, sentence: Any) -> Response:
        """End the sentence before the code point `at`; white space there belongs to neither."""
        found, body = self.sentence(sentence), SplitIn(data=request.data)
        body.is_valid(raise_exception=True)
        split_sentence(sentence=found, by=self.request.user, **body.validated_data)
        return self.answer(found.article_id)


class Join(BoundaryView):
    @extend_schema(request=None, responses={200: BoundariesOut, 400: Refused, 409: Refused})
    def post(self, request: Request, slug: str, sentence: Any) -> Response:
        """Make one sentence of this one and the next one on its line."""
        found = self.sentence(sentence)
        join_with_next(sentence=found, by=self.request.user)
        return self.answer(found.article_id)


class Block(BoundaryView):
    @extend_schema(request=BlockIn, responses={200: BoundariesOut, 400: Refused, 409: Refused})
    def post(self, request: Request, slug: str, sentence: Any) -> Response:
        """Say what the sentence is."""
        found, body = self.sentence(sentence), BlockIn(data=request.data)
        body.is_valid(raise_exception=True)
        change_block(sentence=found, by=self.request.user, **body.validated_data)
        return self.answer(found.article_id)


def _as_data(change: Change) -> dict[str, object]:
    return {
        "what": change.event.what,
        "at": change.event.at,
        "by": change.event.by.get_username(),
        "before": change.before,
        "after": change.after,
        "undone_at": change.undone.at if change.undone else None,
        "undone_by": change.undone.by.get_username() if change.undone else None,
    }
