"""docs/api.md: each of its examples is run, in its order, and answers at least what it shows."""

import json
import re
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from annotate.models import Release

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(
    r"```http\n(?P<method>\w+) (?P<path>\S+)\n(?P<sent>.*?)```\n+"
    r"```json (?P<status>\d+)\n(?P<shown>.*?)```",
    re.DOTALL,
)


def check(shown: Any, answered: Any, ids: dict[str, str]) -> None:
    """Compare, and learn the ids that the answer gives for names such as `$SENTENCE`."""
    if isinstance(shown, str) and shown.startswith("$"):
        assert ids.setdefault(shown, answered) == answered
    elif isinstance(shown, dict):
        for key, value in shown.items():
            check(value, answered[key], ids)
    elif isinstance(shown, list):
        for mine, its in zip(shown, answered, strict=True):
            check(mine, its, ids)
    elif shown != "…":
        assert answered == shown


def filled(text: str, ids: dict[str, str]) -> str:
    return re.sub(r"\$[A-Z_]+", lambda name: ids[name[0]], text)


def test_every_example_of_the_documentation_is_answered_as_it_says(
    client: Client, cora: User, release: Release
) -> None:
    call_command("drf_create_token", "cora")
    token = {"Authorization": f"Token {Token.objects.get(user=cora).key}"}
    examples = list(EXAMPLE.finditer(DOCS.read_text()))
    ids: dict[str, str] = {}

    assert len(examples) == DOCS.read_text().count("```http")
    for example in examples:
        answer: Any = client.generic(
            example["method"],
            filled(example["path"], ids),
            filled(example["sent"], ids).strip(),
            content_type="application/json",
            headers=token,
        )
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert (example["path"], answer.status_code) == (example["path"], int(example["status"]))
        check(json.loads(example["shown"]), json.loads(data), ids)
