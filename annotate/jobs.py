"""Long work as tasks. A door asks for it; a worker runs it, or the job's own page where there is
none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.utils.translation import override
from django_tasks import default_task_backend, task

from .errors import WorkflowError
from .models import ClaimGroup, Job, Project
from .workflow.figures import compute_figures
from .workflow.jobs import (
    Progress,
    ask_for_job,
    begin_job,
    fail_job,
    finish_job,
    tell_progress,
)
from .workflow.policy import change_settings
from .workflow.releasing import publish_release

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_BEATS = 1.0


def has_worker() -> bool:
    """Whether a worker's queue takes the jobs: the immediate backend keeps none."""
    return default_task_backend.supports_get_result


def start_job(
    *, project: Project, by: User, kind: Job.Kind, asked: Mapping[str, Any] | None = None
) -> Job:
    """Ask for a job and hand it to the worker, if there is one; else its page is to run it."""
    job = ask_for_job(project=project, by=by, kind=kind, asked=asked)
    if has_worker() and job.state == Job.State.WAITING:
        run_job.enqueue(str(job.pk))
    return job


def run_here(job: Job) -> None:
    """Run a job that waits, in this call, where no worker would."""
    if not has_worker():
        run_job.enqueue(str(job.pk))


@task()
def run_job(job_id: str) -> None:
    """Run a job that waits, once, however often it is handed out."""
    job = Job.objects.select_related("project__codebook", "created_by").get(pk=job_id)
    if not begin_job(job):
        return
    problem, done = "", False
    try:
        with override(job.language), beating(job) as progress:
            result = WORK[Job.Kind(job.kind)](job, progress)
        finish_job(job, result=result)
        done = True
    except WorkflowError as refusal:
        problem = refusal.message
    finally:
        if not done:
            fail_job(job, problem=problem)


@contextmanager
def beating(job: Job) -> Iterator[Progress]:
    """Write every second how far the job is, from a thread with a connection of its own: the work
    may be inside a transaction that only reads.

    Inside a transaction that is open already nobody else could see the job: nothing is written.
    """
    told = {"step": "", "done": 0, "total": 0}

    def progress(step: Job.Step, done: int, total: int) -> None:
        told.update(step=step, done=done, total=total)

    if connection.in_atomic_block:
        yield progress
        return
    ended = Event()
    beats = Thread(target=_beat, args=(job, told, ended), daemon=True)
    beats.start()
    try:
        yield progress
    finally:
        ended.set()
        beats.join()


def _beat(job: Job, told: Mapping[str, Any], ended: Event) -> None:
    try:
        while not ended.wait(SECONDS_BETWEEN_BEATS):
            try:
                tell_progress(job, **told)
            except DatabaseError:
                logger.warning("Job %s: a beat could not be written", job.pk, exc_info=True)
    finally:
        connection.close()


# -- the work, by kind -----------------------------------------------------------------------------


def _publish_release(job: Job, progress: Progress) -> Mapping[str, Any]:
    release = publish_release(
        project=job.project, by=job.created_by, progress=progress, **job.asked
    )
    return {"version": release.version}


def _compute_figures(job: Job, progress: Progress) -> Mapping[str, Any]:
    figures = compute_figures(project=job.project, by=job.created_by, progress=progress)
    return {"major": figures.major}


def _change_settings(job: Job, progress: Progress) -> Mapping[str, Any]:
    change_settings(project=job.project, by=job.created_by, progress=progress, **job.asked)
    return {"waiting": ClaimGroup.objects.waiting_in(job.project).count()}


WORK: Mapping[Job.Kind, Callable[[Job, Progress], Mapping[str, Any]]] = {
    Job.Kind.PUBLISH_RELEASE: _publish_release,
    Job.Kind.COMPUTE_FIGURES: _compute_figures,
    Job.Kind.CHANGE_SETTINGS: _change_settings,
}
