"""The product's addresses, and a page of an article's text with nothing to it: what to compare the
workbench with.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import include, path

from annotate.models import Article

PAGE = Engine(libraries={"static": "django.templatetags.static"}).from_string(
    """{% load static %}<!doctype html><html lang="en"><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>Bare</title>
    <link rel="stylesheet" href="{% static 'annotate/app.css' %}">
    <link rel="stylesheet" href="{% static 'annotate/workbench.css' %}">
    <main class="workbench"><ol class="sentences" dir="{{ article.direction }}">
    {% for each in sentences %}
    <li class="sentence"><p lang="{{ article.language }}" dir="{{ each.direction }}">{{ each }}</p>
    {% endfor %}</ol></main></html>"""
)


def bare(request: HttpRequest, article: UUID) -> HttpResponse:
    found = Article.objects.get(pk=article)
    sentences = found.sentences.select_related("article").order_by("index")
    return HttpResponse(PAGE.render(Context({"article": found, "sentences": sentences})))


urlpatterns = [path("bare/<uuid:article>/", bare), path("", include("config.urls"))]
