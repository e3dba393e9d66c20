"""Splits and joins are decisions about membership: they stand, and can be taken back."""

from uuid import UUID

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal, WorkflowError
from annotate.models import Article, ClaimGroup, Decision, Project, Regrouping, ReviewItem, Sentence
from annotate.workflow.policy import change_policy
from annotate.workflow.regrouping import (
    join_groups,
    split_group,
    undo_regrouping,
    why_they_stand,
)
from annotate.workflow.review import Choice, reopen, settle, waiting_groups
from annotate.workflow.tiebreak import next_tie
from tests.builders import sentence_at, words
from tests.workflow.reviewing import (
    HALTED,
    TITLE,
    complete,
    disagree,
    hand_back,
    members_of,
    revise,
    take,
)

INNER = "تحذيرات من الجزائر"
Members = list[dict[int, str]]


@pytest.fixture
def apart(article: Article, ada: User, ben: User) -> Sentence:
    """Ada's claim and Ben's part of it are two groups: they share too little."""
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, INNER),)})
    return sentence_at(article, HALTED)


def memberships(sentence: Sentence) -> Members:
    groups = ClaimGroup.objects.living().filter(sentence=sentence).order_by("start", "end")
    return [members_of(group) for group in groups]


def join(sentence: Sentence, by: User, reason: str = "One claim.") -> Regrouping:
    ids = [group.pk for group in waiting_groups(sentence)]
    return join_groups(sentence=sentence, by=by, groups=ids, reason=reason)


def split(sentence: Sentence, by: User, reason: str = "Two claims.") -> Regrouping:
    (group,) = waiting_groups(sentence)
    leaves = group.members.get(assignment__number=2).annotation.annotation_id
    return split_group(group=group, by=by, members=[leaves], reason=reason)


def test_two_groups_are_joined_into_the_first(apart: Sentence, rita: User) -> None:
    first, second = waiting_groups(apart)
    regrouping = join(apart, rita)
    (group,) = waiting_groups(apart)
    assert (group, sorted(members_of(group))) == (first, [1, 2])
    assert [each["dimension"] for each in group.differences] == ["boundary"]
    assert ClaimGroup.objects.get(pk=second.pk).status == "joined"
    assert (regrouping.kind, regrouping.created_by, regrouping.reason) == (
        "join",
        rita,
        "One claim.",
    )


def test_a_joined_group_is_settled_as_any_other(apart: Sentence, rita: User) -> None:
    join(apart, rita)
    (group,) = waiting_groups(apart)
    (decision,) = settle(sentence=apart, by=rita, choices={group.pk: Choice(seen=0)})
    assert len(decision.members) == 2
    assert ReviewItem.objects.get(sentence=apart).status == "settled"


def test_a_group_is_split_and_its_part_differs_by_itself(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    sentence = disagree(article, ada, ben)
    split(sentence, rita)
    kept, new = sorted(waiting_groups(sentence), key=lambda it: min(members_of(it)))
    assert (list(members_of(kept)), list(members_of(new))) == ([1], [2])
    assert {each.pattern for each in (kept, new)} == {"|granularity|"}


@pytest.mark.parametrize("act", [split, join])
def test_a_split_or_join_stands_when_the_article_is_aligned_anew(
    article: Article, ada: User, ben: User, rita: User, cora: User, act: object
) -> None:
    if act is split:
        sentence = disagree(article, ada, ben)
        split(sentence, rita)
    else:
        complete(article, {ada: (words(article, HALTED),), ben: (words(article, INNER),)})
        sentence = sentence_at(article, HALTED)
        join(sentence, rita)
    before = memberships(sentence)
    revise(article, ben, words(article, TITLE))
    change_policy(project=article.project, by=cora, match_threshold=0.9)
    assert memberships(sentence) == before


@pytest.mark.parametrize("decided", [False, True])
def test_a_join_is_taken_back(apart: Sentence, rita: User, decided: bool) -> None:
    if decided:
        take(apart, 1, rita, reason="")
        reopen(sentence=apart, by=rita)
    before = memberships(apart)
    statuses = [group.status for group in waiting_groups(apart)]
    regrouping = join(apart, rita)
    undone = undo_regrouping(regrouping=regrouping, by=rita, reason="Two after all.")
    assert memberships(apart) == before
    assert [group.status for group in waiting_groups(apart)] == statuses
    assert (undone.undoes, Regrouping.objects.count()) == (regrouping, 2)
    with pytest.raises(WorkflowError, match="taken back already"):
        undo_regrouping(regrouping=regrouping, by=rita)


def test_a_split_is_taken_back_and_its_new_group_is_gone(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    sentence = disagree(article, ada, ben)
    before = memberships(sentence)
    undo_regrouping(regrouping=split(sentence, rita), by=rita)
    (group,) = waiting_groups(sentence)
    assert (memberships(sentence), group.fixed, group.level) == (before, False, "critical")


def test_what_was_settled_since_is_taken_back_once_it_is_reopened(
    apart: Sentence, rita: User
) -> None:
    before = memberships(apart)
    regrouping = join(apart, rita)
    (group,) = waiting_groups(apart)
    settle(sentence=apart, by=rita, choices={group.pk: Choice(seen=0)})
    with pytest.raises(WorkflowError, match="Reopen what was decided") as refused:
        undo_regrouping(regrouping=regrouping, by=rita)
    assert refused.value.code == Refusal.CLOSED
    assert why_they_stand([regrouping]) == {regrouping.pk: refused.value.message}
    reopen(sentence=apart, by=rita)
    assert why_they_stand([regrouping]) == {regrouping.pk: ""}
    undo_regrouping(regrouping=regrouping, by=rita)
    assert memberships(apart) == before


def test_what_was_split_again_since_is_taken_back_after_that(apart: Sentence, rita: User) -> None:
    joined = join(apart, rita)
    parted = split(apart, rita)
    with pytest.raises(WorkflowError, match="first what was split or joined later") as refused:
        undo_regrouping(regrouping=joined, by=rita)
    assert refused.value.code == Refusal.CLOSED
    undo_regrouping(regrouping=parted, by=rita)
    assert undo_regrouping(regrouping=joined, by=rita).undoes == joined


def test_what_a_third_reader_has_is_not_taken_back_meanwhile(
    project: Project, article: Article, ada: User, ben: User, chloe: User, rita: User
) -> None:
    project.tiebreak = True
    project.save()
    sentence = disagree(article, ada, ben)
    regrouping = split(sentence, rita)
    next_tie(membership=project.memberships.get(user=chloe), by=chloe)
    with pytest.raises(WorkflowError, match="A third reader has this sentence"):
        undo_regrouping(regrouping=regrouping, by=rita)


@pytest.mark.parametrize(
    ("members", "reason", "field"),
    [("none", "Two.", "members"), ("all", "Two.", "members"), ("one", " ", "reason")],
)
def test_a_split_needs_a_reason_and_leaves_somebody_on_each_side(
    article: Article, ada: User, ben: User, rita: User, members: str, reason: str, field: str
) -> None:
    sentence = disagree(article, ada, ben)
    (group,) = waiting_groups(sentence)
    ids = [UUID(each) for each in members_of(group).values()]
    leave = {"none": [], "all": ids, "one": ids[:1]}[members]
    with pytest.raises(WorkflowError) as refused:
        split_group(group=group, by=rita, members=leave, reason=reason)
    assert refused.value.details["field"] == field


def test_what_one_annotator_tells_apart_is_not_joined(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    complete(article, {ada: (words(article, "روسيا أوقفت"), words(article, INNER)), ben: ()})
    with pytest.raises(WorkflowError, match="tells these claims apart"):
        join(sentence_at(article, HALTED), rita)


def test_what_is_decided_is_neither_split_nor_joined(
    project: Project, article: Article, ada: User, ben: User, rita: User
) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    agreed = Decision.objects.standing().get()
    leaves = agreed.group.members.get(assignment__number=2).annotation.annotation_id
    with pytest.raises(WorkflowError) as refused:
        split_group(group=agreed.group, by=rita, members=[leaves], reason="Two.")
    assert refused.value.code == Refusal.STALE


def test_nothing_is_joined_while_an_annotator_works_on_it(
    apart: Sentence, rita: User, ben: User
) -> None:
    ids = [group.pk for group in waiting_groups(apart)]
    hand_back(apart.article, ben)
    with pytest.raises(WorkflowError) as refused:
        join_groups(sentence=apart, by=rita, groups=ids, reason="One.")
    assert refused.value.code == Refusal.CLOSED
