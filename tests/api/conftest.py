"""A project with one published release."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from annotate.models import Article, Project, Release
from annotate.workflow.releasing import publish_release
from tests.builders import give, hand_in, words


@pytest.fixture
def release(
    project: Project,
    article: Article,
    ada: User,
    ben: User,
    cora: User,
    settings: Any,
    tmp_path: Path,
) -> Release:
    """Version 1.0.0, with one claim on which Ada and Ben agree."""
    settings.DATA_DIR = tmp_path
    give(article, ada, ben)
    hand_in(article, ada, words(article, "روسيا أوقفت الهجوم"))
    hand_in(article, ben, words(article, "روسيا أوقفت الهجوم"))
    return publish_release(project=project, by=cora, version="1.0.0", licence="CC BY 4.0")
