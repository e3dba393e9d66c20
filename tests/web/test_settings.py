"""The settings page: the effect of other rules is shown before they hold."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.models import Article, ClaimGroup, Job, Project, StoredFigures
from annotate.workflow.jobs import begin_job, fail_job
from tests.builders import give, hand_in, words

PAGE = "/p/sahel/settings/"
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
STORED = {
    "agreement_policy": "unanimous",
    "match_threshold": "0.5",
    "boundary_threshold": "0.8",
    "rule-boundary": "1",
    "rule-chain": "1",
    "rule-attribution_type": "1",
}


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Article:
    """One claim whose kind differs."""
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, ben, words(article, HALTED, kind="causal"))
    return article


def test_the_effect_is_shown_and_nothing_is_stored(as_cora: Client, disputed: Article) -> None:
    told = as_cora.post(PAGE + "rules/", {**STORED, "rule-kind": "1"}).content.decode()
    assert "With these rules 1 would be agreed and 0 wait" in told
    assert ClaimGroup.objects.get().waits
    assert Project.objects.get(slug="sahel").on_difference["kind"] == "review"


@pytest.mark.parametrize(
    ("alpha", "too_few", "told", "offered"),
    [
        (0.667, False, "now 0.67", True),
        (0.66, False, "now 0.66", False),
        (0.9, True, "now not known", False),
        (None, False, "now not known", False),
    ],
)
def test_the_rule_for_kind_is_offered_once_readers_agree_on_it(
    as_cora: Client,
    project: Project,
    cora: User,
    alpha: float | None,
    too_few: bool,
    told: str,
    offered: bool,
) -> None:
    kind = {"dimension": "kind", "alpha": alpha, "too_few": too_few}
    StoredFigures.objects.create(
        project=project, created_by=cora, major=1, report={"dimensions": [kind]}
    )
    page = as_cora.get(PAGE).content.decode()
    assert told in page
    assert ('name="rule-kind" value="1" disabled' not in page) is offered
    Project.objects.update(on_difference={"kind": "rule"})
    assert 'name="rule-kind" value="1" checked>' in as_cora.get(PAGE).content.decode()


def save(client: Client, step: str, sent: dict[str, str]) -> str:
    """Save, and follow the job to its end; the last page."""
    page = client.post(PAGE + step, sent)["Location"]
    assert "/jobs/" in page
    client.post(page + "run/")
    return client.get(page, follow=True).content.decode()


def test_rules_that_are_saved_hold_for_what_waits(as_cora: Client, disputed: Article) -> None:
    sent = {**STORED, "rule-kind": "1", "save": "1"}
    told = save(as_cora, "rules/", sent)
    assert "These settings hold now: 0 claims wait" in told
    assert Project.objects.get(slug="sahel").on_difference["kind"] == "rule"
    assert ClaimGroup.objects.get().decisions.get().ruled == ["kind"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"match_threshold": "0"}, "above 0 and at most 1"),
        ({"boundary_threshold": "much"}, "as a number between 0 and 1"),
        ({"agreement_policy": "mine"}, "one of the policies"),
    ],
)
def test_rules_that_cannot_hold_are_told(
    as_cora: Client, disputed: Article, sent: dict[str, str], told: str
) -> None:
    answer = as_cora.post(PAGE + "rules/", {**STORED, **sent, "save": "1"})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_threshold_is_written_with_a_comma_too(as_cora: Client, disputed: Article) -> None:
    save(as_cora, "rules/", {**STORED, "boundary_threshold": "0,9", "save": "1"})
    assert Project.objects.get(slug="sahel").boundary_threshold == 0.9


def test_switches_are_saved_together_and_the_queue_follows(
    as_cora: Client, as_ada: Client, disputed: Article
) -> None:
    save(as_cora, "switches/", {"second_look": "1", "suggestions": "1"})
    project = Project.objects.get(slug="sahel")
    assert (project.second_look, project.suggestions, project.tiebreak) == (True, True, False)
    assert "Look again at 1 sentence" in as_ada.get("/p/sahel/").content.decode()
    save(as_cora, "switches/", {"suggestions": "1"})
    assert "Look again" not in as_ada.get("/p/sahel/").content.decode()


def test_switches_that_nothing_waits_for_hold_at_once(as_cora: Client, disputed: Article) -> None:
    told = as_cora.post(PAGE + "switches/", {"tiebreak": "1"}, follow=True).content.decode()
    assert "Saved." in told
    assert Project.objects.get(slug="sahel").tiebreak


def test_settings_that_were_interrupted_ask_to_be_saved_again(
    as_cora: Client, disputed: Article
) -> None:
    page = as_cora.post(PAGE + "rules/", {**STORED, "save": "1"})["Location"]
    job = Job.objects.get()
    begin_job(job)
    fail_job(job, problem="")
    told = as_cora.get(page).content.decode()
    assert "it goes on where it was" in told
    assert f'href="{PAGE}"' in told
