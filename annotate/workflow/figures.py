"""The figures of agreement of a project: computed from what was submitted first, and stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..formats import agreement
from ..formats.dataset import Row
from ..formats.raw import raw_rows
from ..models import (
    Annotation,
    Assignment,
    CodebookVersion,
    Decision,
    Job,
    Membership,
    Project,
    Release,
    StoredFigures,
    Submission,
)
from ..models.labelling import AssignmentQuerySet
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
    threshold = project.match_threshold
    first = agreement.settings_row(codebook, scales_of(codebook), threshold)
    known = Known(Release(project=project, codebook_version=version))
    with one_state():
        report = agreement.report(chain([first], _rows(project, known, progress)))
        readings = list(_compared(project, major).only("pk"))
    with transaction.atomic():
        StoredFigures.objects.filter(project=project, major=major).delete()
        stored = StoredFigures.objects.create(
            project=project,
            major=major,
            report=report,
            match_threshold=threshold,
            scales=first["scales"],
            created_by=by,
            created_at=started,
        )
        stored.readings.add(*readings)
        stored.sources.add(*known.living_sources().values())
        return stored


def nothing_to_compare(project: Project) -> str:
    """Why there are no figures to compute yet, in words; '' if there are."""
    if project.codebook is None:
        return _("This project has no codebook yet.")
    if not project.articles.filter(completed_at__isnull=False).exists():
        return _("There is nothing to compare now: no article of this project is complete.")
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What figures were computed from, as it stands today.

    Of the `readings` that were compared so many are `gone`: they would not be compared today,
    because they are of people who are `excluded` since, of articles that are `incomplete`, or were
    withdrawn. `completed` are articles with readings that would be compared today and were not.
    `merged` sources were others then. The claims that were `settled` since, by a person or the
    policy, would change no figure but calibration.
    """

    readings: int
    gone: int
    excluded: int
    incomplete: int
    completed: int
    merged: int
    settled: int
    same_threshold: bool
    same_scales: bool
    is_known: bool

    @property
    def is_outdated(self) -> bool:
        """Whether anything else would be compared today."""
        unchanged = self.is_known and self.same_threshold and self.same_scales
        return bool(self.gone or self.completed or self.merged) or not unchanged

    @property
    def is_void(self) -> bool:
        """Whether they say nothing that holds: excluded work is in them, or none of it is left."""
        return bool(self.excluded) or 0 < self.readings == self.gone


def basis_of(stored: StoredFigures) -> Basis:
    """What these figures were computed from, held against what would be compared today; six
    queries.
    """
    scales = scales_of(codebook_of(stored).parsed())
    excluded = Q(membership__ended=Membership.Ended.EXCLUDED)
    incomplete = Q(article__completed_at=None)
    gone = excluded | incomplete | ~Q(state=Assignment.State.SUBMITTED)
    today = _compared(stored.project, stored.major)
    return Basis(
        **stored.readings.aggregate(
            readings=Count("pk"),
            gone=Count("pk", filter=gone),
            excluded=Count("membership", filter=excluded, distinct=True),
            incomplete=Count("article", filter=incomplete, distinct=True),
        ),
        completed=today.exclude(pk__in=stored.readings.values("pk")).aggregate(
            n=Count("article", distinct=True)
        )["n"],
        merged=stored.sources.exclude(merged_into=None).count(),
        settled=Decision.objects.filter(
            project=stored.project,
            created_at__gt=stored.created_at,
            group__article__in=stored.readings.values("article"),
        ).aggregate(n=Count("group", distinct=True))["n"],
        same_threshold=stored.match_threshold == stored.project.match_threshold,
        same_scales=_measures(stored.scales or ()) == _measures(agreement.scale_rows(scales)),
        is_known=stored.scales is not None,
    )


def alpha_of(project: Project, dimension: str) -> float | None:
    """α as it was last computed for the codebook in use; None where it is not, or is not defined,
    or rests on too little or on work that is void.
    """
    stored = StoredFigures.objects.filter(project=project).order_by("-major").first()
    if stored is None or project.codebook is None:
        return None
    if stored.major != major_of(project.codebook.version) or basis_of(stored).is_void:
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


def _measures(scales: Iterable[Row]) -> list[Row]:
    """The scales without what no figure rests on: in what order answers stand that have none."""
    return [it if it["scale"] == "ordinal" else {**it, "order": {}} for it in scales]


def _rows(project: Project, known: Known, progress: Progress) -> Iterator[Row]:
    """The raw rows of every complete article, read some articles at a time."""
    total = project.articles.filter(completed_at__isnull=False).count()
    for number, contents in enumerate(contents_of(project, known)):
        progress(Job.Step.READING, number, total)
        yield from raw_rows(contents, known.references)
    progress(Job.Step.COMPUTING, 0, 0)


def _compared(project: Project, major: int) -> AssignmentQuerySet:
    """The readings whose first submissions are compared: work that counts, of complete articles in
    which nobody first submitted labels of another major version of the codebook.
    """
    counted = Assignment.objects.counted().filter(
        project=project, limited_to=[], article__completed_at__isnull=False
    )
    versions = CodebookVersion.objects.filter(project=project)
    others = [it.pk for it in versions if major_of(it.version) != major]
    if not others:
        return counted
    first = Submission.objects.filter(assignment=OuterRef("assignment"), number=1)
    other_labels = Annotation.objects.filter(
        assignment__in=counted, codebook_version__in=others
    ).filter(seq__lte=Subquery(first.values("last_seq")))
    return counted.exclude(article__in=other_labels.values("assignment__article"))
