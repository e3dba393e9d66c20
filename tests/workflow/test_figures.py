"""Figures of agreement as they are stored: what counts, and what takes whose place."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Article,
    CodebookVersion,
    Job,
    Membership,
    Project,
    StoredFigures,
    Submission,
)
from annotate.workflow.assigning import withdraw
from annotate.workflow.figures import alpha_of, basis_of, codebook_of, compute_figures
from annotate.workflow.labelling import submit
from annotate.workflow.leaving import end_membership
from annotate.workflow.policy import change_policy, change_settings
from annotate.workflow.projects import publish_codebook
from annotate.workflow.releasing import publish_release
from annotate.workflow.review import reopen
from annotate.workflow.second_look import answer_second_look
from annotate.workflow.sources import merge_source, propose_source
from annotate.workflow.tiebreak import next_tie
from tests.builders import CODEBOOK, TONE, give, hand_in, mark, source, take_in_text, words
from tests.workflow.reviewing import HALTED, TITLE, disagree, hand_back, revise, take

pytestmark = pytest.mark.usefixtures("data_dir")

LOUDNESS = {**TONE, "key": "loudness", "scope": "annotation", "agreement": True, "required": False}


@pytest.fixture
def complete(article: Article, ada: User, ben: User) -> Article:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, ben, words(article, HALTED, kind="evaluation"))
    return article


def take_up_next_major(project: Project) -> None:
    """As when the labels of the codebook have been given another meaning."""
    old = project.codebook
    assert old is not None
    content = {**json.loads(old.content), "version": "2.0.0"}
    project.codebook = CodebookVersion.objects.create(
        created_by=old.created_by,
        project=project,
        codebook=old.codebook,
        version="2.0.0",
        status=CodebookVersion.Status.PUBLISHED,
        content=json.dumps(content),
        sha256="2" * 64,
    )
    project.save(update_fields=["codebook"])


def test_the_page_and_the_release_tell_the_same_figures(complete: Article, cora: User) -> None:
    stored = compute_figures(project=complete.project, by=cora)
    release = publish_release(project=complete.project, by=cora, version="1.0.0")
    assert stored.report == json.loads(json.dumps(release.agreement_report))
    assert stored.report["articles"] == 1


def test_computed_again_they_take_the_place_of_the_old_ones(complete: Article, cora: User) -> None:
    first = compute_figures(project=complete.project, by=cora)
    second = compute_figures(project=complete.project, by=cora)
    assert list(StoredFigures.objects.all()) == [second]
    assert second.created_at > first.created_at


def test_an_article_labelled_by_another_major_version_does_not_count(
    complete: Article, cora: User, ada: User, ben: User
) -> None:
    before = compute_figures(project=complete.project, by=cora)
    take_up_next_major(complete.project)
    after = compute_figures(project=complete.project, by=cora)
    assert (after.major, after.report["articles"]) == (2, 0)
    assert not basis_of(after).is_outdated
    later = take_in_text(complete.project, complete.text + "ختام.", language="ar")
    give(later, ada, ben)
    hand_in(later, ada, words(later, HALTED))
    hand_in(later, ben, words(later, HALTED))
    assert (basis_of(before).is_outdated, basis_of(after).completed) == (False, 1)
    assert compute_figures(project=later.project, by=cora).report["articles"] == 1
    assert [codebook_of(each).version for each in (before, after)] == ["1.0.0", "2.0.0"]


def another(complete: Article, *people: User) -> Article:
    """A further complete article of theirs."""
    later = take_in_text(complete.project, complete.text + "ختام.", language="ar")
    give(later, *people)
    for person in people:
        hand_in(later, person)
    return later


def test_articles_completed_later_are_counted_beside_the_figures(
    complete: Article, cora: User, ada: User, ben: User
) -> None:
    stored = compute_figures(project=complete.project, by=cora)
    assert not basis_of(stored).is_outdated
    another(complete, ada, ben)
    assert basis_of(stored).completed == 1
    assert not basis_of(stored).gone


def test_excluded_work_and_all_of_the_articles_that_lack_a_reader_count_no_more(
    complete: Article, cora: User, ada: User, ben: User, chloe: User
) -> None:
    other = another(complete, ben, chloe)
    stored = compute_figures(project=complete.project, by=cora)
    end_membership(membership=member(complete, ada), by=cora, ended="excluded", reason="Random.")
    basis = basis_of(stored)
    assert (basis.readings, basis.gone, basis.excluded, basis.incomplete) == (4, 2, 1, 1)
    assert basis.is_void
    hand_back(other, chloe)
    assert basis_of(stored).gone == 4
    assert basis_of(compute_again(complete, other, chloe, cora)).gone == 0


def member(article: Article, user: User) -> Membership:
    return article.project.memberships.get(user=user)


def compute_again(complete: Article, other: Article, chloe: User, cora: User) -> StoredFigures:
    """Chloé hands both in."""
    submit(assignment=other.assignments.get(membership__user=chloe), by=chloe)
    give(complete, chloe)
    hand_in(complete, chloe)
    return compute_figures(project=complete.project, by=cora)


def test_work_that_was_sent_back_counts_no_more_until_it_is_handed_in_again(
    complete: Article, cora: User, ada: User, ben: User
) -> None:
    another(complete, ada, ben)
    stored = compute_figures(project=complete.project, by=cora)
    hand_back(complete, ada)
    basis = basis_of(stored)
    assert (basis.gone, basis.excluded, basis.incomplete, basis.is_void) == (2, 0, 1, False)
    submit(assignment=complete.assignments.get(membership__user=ada), by=ada)
    assert not basis_of(stored).is_outdated


def test_withdrawn_work_gives_way_to_that_of_the_next_reader(
    complete: Article, cora: User, ada: User, chloe: User
) -> None:
    stored = compute_figures(project=complete.project, by=cora)
    withdraw(assignment=hand_back(complete, ada), by=cora)
    assert basis_of(stored).is_void, "nothing is left to compare"
    give(complete, chloe)
    hand_in(complete, chloe)
    basis = basis_of(stored)
    assert (basis.gone, basis.incomplete, basis.completed, basis.is_void) == (1, 0, 1, False)


def test_what_is_revised_or_settled_later_leaves_figures_as_good_as_they_were(
    project: Project, article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    stored = compute_figures(project=project, by=cora)
    take(sentence, 1, rita)
    revise(article, ada, words(article, TITLE))
    assert not basis_of(stored).is_outdated


def test_another_threshold_makes_other_pairs_and_old_figures_out_of_date(
    complete: Article, cora: User
) -> None:
    stored = compute_figures(project=complete.project, by=cora)
    change_policy(project=complete.project, by=cora, boundary_threshold=0.9)
    assert not basis_of(stored).is_outdated
    change_policy(project=complete.project, by=cora, match_threshold=0.7)
    stored = StoredFigures.objects.get()
    assert basis_of(stored).is_outdated
    assert not basis_of(stored).is_void


def test_sources_that_were_two_and_are_one_now_make_other_figures(
    article: Article, ada: User, ben: User, cora: User
) -> None:
    radio, station = (source(article.project, name) for name in ("RFI", "Radio France int."))
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED, chain=(radio,)))
    hand_in(article, ben, words(article, HALTED, chain=(station,)))
    before = compute_figures(project=article.project, by=cora)
    merge_source(source=source(article.project, "BBC"), into=radio, by=cora)
    assert not basis_of(before).is_outdated, "neither of them was compared"
    merge_source(source=station, into=radio, by=cora)
    basis = basis_of(before)
    assert (basis.merged, basis.is_outdated, basis.is_void) == (1, True, False)
    after = compute_figures(project=article.project, by=cora)
    assert (percent(before, "source"), percent(after, "chain")) == (0, 1)
    assert not basis_of(after).is_outdated


def percent(stored: StoredFigures, dimension: str) -> float:
    (found,) = (it for it in stored.report["dimensions"] if it["dimension"] == dimension)
    return float(found["percent"])


def test_equal_proposals_that_meet_in_a_later_article_change_what_was_compared_before(
    project: Project, ada: User, ben: User, chloe: User, cora: User
) -> None:
    first, second, third = (
        take_in_text(project, f"{HALTED}.\nختام {number}.\n", language="ar") for number in "١٢٣"
    )
    proposed = {
        who: propose_source(article=article, by=who, name="راديو الساحل", kind="media")
        for article, who in ((first, ada), (second, ben))
    }
    for article, readers in ((first, (ada, chloe)), (second, (ben, chloe)), (third, (ada, ben))):
        give(article, *readers)
        for reader in readers:
            chain = (proposed[reader],) if reader in proposed else ()
            hand_in(article, reader, words(article, HALTED, chain=chain))
        if article == second:
            stored = compute_figures(project=project, by=cora)
    basis = basis_of(stored)
    assert (basis.completed, basis.merged, basis.gone) == (1, 1, 0)


def test_a_codebook_that_compares_other_things_makes_figures_out_of_date(
    complete: Article, cora: User
) -> None:
    project = complete.project
    stored = compute_figures(project=project, by=cora)
    content = json.loads(json.dumps(CODEBOOK))
    kind = next(it for it in content["dimensions"] if it["key"] == "kind")
    kind["options"].append({"value": "rumour", "title": {"en": "Rumour"}})
    publish_codebook(project=project, by=cora, content={**content, "version": "1.1.0"})
    assert not basis_of(stored).is_outdated, "a further answer changes none that was given"
    content["dimensions"].append(LOUDNESS)
    publish_codebook(project=project, by=cora, content={**content, "version": "1.2.0"})
    basis = basis_of(StoredFigures.objects.get())
    assert (basis.same_scales, basis.is_outdated, basis.is_void) == (False, True, False)


def test_what_is_settled_later_is_counted_beside_the_figures(
    project: Project, article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    stored = compute_figures(project=project, by=cora)
    assert basis_of(stored).settled == 0
    take(sentence, 1, rita)
    basis = basis_of(stored)
    assert (basis.settled, basis.is_outdated) == (1, False)
    assert basis_of(compute_figures(project=project, by=cora)).settled == 0


def test_figures_of_before_this_was_kept_say_that_it_is_not_known(
    complete: Article, cora: User
) -> None:
    compute_figures(project=complete.project, by=cora)
    StoredFigures.objects.update(scales=None)
    basis = basis_of(StoredFigures.objects.get())
    assert (basis.is_known, basis.is_outdated, basis.is_void) == (False, True, False)


def test_an_alpha_that_rests_on_excluded_work_is_not_known(
    complete: Article, cora: User, ada: User
) -> None:
    stored = compute_figures(project=complete.project, by=cora)
    kind = next(it for it in stored.report["dimensions"] if it["dimension"] == "kind")
    kind.update(alpha=0.9, too_few=False)
    stored.save()
    assert alpha_of(complete.project, "kind") == 0.9
    end_membership(membership=member(complete, ada), by=cora, ended="excluded", reason="Random.")
    assert alpha_of(complete.project, "kind") is None


def test_without_a_complete_article_there_is_nothing_to_compute(
    article: Article, cora: User
) -> None:
    with pytest.raises(WorkflowError) as refusal:
        compute_figures(project=article.project, by=cora)
    assert refusal.value.code == Refusal.CLOSED


def test_nothing_that_happens_after_the_first_submission_moves_a_figure_but_calibration(
    project: Project, article: Article, ada: User, ben: User, chloe: User, rita: User, cora: User
) -> None:
    def figures() -> dict[str, object]:
        report = dict(compute_figures(project=project, by=cora).report)
        calibrations.append(report.pop("calibration"))
        return report

    calibrations: list[object] = []
    change_settings(project=project, by=cora, second_look=True)
    sentence = disagree(article, ada, ben)
    first = figures()
    for reader, answer in ((ada, "keep"), (ben, "take")):
        answer_second_look(sentence=sentence, by=reader, answer=answer)
        assert figures() == first
    assert calibrations[0] != calibrations[-1]
    reopen(sentence=sentence, by=rita)
    change_settings(project=project, by=cora, second_look=False, tiebreak=True)
    third = next_tie(membership=project.memberships.get(user=chloe), by=chloe)
    mark(article, chloe, words(article, HALTED))
    submit(assignment=third, by=chloe)
    next_month = timezone.now() + timedelta(days=31)
    Submission.objects.filter(assignment=third).update(created_at=next_month)
    assert figures() == first
    change_policy(project=project, by=cora, agreement_policy="adjudicate_all")
    assert figures() == first
    revise(article, ada, words(article, TITLE), words(article, HALTED, kind="causal"))
    assert figures() == first


def test_it_tells_how_far_it_is(complete: Article, cora: User) -> None:
    told: list[tuple[Job.Step, int, int]] = []
    compute_figures(project=complete.project, by=cora, progress=lambda *step: told.append(step))
    assert told == [(Job.Step.READING, 0, 1), (Job.Step.COMPUTING, 0, 0)]


def test_figures_are_seen_by_reviewers_and_managers_of_the_project(
    complete: Article, cora: User, rita: User, ada: User, olga: User, dan: User
) -> None:
    compute_figures(project=complete.project, by=cora)
    people = (cora, rita, ada, olga, dan)
    seen = {user: StoredFigures.objects.visible_to(user).count() for user in people}
    assert seen == {cora: 1, rita: 1, ada: 0, olga: 0, dan: 0}
