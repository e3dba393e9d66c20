"""Long work as tasks: run once, by a worker or here, and ended whatever happens."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import Settings

from annotate import jobs
from annotate.jobs import has_worker, run_here, run_job, start_job
from annotate.models import Article, Job, Project, Release, StoredFigures
from annotate.workflow.jobs import begin_job
from annotate.workflow.projects import start_project
from tests.builders import CODEBOOK, give, hand_in

RELEASE = Job.Kind.PUBLISH_RELEASE
FIGURES = Job.Kind.COMPUTE_FIGURES

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def done(article: Article, ada: User, ben: User) -> Project:
    """A project with a complete article."""
    give(article, ada, ben)
    hand_in(article, ada)
    hand_in(article, ben)
    return article.project


@pytest.fixture
def worker(settings: Settings) -> None:
    """A queue in the database, as with JOB_WORKER=1."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def test_without_a_worker_a_job_waits_until_it_is_run_here(done: Project, cora: User) -> None:
    job = start_job(project=done, by=cora, kind=RELEASE, asked={"version": "1.0.0"})
    assert (has_worker(), job.state) == (False, Job.State.WAITING)
    run_here(job)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"version": "1.0.0"})
    assert Release.objects.get().created_by == cora


@pytest.mark.django_db(transaction=True)  # a worker closes the connection
@pytest.mark.usefixtures("worker")
def test_with_a_worker_a_job_is_run_by_it_and_not_here(done: Project, cora: User) -> None:
    job = start_job(project=done, by=cora, kind=FIGURES)
    run_here(job)
    job.refresh_from_db()
    assert (has_worker(), job.state) == (True, Job.State.WAITING)
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"major": 1})


def test_a_job_that_is_handed_out_twice_runs_once(done: Project, cora: User) -> None:
    job = start_job(project=done, by=cora, kind=FIGURES)
    run_here(job)
    first = StoredFigures.objects.get()
    run_here(job)
    assert StoredFigures.objects.get() == first


def test_a_refusal_ends_the_job_with_its_sentence(article: Article, cora: User) -> None:
    job = start_job(project=article.project, by=cora, kind=FIGURES)
    run_here(job)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "no article of this project is complete" in job.problem


def test_a_fault_of_ours_ends_the_job_too(done: Project, cora: User) -> None:
    job = start_job(project=done, by=cora, kind=RELEASE, asked={"colour": "blue"})
    with pytest.raises(TypeError):
        run_job.func(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.problem) == (Job.State.FAILED, "")


@pytest.mark.django_db(transaction=True)
def test_work_that_goes_on_writes_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_BEATS", 0)
    cora = User.objects.create_user("cora")
    project = start_project(by=cora, name="Sahel", slug="sahel", codebook=CODEBOOK)
    job = start_job(project=project, by=cora, kind=FIGURES)
    begin_job(job)
    with jobs.beating(job) as progress:
        progress(Job.Step.READING, 3, 9)
        written = Job.objects.filter(pk=job.pk, step="reading", done=3, total=9)
        assert any(written.exists() for _attempt in range(10_000))
