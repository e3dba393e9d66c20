"""The tiebreak: a third reader reads what is disputed, blind, and the majority of three decides."""

from collections.abc import Callable
from operator import methodcaller
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Article,
    Assignment,
    ClaimGroup,
    CodebookVersion,
    Decision,
    Judgement,
    Project,
    Release,
    ReviewItem,
    Sentence,
)
from annotate.workflow.assigning import withdraw
from annotate.workflow.labelling import submit, unfinished_sentences
from annotate.workflow.leaving import end_membership
from annotate.workflow.projects import change_member
from annotate.workflow.reading import Known, contents_of
from annotate.workflow.review import settle_as_empty
from annotate.workflow.tiebreak import break_tie, next_tie, ties_for
from tests.builders import mark, sentence_at, words, write
from tests.workflow.reviewing import FORTY, HALTED, complete, disagree, take


@pytest.fixture
def tied(project: Project, article: Article, ada: User, ben: User) -> Sentence:
    """Ada says that the claim is supported, Ben that it is denied."""
    project.tiebreak = True
    project.save()
    return disagree(article, ada, ben)


def third(sentence: Sentence, reader: User) -> Assignment:
    membership = sentence.project.memberships.get(user=reader)
    return next_tie(membership=membership, by=reader)


def test_a_third_reader_gets_only_what_is_disputed_and_no_reviewer_has_it_meanwhile(
    tied: Sentence, chloe: User
) -> None:
    assignment = third(tied, chloe)
    assert assignment.limited_to == [tied.index]
    assert unfinished_sentences(assignment) == [tied]
    assert ReviewItem.objects.get(sentence=tied).status == "closed"
    with pytest.raises(WorkflowError, match="other sentences"):
        write(sentence_at(tied.article, FORTY), chloe, methodcaller("as_no_claim", "other"))


def test_a_third_reader_sees_nobody_elses_labels(tied: Sentence, chloe: User) -> None:
    third(tied, chloe)
    assert not Judgement.objects.visible_to(chloe).exists()
    assert not ClaimGroup.objects.visible_to(chloe).exists()


@pytest.mark.parametrize(
    ("languages", "offered"), [([], 1), (["fr", "ar"], 1), (["ar-EG"], 0), (["fr"], 0)]
)
def test_a_third_reader_is_given_what_the_person_reads(
    tied: Sentence, chloe: User, languages: list[str], offered: int
) -> None:
    Article.objects.filter(pk=tied.article_id).update(language="ar-DZ")
    membership = tied.project.memberships.get(user=chloe)
    membership.languages = languages
    assert ties_for(membership).count() == offered


def test_a_reviewer_who_breaks_the_tie_has_nothing_of_the_article_in_the_queue(
    project: Project, tied: Sentence, rita: User, cora: User
) -> None:
    third(tied, rita)
    ReviewItem.objects.update(status="waiting")  # as if another sentence of it waited
    waiting = ReviewItem.objects.waiting(project)
    assert not waiting.off_desk_of(rita).exists()
    assert waiting.off_desk_of(cora).exists()


@pytest.mark.parametrize(
    ("stance", "ways"),
    [("denies", [("denies", "majority")]), ("supports", [("supports", "majority")])],
)
def test_the_majority_of_three_decides(
    tied: Sentence, chloe: User, stance: str, ways: list[tuple[str, str]]
) -> None:
    assignment = third(tied, chloe)
    mark(tied.article, chloe, words(tied.article, HALTED, stance=stance))
    submit(assignment=assignment, by=chloe)
    decided = Decision.objects.standing().filter(group__sentence=tied)
    assert list(decided.values_list("stance", "agreed_by")) == ways
    assert ReviewItem.objects.get(sentence=tied).status == "settled"


def test_what_three_read_in_three_ways_goes_to_the_reviewer(tied: Sentence, chloe: User) -> None:
    assignment = third(tied, chloe)
    mark(tied.article, chloe, words(tied.article, HALTED, stance="questions"))
    submit(assignment=assignment, by=chloe)
    assert ReviewItem.objects.get(sentence=tied).status == "waiting"
    (group,) = ClaimGroup.objects.waiting()
    assert group.members.count() == 3


def test_the_third_reading_counts_in_no_figure(
    project: Project, tied: Sentence, chloe: User
) -> None:
    assignment = third(tied, chloe)
    mark(tied.article, chloe, words(tied.article, HALTED))
    submit(assignment=assignment, by=chloe)
    version = CodebookVersion.objects.get(project=project)
    known = Known(Release(project=project, codebook_version=version))
    (contents,) = contents_of(project, known)
    assert contents.submitted[assignment.pk] == 0
    assert sum(seq > 0 for seq in contents.submitted.values()) == 2


def test_a_withdrawn_tie_goes_back_to_the_reviewers_and_opens_no_place(
    tied: Sentence, chloe: User, cora: User
) -> None:
    withdraw(assignment=third(tied, chloe), by=cora)
    assert ReviewItem.objects.get(sentence=tied).status == "waiting"
    tied.article.refresh_from_db()
    assert (tied.article.open_slots, tied.article.completed_at is None) == (0, False)


@pytest.mark.parametrize("who", ["had it", "third reader", "switch"])
def test_a_tie_is_broken_once_by_somebody_else_where_the_project_wants_it(
    project: Project, tied: Sentence, ada: User, chloe: User, rita: User, who: str
) -> None:
    breaker = ada if who == "had it" else rita
    if who == "third reader":
        third(tied, chloe)
    if who == "switch":
        Project.objects.update(tiebreak=False)
    membership = project.memberships.get(user=breaker)
    with pytest.raises(WorkflowError) as refused:
        break_tie(article=tied.article, membership=membership, by=breaker)
    assert refused.value.code == Refusal.CLOSED


def test_a_tie_that_an_excluded_reader_broke_is_broken_by_another(
    project: Project, tied: Sentence, chloe: User, rita: User, cora: User
) -> None:
    assignment = third(tied, chloe)
    mark(tied.article, chloe, words(tied.article, HALTED, stance="questions"))
    submit(assignment=assignment, by=chloe)
    excluded = project.memberships.get(user=chloe)
    end_membership(membership=excluded, by=cora, ended="excluded", reason="Labels at random.")
    assert third(tied, rita).limited_to == [tied.index]


@pytest.mark.parametrize("change", ["left", "observes"])
def test_who_annotates_here_no_longer_breaks_no_tie(
    project: Project, tied: Sentence, chloe: User, cora: User, change: str
) -> None:
    membership = project.memberships.get(user=chloe)  # as it was when the tie was asked for
    now = project.memberships.get(user=chloe)
    if change == "left":
        end_membership(membership=now, by=cora, ended="left", reason="Gone to sea.")
    else:
        change_member(membership=now, by=cora, role="observer")
    with pytest.raises(WorkflowError, match="annotates in this project no longer") as refused:
        break_tie(article=tied.article, membership=membership, by=chloe)
    assert refused.value.code == Refusal.CLOSED
    assert ReviewItem.objects.get(sentence=tied).status == "waiting"


def test_a_reviewer_waits_for_the_third_reading(tied: Sentence, chloe: User, rita: User) -> None:
    assignment = third(tied, chloe)
    acts: list[Callable[[], object]] = [
        lambda: take(tied, 1, rita),
        lambda: settle_as_empty(sentence=tied, by=rita, seen=dict.fromkeys(groups(tied), 0)),
    ]
    for settle_it in acts:
        with pytest.raises(WorkflowError, match="A third reader") as refused:
            settle_it()
        assert refused.value.code == Refusal.CLOSED
    withdraw(assignment=assignment, by=rita)
    assert take(tied, 1, rita)


def groups(sentence: Sentence) -> list[UUID]:
    return list(sentence.groups.values_list("pk", flat=True))


def test_where_nothing_is_disputed_there_is_no_tie(
    project: Project, article: Article, ada: User, ben: User, chloe: User
) -> None:
    project.tiebreak = True
    project.save()
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    membership = project.memberships.get(user=chloe)
    assert not ties_for(membership)
    with pytest.raises(WorkflowError) as refused:
        next_tie(membership=membership, by=chloe)
    assert refused.value.code == Refusal.GONE
