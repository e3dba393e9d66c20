"""Releases: what was published, and its bytes."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ..formats import FILES, format_of
from ..models import Release
from ..permissions import can_read_releases
from ..workflow.releasing import open_release_file
from .pages import Pages
from .projects import ProjectView
from .serializers import Refused, ReleaseOut

MEDIA_TYPES = sorted({each.content_type.partition(";")[0] for each in FILES})


class NewestFirst(Pages):
    ordering = ("-created_at", "id")


class ReleaseList(mixins.ListModelMixin, ProjectView):
    """The published versions (reviewers, managers and observers)."""

    may = {"GET": can_read_releases}
    serializer_class = ReleaseOut
    pagination_class = NewestFirst
    queryset = Release.objects.none()

    def get_queryset(self) -> QuerySet[Release]:
        releases = Release.objects.visible_to(self.request.user)
        return releases.filter(project=self.project).select_related("supersedes")

    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class AsItIs(DefaultContentNegotiation):
    """Never refuses: a file has the one type that it has, and a refusal is JSON."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ReleaseFile(ProjectView):
    """A file of a release: the bytes that were published."""

    content_negotiation_class = AsItIs
    may = {"GET": can_read_releases}

    @extend_schema(
        responses={
            **{(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES},
            (409, "application/json"): OpenApiResponse(Refused),
        }
    )
    def get(self, request: Request, slug: str, version: str, name: str) -> FileResponse:
        releases = Release.objects.visible_to(self.request.user).filter(project=self.project)
        release = get_object_or_404(releases, version=version)
        file_format = format_of(name, slug, version)
        if file_format is None or name not in {file["name"] for file in release.files}:
            raise Http404
        return FileResponse(
            open_release_file(release=release, name=name),
            as_attachment=True,
            filename=name,
            content_type=file_format.content_type,
        )
