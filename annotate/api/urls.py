"""The addresses of the REST API; each line is one view that calls one workflow function."""

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView

from .articles import ArticleDetail, ArticleList
from .boundaries import Block, Boundaries, Join, Split, Undo
from .judgements import Next, SentenceJudgement, Submit
from .releases import ReleaseFile, ReleaseList
from .schema import Schema
from .sources import SourceList

urlpatterns = [
    path("p/<slug:slug>/articles/", ArticleList.as_view(), name="api-articles"),
    path("p/<slug:slug>/articles/<uuid:article>/", ArticleDetail.as_view(), name="api-article"),
    path("p/<slug:slug>/articles/<uuid:article>/submit/", Submit.as_view(), name="api-submit"),
    path(
        "p/<slug:slug>/articles/<uuid:article>/boundaries/",
        Boundaries.as_view(),
        name="api-boundaries",
    ),
    path(
        "p/<slug:slug>/articles/<uuid:article>/boundaries/undo/",
        Undo.as_view(),
        name="api-undo-boundaries",
    ),
    path("p/<slug:slug>/sentences/<uuid:sentence>/split/", Split.as_view(), name="api-split"),
    path("p/<slug:slug>/sentences/<uuid:sentence>/join/", Join.as_view(), name="api-join"),
    path("p/<slug:slug>/sentences/<uuid:sentence>/block/", Block.as_view(), name="api-block"),
    path("p/<slug:slug>/next/", Next.as_view(), name="api-next"),
    path(
        "p/<slug:slug>/sentences/<uuid:sentence>/judgement/",
        SentenceJudgement.as_view(),
        name="api-judgement",
    ),
    path("p/<slug:slug>/sources/", SourceList.as_view(), name="api-sources"),
    path("p/<slug:slug>/releases/", ReleaseList.as_view(), name="api-releases"),
    path(
        "p/<slug:slug>/releases/<version:version>/files/<str:name>",
        ReleaseFile.as_view(),
        name="api-release-file",
    ),
    path("schema/", Schema.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api-schema", template_name="annotate/api_docs.html"
        ),
        name="api-docs",
    ),
]
