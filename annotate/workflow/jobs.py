"""The state of long work: asked for, begun, telling how far it is, ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Job, Project

Progress = Callable[[Job.Step, int, int], None]
"""Told by long work as it goes: the step, how much of it is done, of how much in all."""


def untold(step: Job.Step, done: int, total: int) -> None:
    """For work that nobody follows."""


def ask_for_job(
    *, project: Project, by: User, kind: Job.Kind, asked: Mapping[str, Any] | None = None
) -> Job:
    """A job that waits to be run; or the one under way, if it is for the same.

    Lost work of this kind gives way. While another is under way for something else, this is refused
    with that `job` in the details.
    """
    wanted = dict(asked or {})
    mine = Job.objects.filter(project=project, kind=kind)
    mine.lost().update(state=Job.State.FAILED)
    job = Job(
        project=project, created_by=by, kind=kind, asked=wanted, language=get_language() or "en"
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        under_way = mine.under_way().first()
        if under_way is None or under_way.asked != wanted:
            raise WorkflowError(
                Refusal.CLOSED,
                _("Something else of this kind is under way: wait until it is done."),
                job=under_way,
            ) from error
        return under_way
    return job


def begin_job(job: Job) -> bool:
    """Take up a job that waits; False if somebody has."""
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    return bool(waiting.update(state=Job.State.RUNNING, beat_at=timezone.now()))


def tell_progress(job: Job, *, step: str, done: int, total: int) -> None:
    """Write that the job is alive, and how far it is."""
    _running(job).update(step=step, done=done, total=total, beat_at=timezone.now())


def finish_job(job: Job, *, result: Mapping[str, Any]) -> None:
    _running(job).update(state=Job.State.DONE, result=dict(result), beat_at=timezone.now())


def fail_job(job: Job, *, problem: str) -> None:
    """The job has ended without a result; `problem` says why and what to do, '' if nobody knows."""
    _running(job).update(state=Job.State.FAILED, problem=problem, beat_at=timezone.now())


def _running(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
