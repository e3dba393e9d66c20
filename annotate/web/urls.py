"""The addresses of the pages; each line is one click: URL → view → one workflow function."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
