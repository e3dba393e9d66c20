"""Articles: the list, taking one in, and one with its sentences."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ..exchange.candidates import candidate_from
from ..models import Article, Assignment
from ..permissions import can_manage, is_member
from ..workflow.intake import take_in
from ..workflow.labelling import states
from .judgements import as_data
from .pages import Pages
from .projects import ProjectView
from .serializers import ArticleHead, ArticleIn, ArticleOut, Refused, SentenceHead


class OldestFirst(Pages):
    ordering = ("created_at", "id")


class ArticleList(mixins.ListModelMixin, ProjectView):
    """The articles that you may open: an annotator’s own; else all of the project."""

    may = {"GET": is_member, "POST": can_manage}
    serializer_class = ArticleHead
    pagination_class = OldestFirst
    queryset = Article.objects.none()

    def get_queryset(self) -> QuerySet[Article]:
        articles = Article.objects.in_project(self.project).visible_to(self.request.user)
        return articles.select_related("publisher").defer("text")

    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)

    @extend_schema(request=ArticleIn, responses={201: ArticleHead, 200: ArticleHead, 400: Refused})
    def post(self, request: Request, slug: str) -> Response:
        """Take an article in (managers): 201, or 200 with the one that was there already."""
        if not isinstance(request.data, dict):
            raise ValidationError(_("Send one article as a JSON object {…}."))
        candidate = candidate_from(request.data)
        taken = take_in(project=self.project, by=self.request.user, candidate=candidate)
        return Response(ArticleHead(taken.article).data, status=201 if taken.created else 200)


class ArticleDetail(ProjectView):
    """An article with its text, its sentences and your own judgements of them."""

    may = {"GET": is_member}

    @extend_schema(responses=ArticleOut)
    def get(self, request: Request, slug: str, article: Any) -> Response:
        articles = Article.objects.in_project(self.project).visible_to(self.request.user)
        found = get_object_or_404(articles.select_related("publisher"), pk=article)
        sentences = list(found.sentences.order_by("index"))
        for sentence in sentences:
            sentence.article = found
        assignment = Assignment.objects.of(self.request.user).filter(article=found).first()
        judged = states(assignment, sentences) if assignment else {}
        heads = SentenceHead(sentences, many=True).data
        data = {
            **ArticleHead(found).data,
            "text": found.text,
            "assignment": assignment.state if assignment else None,
            "sentences": [
                {
                    **head,
                    "judgement": as_data(sentence, *judged[sentence.pk])
                    if sentence.pk in judged
                    else None,
                }
                for head, sentence in zip(heads, sentences, strict=True)
            ],
        }
        return Response(data)
