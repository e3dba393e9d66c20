"""The figures of agreement of a project: computed from what was submitted first, and stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..formats import agreement
from ..formats.dataset import Row
from ..formats.raw import raw_rows
from ..models import CodebookVersion, Job, Project, Release, StoredFigures
from .jobs import Progress, untold
from .reading import Known, contents_of, one_state
from .work import scales_of


def compute_figures(*, project: Project, by: User, progress: Progress = untold) -> StoredFigures:
    """Compute the project's figures anew and store them in the place of those of the same major
    version of its codebook.

    Refused while no article is complete.
    """
    if reason := nothing_to_compare(project):
        raise WorkflowError(Refusal.CLOSED, reason)
    version = project.codebook
    assert version is not None, "without a codebook there is nothing to compare"
    started = timezone.now()
    major = major_of(version.version)
    codebook = version.parsed()
    first = agreement.settings_row(codebook, scales_of(codebook), project.match_threshold)
    with one_state():
        rows = _of_major(_rows(project, version, progress), major)
        report = agreement.report(chain([first], rows))
    with transaction.atomic():
        StoredFigures.objects.filter(project=project, major=major).delete()
        return StoredFigures.objects.create(
            project=project, major=major, report=report, created_by=by, created_at=started
        )


def nothing_to_compare(project: Project) -> str:
    """Why there are no figures to compute yet, in words; '' if there are."""
    if project.codebook is None:
        return _("This project has no codebook yet.")
    if not project.articles.filter(completed_at__isnull=False).exists():
        return _("There is nothing to compare yet: no article of this project is complete.")
    return ""


def completed_since(stored: StoredFigures) -> int:
    """How many articles were completed after the figures were computed."""
    return stored.project.articles.filter(completed_at__gt=stored.created_at).count()


def alpha_of(project: Project, dimension: str) -> float | None:
    """α as it was last computed for the codebook in use; None where it is not, or is not defined,
    or rests on too little.
    """
    stored = StoredFigures.objects.filter(project=project).order_by("-major").first()
    if stored is None or project.codebook is None:
        return None
    if stored.major != major_of(project.codebook.version):
        return None
    figures = (it for it in stored.report["dimensions"] if it["dimension"] == dimension)
    return next((it["alpha"] for it in figures if not it["too_few"]), None)


def codebook_of(stored: StoredFigures) -> CodebookVersion:
    """The newest codebook of the major version that the figures are about."""
    current = stored.project.codebook
    if current is not None and major_of(current.version) == stored.major:
        return current
    versions = CodebookVersion.objects.filter(project=stored.project).order_by("-created_at")
    return next(each for each in versions if major_of(each.version) == stored.major)


def major_of(version: str) -> int:
    return int(version.partition(".")[0])


def _rows(project: Project, version: CodebookVersion, progress: Progress) -> Iterator[Row]:
    """The raw rows of every complete article, read some articles at a time."""
    known = Known(Release(project=project, codebook_version=version))
    total = project.articles.filter(completed_at__isnull=False).count()
    for number, contents in enumerate(contents_of(project, known)):
        progress(Job.Step.READING, number, total)
        yield from raw_rows(contents, known.references)
    progress(Job.Step.COMPUTING, 0, 0)


def _of_major(rows: Iterable[Row], major: int) -> Iterator[Row]:
    """The rows of the articles in which nobody submitted a claim of another major version."""
    for _article, of_article in groupby(rows, key=lambda row: row["article_id"]):
        all_rows = list(of_article)
        versions = {
            row["codebook_version"]
            for row in all_rows
            if row["type"] == "annotation" and row["first_submitted"]
        }
        if all(major_of(version) == major for version in versions):
            yield from all_rows
