from django.apps import AppConfig
from django.urls import register_converter

from .converters import VersionConverter


class AnnotateConfig(AppConfig):
    name = "annotate"
    verbose_name = "Isnad"

    def ready(self) -> None:
        register_converter(VersionConverter, "version")
