"""Fields and serializers that take exactly what they say: no unknown key, no number in quotes."""

import json
import re
from collections.abc import Mapping
from math import inf
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from ..domain.judgement import TEXT_LIMIT

_KEY = re.compile(r"[a-z_]{1,100}")


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("This is too much for one request.")
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, nested no deeper than Python reads, in
    which no object has a key twice: one of its values would else be lost in silence.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise TooLarge
        try:
            return json.loads(
                data, parse_constant=_no_number, object_pairs_hook=_without_repetition
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body of this request is not JSON.")) from error


def _no_number(word: str) -> None:
    raise ValueError(word)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ParseError(_("The body of this request names a key twice."))
    return values


def printable(text: str) -> str:
    """A client's text without the lone surrogates, which an answer cannot carry."""
    return text.encode("utf-8", "replace").decode()


class Strict(serializers.Serializer[Any]):
    """Refuses keys that it does not know; a misspelt key would else be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            message = _("This is not known here. Known are: %s.") % ", ".join(self.fields)
            raise serializers.ValidationError({_printable(key): [message] for key in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text as it is: nothing is trimmed, and a number is not text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number; neither `true` nor `"3"` nor `3.0`."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class PublicId(serializers.UUIDField):
    """A UUID, written as text."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "number"},
            {"type": "array", "items": {"type": "string"}},
        ],
        "nullable": True,
    }
)
class Answer(serializers.Field[Any, Any, Any, Any]):
    """An answer to a dimension: text, a number or several values, as the codebook has it."""

    default_error_messages = {
        "invalid": _("This is neither text nor a number nor a list of texts.")
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            return Text(allow_blank=True, max_length=TEXT_LIMIT).run_validation(data)
        if isinstance(data, list):
            return [Text(max_length=TEXT_LIMIT).run_validation(value) for value in data]
        if isinstance(data, bool) or not isinstance(data, int | float) or not abs(data) < inf:
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Answers(serializers.DictField):
    """Answers by the keys of their dimensions."""

    default_error_messages = {"key": _("A dimension’s key holds small letters and _ only.")}
    child = Answer()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and not all(_KEY.fullmatch(key) for key in data):
            self.fail("key")
        return super().to_internal_value(data)


def _printable(key: str) -> str:
    """A client's key, cut."""
    return printable(key[:40])
