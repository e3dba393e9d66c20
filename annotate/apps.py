from django.apps import AppConfig
from django.urls import register_converter

from .converters import VersionConverter
from .field_names import translate_field_names


class AnnotateConfig(AppConfig):
    name = "annotate"
    verbose_name = "Isnad"

    def ready(self) -> None:
        register_converter(VersionConverter, "version")
        translate_field_names(self.get_models())
