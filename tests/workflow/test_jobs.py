"""Long work as a row: one of a kind at a time, taken up once, given up when its process is gone."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import override

from annotate.errors import Refusal, WorkflowError
from annotate.models import Job, Project
from annotate.models.jobs import LOST_AFTER
from annotate.workflow.jobs import ask_for_job, begin_job, fail_job, finish_job, tell_progress

FIGURES = Job.Kind.COMPUTE_FIGURES
RELEASE = Job.Kind.PUBLISH_RELEASE


def fall_silent(job: Job) -> None:
    """As it is a second after its process has been given up."""
    silent_since = timezone.now() - LOST_AFTER - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(beat_at=silent_since)
    job.refresh_from_db()


def test_asking_twice_for_the_same_gives_the_one_under_way(project: Project, cora: User) -> None:
    first = ask_for_job(project=project, by=cora, kind=FIGURES)
    assert begin_job(first)
    assert ask_for_job(project=project, by=cora, kind=FIGURES) == first


def test_something_else_of_the_kind_is_refused_and_says_what_is_under_way(
    project: Project, cora: User
) -> None:
    first = ask_for_job(project=project, by=cora, kind=RELEASE, asked={"version": "1.0.0"})
    with pytest.raises(WorkflowError) as refusal:
        ask_for_job(project=project, by=cora, kind=RELEASE, asked={"version": "2.0.0"})
    assert (refusal.value.code, refusal.value.details["job"]) == (Refusal.CLOSED, first)


def test_kinds_and_projects_do_not_hold_each_other_up(
    project: Project, cora: User, dan: User
) -> None:
    other = Project.objects.get(slug="ports")
    ask_for_job(project=project, by=cora, kind=RELEASE)
    ask_for_job(project=project, by=cora, kind=FIGURES)
    ask_for_job(project=other, by=dan, kind=FIGURES)
    assert Job.objects.under_way().count() == 3


def test_a_job_is_taken_up_once(project: Project, cora: User) -> None:
    job = ask_for_job(project=project, by=cora, kind=FIGURES)
    assert [begin_job(job), begin_job(job)] == [True, False]


@pytest.mark.parametrize("begun", [False, True])
def test_lost_work_gives_way_to_new(project: Project, cora: User, begun: bool) -> None:
    job = ask_for_job(project=project, by=cora, kind=RELEASE, asked={"version": "1.0.0"})
    if begun:
        begin_job(job)
    fall_silent(job)
    assert (job.is_silent, job.is_lost) == (True, begun)
    assert ask_for_job(project=project, by=cora, kind=RELEASE) != job
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_a_beat_keeps_work_alive_and_says_how_far_it_is(project: Project, cora: User) -> None:
    job = ask_for_job(project=project, by=cora, kind=FIGURES)
    begin_job(job)
    fall_silent(job)
    tell_progress(job, step=Job.Step.READING, done=3, total=9)
    job.refresh_from_db()
    assert (job.is_lost, job.step, job.done, job.total) == (False, "reading", 3, 9)


def test_what_has_ended_stays_as_it_ended(project: Project, cora: User) -> None:
    job = ask_for_job(project=project, by=cora, kind=FIGURES)
    begin_job(job)
    finish_job(job, result={"major": 1})
    fail_job(job, problem="late")
    tell_progress(job, step=Job.Step.READING, done=1, total=1)
    job.refresh_from_db()
    assert (job.state, job.problem, job.result, job.done) == ("done", "", {"major": 1}, 0)


def test_a_job_speaks_the_language_of_the_one_who_asked(project: Project, cora: User) -> None:
    with override("ar"):
        assert ask_for_job(project=project, by=cora, kind=FIGURES).language == "ar"


def test_jobs_are_seen_by_reviewers_and_managers_of_the_project(
    project: Project, cora: User, rita: User, ada: User, olga: User, dan: User
) -> None:
    ask_for_job(project=project, by=cora, kind=FIGURES)
    seen = {user: Job.objects.visible_to(user).count() for user in (cora, rita, ada, olga, dan)}
    assert seen == {cora: 1, rita: 1, ada: 0, olga: 0, dan: 0}
