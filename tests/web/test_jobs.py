"""The page of long work: what it says in each state, where it leads, and who may run it."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Job, Project
from annotate.models.jobs import LOST_AFTER
from annotate.workflow.jobs import ask_for_job, begin_job, fail_job, tell_progress
from tests.builders import give, hand_in

pytestmark = pytest.mark.usefixtures("data_dir")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(project: Project, cora: User) -> Job:
    return ask_for_job(
        project=project,
        by=cora,
        kind=Job.Kind.PUBLISH_RELEASE,
        asked={"version": "1.0.0", "licence": "CC BY 4.0", "notes": "", "text_in_release": "full"},
    )


@pytest.fixture
def complete(article: Article, ada: User, ben: User) -> Article:
    give(article, ada, ben)
    hand_in(article, ada)
    hand_in(article, ben)
    return article


def page(job: Job) -> str:
    return reverse("job", args=["sahel", job.pk])


def run_page(job: Job) -> str:
    return reverse("run-job", args=["sahel", job.pk])


def silent(job: Job) -> None:
    silent_since = timezone.now() - LOST_AFTER - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(beat_at=silent_since)


def test_a_job_that_waits_is_begun_by_the_page_of_the_one_who_asked(
    job: Job, as_cora: Client, as_rita: Client
) -> None:
    assert run_page(job) in as_cora.get(page(job)).content.decode()
    assert run_page(job) not in as_rita.get(page(job)).content.decode()


def test_a_page_follows_work_until_it_ends(job: Job, as_rita: Client) -> None:
    begin_job(job)
    tell_progress(job, step=Job.Step.READING, done=3, total=9)
    part = as_rita.get(page(job), headers=HTMX).content.decode()
    assert "Reading articles: 3 of 9." in part
    assert 'hx-trigger="load delay:1s' in part
    assert "<!DOCTYPE html>" not in part
    fail_job(job, problem="Choose a higher version.")
    part = as_rita.get(page(job), headers=HTMX).content.decode()
    assert "Choose a higher version." in part
    assert "hx-trigger" not in part


def test_work_whose_process_is_gone_is_shown_as_failed_with_what_to_do(
    job: Job, as_cora: Client
) -> None:
    begin_job(job)
    silent(job)
    shown = as_cora.get(page(job)).content.decode()
    assert "It was interrupted" in shown
    assert "Start again" in shown


def test_a_fault_of_ours_points_to_the_log(job: Job, as_cora: Client) -> None:
    begin_job(job)
    fail_job(job, problem="")
    assert "The server’s log says why." in as_cora.get(page(job)).content.decode()


def test_starting_again_finds_what_was_filled_in(
    complete: Article, job: Job, as_cora: Client
) -> None:
    begin_job(job)
    fail_job(job, problem="The disk is full.")
    again = reverse("releases", args=["sahel"]) + f"?again={job.pk}"
    assert again in as_cora.get(page(job)).content.decode()
    assert 'value="CC BY 4.0"' in as_cora.get(again).content.decode()


def test_done_work_leads_to_what_it_made(complete: Article, job: Job, as_cora: Client) -> None:
    assert as_cora.post(run_page(job), headers=HTMX).status_code == HTTPStatus.NO_CONTENT
    made = reverse("release", args=["sahel", "1.0.0"])
    assert as_cora.get(page(job), headers=HTMX)["HX-Redirect"] == made
    assert "Release 1.0.0 is published." in as_cora.get(page(job), follow=True).content.decode()


def test_nobody_runs_the_job_of_another(job: Job, as_rita: Client) -> None:
    assert as_rita.post(run_page(job)).status_code == HTTPStatus.FORBIDDEN
    job.refresh_from_db()
    assert job.state == Job.State.WAITING


def test_a_release_that_is_being_published_is_named_on_the_page_of_releases(
    job: Job, as_cora: Client
) -> None:
    assert page(job) in as_cora.get(reverse("releases", args=["sahel"])).content.decode()


@pytest.mark.parametrize("count", [0, 20])
def test_a_look_at_a_job_costs_the_same_however_many_there_were(
    job: Job, as_rita: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        Job(project=job.project, created_by=job.created_by, kind=job.kind, state="done").save()
    with django_assert_max_num_queries(6):
        as_rita.get(page(job), headers=HTMX)


def test_a_second_release_meanwhile_is_refused_and_what_was_filled_in_stays(
    complete: Article, job: Job, as_cora: Client
) -> None:
    form = {"version": "2.0.0", "text_in_release": "full", "licence": "MY LICENCE"}
    answer = as_cora.post(reverse("publish-release", args=["sahel"]), form)
    shown = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "is under way" in shown
    assert "MY LICENCE" in shown
