"""The settings page: the effect of other rules is shown before they hold."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.domain.alignment import iou
from annotate.models import Article, ClaimGroup, Job, Project, StoredFigures
from annotate.workflow.jobs import begin_job, fail_job
from tests.builders import give, hand_in, words
from tests.workflow.reviewing import hand_back

PAGE = "/p/sahel/settings/"
READERS = "/p/sahel/progress/people/readers/"
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
    ("opened", "address", "typed"),
    [
        (PAGE, f"{PAGE}rules/", {"match_threshold": "0.55", "boundary_threshold": "0,85"}),
        (READERS.removesuffix("readers/"), READERS, {"count": "3"}),
    ],
)
def test_numbers_that_are_typed_when_the_session_has_ended_are_kept(
    project: Project,
    as_cora: Client,
    client: Client,
    opened: str,
    address: str,
    typed: dict[str, str],
) -> None:
    page = as_cora.get(opened).text
    (form,) = re.findall(rf'<form[^>]*action="{address}.*?</form>', page, re.DOTALL)
    author = re.findall(r'type="hidden" name="author" value="([^"]+)"', form)
    kept = client.post(address, {"author": author, **typed})
    assert kept.status_code == 401
    for name, number in typed.items():
        shown = rf'<textarea [^>]*name="unsent-{name}"[^>]*>\s*(?:&#10;)?{number}</textarea>'
        assert re.search(shown, kept.text)


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


def test_a_claim_that_is_with_an_annotator_again_waits_for_no_rule(
    as_cora: Client, disputed: Article, ada: User
) -> None:
    assert "1 claim waits." in as_cora.get(PAGE).content.decode()
    hand_back(disputed, ada)
    assert "0 claims wait." in as_cora.get(PAGE).content.decode()
    sent = {**STORED, "rule-kind": "1"}
    effect = " ".join(as_cora.post(PAGE + "rules/", sent).content.decode().split())
    assert "0 claims wait now." in effect
    assert "hold now: 0 claims wait" in save(as_cora, "rules/", {**sent, "save": "1"})


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"match_threshold": "0"}, "above 0 and at most 1"),
        ({"boundary_threshold": "much"}, "Write a number between 0 and 1"),
        ({"agreement_policy": "mine"}, "one of the policies"),
    ],
)
def test_rules_that_cannot_hold_are_told(
    as_cora: Client, disputed: Article, sent: dict[str, str], told: str
) -> None:
    answer = as_cora.post(PAGE + "rules/", {**STORED, **sent, "save": "1"})
    assert answer.status_code == 422
    assert told in answer.content.decode()


@pytest.mark.parametrize("typed", ["0,9", "٠٫٩", "۰٫۹"])
def test_a_threshold_is_written_as_on_ones_own_keyboard(
    as_cora: Client, disputed: Article, typed: str
) -> None:
    save(as_cora, "rules/", {**STORED, "boundary_threshold": typed, "save": "1"})
    assert Project.objects.get(slug="sahel").boundary_threshold == 0.9


def field_of(page: str, name: str) -> str:
    """A field with what stands under it."""
    return page.partition(f'name="{name}"')[2].partition("</div>")[0]


@pytest.mark.parametrize("button", ["save", "show"])
def test_what_was_typed_stays_and_each_field_says_what_is_wrong_with_it(
    as_cora: Client, disputed: Article, button: str
) -> None:
    sent = {"agreement_policy": "majority", "match_threshold": "abc", "boundary_threshold": "٠٫٥"}
    answer = as_cora.post(PAGE + "rules/", {**sent, "rule-kind": "1", button: "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="abc"' in field_of(page, "match_threshold")
    assert "Write a number between 0 and 1" in field_of(page, "match_threshold")
    assert 'value="٠٫٥"' in field_of(page, "boundary_threshold")
    assert 'class="wrong"' not in field_of(page, "boundary_threshold")
    assert 'value="majority" checked' in page
    assert 'name="rule-kind" value="1" checked' in page
    assert 'name="rule-chain" value="1" checked' not in page
    both = as_cora.post(
        PAGE + "rules/", {**STORED, "match_threshold": "x", "boundary_threshold": "7"}
    )
    assert both.content.decode().count('class="wrong"') == 2
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("name", "pair", "share"),
    [
        ("match", ("the port is shut", "the port is shut since Monday"), "0.54"),
        ("boundary", ("the port is shut", "the port is shut now"), "0.81"),
    ],
)
def test_the_examples_beside_the_thresholds_are_right(
    as_cora: Client, project: Project, name: str, pair: tuple[str, str], share: str
) -> None:
    page = as_cora.get(PAGE).content.decode()
    (told,) = re.findall(rf'id="{name}-help">(.*?)</p>', page, re.S)
    shorter, longer = pair
    assert f"“{shorter}” and “{longer}” overlap by {share}" in told
    assert f"{iou(longer, [(0, len(shorter))], [(0, len(longer))]):.2f}" == share


def test_only_what_changes_something_can_be_switched(as_cora: Client, project: Project) -> None:
    page = as_cora.get(PAGE).content.decode()
    switches = page[page.index('id="switches"') :]
    offered = set(re.findall(r'type="checkbox" name="(\w+)"', switches))
    assert offered == {"second_look", "tiebreak", "settle_own", "suggestions", "preset_unmarked"}


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


def failed(client: Client, step: str, sent: dict[str, str]) -> str:
    """Save, and let the job fail; where its page leads to, to try again."""
    address = client.post(PAGE + step, sent)["Location"]
    job = Job.objects.get()
    begin_job(job)
    fail_job(job, problem="")
    page = client.get(address).content.decode()
    assert "it goes on where it was" in page
    (again,) = re.findall(rf'href="({PAGE}\?again=[^"]+)"', page)
    return client.get(again).content.decode()


def test_rules_that_were_interrupted_are_offered_as_they_were_asked_for(
    as_cora: Client, disputed: Article
) -> None:
    sent = {"agreement_policy": "majority", "match_threshold": "0,7", "boundary_threshold": "0.9"}
    page = failed(as_cora, "rules/", {**sent, "rule-kind": "1", "save": "1"})
    assert 'value="majority" checked' in page
    assert 'value="0.7"' in field_of(page, "match_threshold")
    assert 'value="0.9"' in field_of(page, "boundary_threshold")
    assert 'name="rule-kind" value="1" checked' in page
    assert 'name="rule-chain" value="1" checked' not in page
    assert "save it again" in page


def test_a_switch_that_was_interrupted_is_offered_as_it_was_asked_for(
    as_cora: Client, disputed: Article
) -> None:
    page = failed(as_cora, "switches/", {"second_look": "1", "suggestions": "1"})
    assert 'name="second_look" value="1" checked' in page
    assert 'name="second_look" value="1" checked' not in as_cora.get(PAGE).content.decode()


def test_what_was_done_is_not_offered_again(as_cora: Client, disputed: Article) -> None:
    save(as_cora, "rules/", {**STORED, "match_threshold": "0.7", "save": "1"})
    save(as_cora, "rules/", {**STORED, "match_threshold": "0.6", "save": "1"})
    for job in Job.objects.all():
        page = as_cora.get(f"{PAGE}?again={job.pk}").content.decode()
        assert 'value="0.6"' in field_of(page, "match_threshold")
        assert "save it again" not in page


@pytest.mark.parametrize(
    ("step", "sent", "kept"),
    [
        ("rules/", {**STORED, "match_threshold": "0.7", "save": "1"}, 'value="0.7"'),
        ("switches/", {"second_look": "1"}, 'name="second_look" value="1" checked'),
    ],
)
def test_settings_are_refused_while_others_are_being_changed_and_stay_on_the_screen(
    as_cora: Client, disputed: Article, step: str, sent: dict[str, str], kept: str
) -> None:
    as_cora.post(PAGE + "rules/", {**STORED, "save": "1"})
    answer = as_cora.post(PAGE + step, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "is under way" in page
    assert kept in page
