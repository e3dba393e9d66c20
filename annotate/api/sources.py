"""Sources: who can stand in a chain."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from ..domain.normalise import search_key
from ..models import Article, Source, SourceAlias
from ..permissions import is_member
from .pages import Pages
from .projects import ProjectView
from .serializers import Refused, SourceOut
from .strict import PublicId


class ById(Pages):
    ordering = ("id",)


class SourceList(mixins.ListModelMixin, ProjectView):
    """The sources that you may put into a chain, by their ids."""

    may = {"GET": is_member}
    serializer_class = SourceOut
    pagination_class = ById
    queryset = Source.objects.none()

    def get_queryset(self) -> QuerySet[Source]:
        article = self._article()
        sources = Source.objects.usable_by(self.request.user, article).filter(project=self.project)
        if key := search_key(self.request.query_params.get("q", "")):
            sources = sources.filter(aliases__in=SourceAlias.objects.matching(key)).distinct()
        return sources.prefetch_related("aliases")

    def _article(self) -> Article | None:
        wanted = self.request.query_params.get("article")
        if not wanted:
            return None
        articles = Article.objects.in_project(self.project).visible_to(self.request.user)
        return get_object_or_404(articles, pk=PublicId().run_validation(wanted))

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="a part of a name or alias, in any script"),
            OpenApiParameter(
                "article", UUID, description="add the unnamed sources of this article"
            ),
        ],
        responses={200: SourceOut(many=True), 400: Refused},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)
