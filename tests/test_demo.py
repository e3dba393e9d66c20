"""The demo is a project as people would have made it, and building it twice makes it once."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from annotate.models import (
    Annotation,
    Article,
    ClaimGroup,
    Decision,
    Event,
    Judgement,
    Project,
    Release,
    Remark,
    Ruling,
    Source,
    StoredFigures,
)
from annotate.workflow.releasing import open_release_file

STORED = (
    Project,
    Article,
    Source,
    Judgement,
    Annotation,
    Remark,
    Ruling,
    ClaimGroup,
    Decision,
    Release,
    Event,
)


def build() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_demo_shows_the_whole_line_and_built_again_changes_nothing(
    db: None, data_dir: Path
) -> None:
    told = build()
    assert [line.split()[0] for line in told.splitlines()] == ["ada", "ben", "chloe", "cora", "dan"]

    project = Project.objects.get(slug="sahel")
    languages = Counter(project.articles.values_list("language", flat=True))
    assert languages == {"ar": 5, "fr": 1, "en": 1, "ru": 1}
    assert project.articles.filter(completed_at__isnull=False).count() == 6
    assert project.articles.filter(assignments=None).count() == 2
    groups = ClaimGroup.objects.filter(project=project)
    assert set(groups.values_list("level", flat=True)) == {"none", "minor", "major", "critical"}
    assert 4 <= groups.waiting().count() < groups.count() / 10

    remarks = Remark.objects.filter(project=project)
    assert remarks.filter(wants_answer=True, answers=None).count() == 1
    assert set(Ruling.objects.standing().values_list("dimension", flat=True)) == {"", "stance"}

    figures = StoredFigures.objects.get(project=project)
    assert (figures.report["articles"], figures.report["annotators"]) == (6, 3)

    texts = {str(article.pk): article.text for article in project.articles.all()}
    with open_release_file(release=project.releases.get(), name="annotations.csv") as file:
        table = io.StringIO(file.read().decode(), newline="")
    rows = list(csv.DictReader(table))
    assert len(rows) == Decision.objects.standing().filter(outcome="agreed").count()
    assert all(
        texts[row["article_id"]][int(row["start"]) : int(row["end"])] == row["quote"]
        for row in rows
        if row["spans"].count("[") == 2
    )

    before = [model._default_manager.count() for model in STORED]
    assert build() == told
    assert [model._default_manager.count() for model in STORED] == before

    unnamed, ada = Source.objects.filter(kind="anonymous"), User.objects.get(username="ada")
    assert unnamed.exists()
    for article in project.articles.all():
        offered = unnamed & Source.objects.usable_by(ada, article)
        assert set(offered) == set(unnamed.filter(article=article)), article
    assert not unnamed.filter(article__assignments=None).exists()

    dan = Client()
    assert dan.login(username="dan", password="dan-demo")
    assert [dan.get(f"/p/{slug}/").status_code for slug in ("sahel", "ports")] == [404, 200]


def test_there_is_no_demo_outside_the_demo(db: None, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        build()
    assert not Project.objects.exists()
