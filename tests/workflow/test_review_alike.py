"""Patterns are settled in one act, rules looked at by sample, policies changed with a preview."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from annotate.domain.disagreement import is_drawn
from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Annotation,
    Article,
    ClaimGroup,
    Decision,
    Event,
    Project,
    ReviewItem,
)
from annotate.workflow.alike import Alike, confirm_rule, overturn_rule, settle_alike
from annotate.workflow.policy import change_policy, preview_policy
from annotate.workflow.review import Choice, reopen
from tests.builders import source, take_in_text, words
from tests.workflow.reviewing import FORTY, HALTED, SHORTER, TITLE, complete, disagree, take

KINDS = "|kind=causal/event|"


@pytest.fixture
def alike(project: Project, article: Article, ada: User, ben: User) -> list[Article]:
    """Three articles in which Ada says event and Ben cause."""
    copies = [take_in_text(project, f"{article.text}{n}.", language="ar") for n in range(2)]
    for each in (article, *copies):
        complete(each, {ada: (words(each, HALTED),), ben: (words(each, HALTED, kind="causal"),)})
    return [article, *copies]


def seen(pattern: str = KINDS) -> dict[UUID, int]:
    return {group.pk: 0 for group in ClaimGroup.objects.waiting().alike(pattern)}


def test_differences_that_are_alike_are_settled_in_one_act(
    project: Project, alike: list[Article], rita: User
) -> None:
    done = settle_alike(
        project=project,
        by=rita,
        pattern=KINDS,
        answer=Alike(values={"kind": "causal"}),
        seen=seen(),
        reason="guideline_unclear",
        note="A cause is named.",
    )
    assert (len(done.decisions), done.refused) == (len(alike), {})
    assert {(it.kind, it.agreed_by, it.n_agree) for it in done.decisions} == {
        ("causal", "adjudicated", 1)
    }
    assert not ReviewItem.objects.waiting(project).exists()


def test_what_was_settled_meanwhile_or_differs_otherwise_holds_up_no_other(
    project: Project, alike: list[Article], rita: User, cora: User
) -> None:
    asked = seen()
    first, second, _third = asked
    taken = ClaimGroup.objects.get(pk=first).sentence
    take(taken, 1, cora)
    reopen(sentence=taken, by=cora)
    ClaimGroup.objects.filter(pk=second).update(pattern="|boundary|")
    done = settle_alike(
        project=project,
        by=rita,
        pattern=KINDS,
        answer=Alike(reject=True),
        seen=asked | {uuid4(): 0},
        reason="slip",
    )
    assert [it.outcome for it in done.decisions] == ["rejected"]
    assert {first, second} <= done.refused.keys()
    assert all("has changed" in why for why in done.refused.values())


def test_without_a_reason_where_one_is_needed_nothing_is_settled(
    project: Project, alike: list[Article], rita: User
) -> None:
    done = settle_alike(
        project=project, by=rita, pattern=KINDS, answer=Alike(), seen=seen(), reason=""
    )
    assert (done.decisions, len(done.refused)) == ((), len(alike))


@pytest.mark.parametrize(
    ("answer", "chain", "quote"),
    [
        (Alike(source="author"), 0, HALTED),
        (Alike(source="attributed"), 1, SHORTER),
        (Alike(words="longest"), 0, HALTED),
        (Alike(words="shortest"), 1, SHORTER),
    ],
)
def test_the_answer_may_be_the_author_the_source_or_the_longer_words(
    project: Project,
    article: Article,
    ada: User,
    ben: User,
    rita: User,
    answer: Alike,
    chain: int,
    quote: str,
) -> None:
    paper = source(project, "Le Monde")
    complete(
        article,
        {ada: (words(article, HALTED),), ben: (words(article, SHORTER, chain=(paper,)),)},
    )
    group = ClaimGroup.objects.waiting().get()
    assert group.pattern.startswith("|source=author/attributed|")
    done = settle_alike(
        project=project,
        by=rita,
        pattern=group.pattern,
        answer=answer,
        seen={group.pk: 0},
        reason="slip",
    )
    (decision,) = done.decisions
    assert (len(decision.source_chain), article.quote(decision.spans)) == (chain, quote)


def ruled(article: Article, ada: User, ben: User) -> ClaimGroup:
    """A group that a rule settled, drawn to be looked at whatever its id."""
    complete(article, {ada: (words(article, SHORTER),), ben: (words(article, HALTED),)})
    ClaimGroup.objects.update(spot_check="drawn")
    return ClaimGroup.objects.get()


def test_what_rules_settle_is_drawn_by_its_id_one_in_twenty() -> None:
    ids = [str(UUID(int=number)) for number in range(4_000)]
    drawn = [pk for pk in ids if is_drawn(pk)]
    assert drawn == [pk for pk in ids if is_drawn(pk)]
    assert 0.03 < len(drawn) / len(ids) < 0.07


def test_only_what_a_rule_settled_is_drawn(article: Article, ada: User, ben: User) -> None:
    complete(
        article,
        {
            ada: (words(article, SHORTER), words(article, FORTY)),
            ben: (words(article, HALTED), words(article, FORTY)),
        },
    )
    for decision in Decision.objects.all():
        expected = decision.agreed_by == "rule" and is_drawn(str(decision.group_id))
        assert (decision.group.spot_check == "drawn") is expected


def test_a_drawn_decision_is_confirmed_once(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    group = ruled(article, ada, ben)
    confirm_rule(group=group, by=rita)
    with pytest.raises(WorkflowError) as refused:
        confirm_rule(group=group, by=rita)
    assert refused.value.code == Refusal.GONE
    assert Decision.objects.standing().get().agreed_by == "rule"
    assert Event.objects.filter(what="confirm_rule", on_id=group.pk).count() == 1
    tally = ClaimGroup.objects.spot_check_tally(article.project)
    assert tally == {"drawn": 0, "confirmed": 1, "overturned": 0}


def test_a_drawn_decision_is_overturned_and_stays_in_the_history(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    group = ruled(article, ada, ben)
    by_rule = group.decisions.get()
    shorter = group.members.get(assignment__number=1).annotation.annotation_id
    choice = Choice(seen=1, take=shorter)
    decision = overturn_rule(group=group, by=rita, choice=choice, note="It ends there.")
    assert (decision.previous, article.quote(decision.spans)) == (by_rule, SHORTER)
    assert not ClaimGroup.objects.spot_checks(article.project).exists()
    assert ClaimGroup.objects.spot_check_tally(article.project)["overturned"] == 1


def differing(article: Article, ada: User, ben: User) -> None:
    """One group is unanimous, one settled by the rule for boundaries, one differs in kind."""
    complete(
        article,
        {
            ada: (words(article, SHORTER), words(article, FORTY), words(article, TITLE)),
            ben: (
                words(article, HALTED),
                words(article, FORTY, kind="quantity"),
                words(article, TITLE),
            ),
        },
    )


@pytest.mark.parametrize(
    ("changes", "agreed", "by_dimension"),
    [
        ({}, 0, {"kind": 1}),
        ({"on_difference": {"kind": "rule"}}, 1, {}),
        ({"agreement_policy": "adjudicate_all"}, 0, {"policy": 1}),
        ({"agreement_policy": "majority"}, 0, {"kind": 1}),
    ],
)
def test_a_preview_tells_the_effect_and_the_change_has_it(
    project: Project,
    article: Article,
    ada: User,
    ben: User,
    cora: User,
    changes: dict[str, Any],
    agreed: int,
    by_dimension: dict[str, int],
) -> None:
    differing(article, ada, ben)
    standing = set(Decision.objects.standing())
    effect = preview_policy(project, **changes)
    assert (effect.waiting_before, effect.agreed, effect.to_review) == (1, agreed, 1 - agreed)
    assert effect.by_dimension == by_dimension
    assert change_policy(project=project, by=cora, **changes) == effect
    assert ClaimGroup.objects.waiting().count() == effect.to_review
    assert standing <= set(Decision.objects.standing())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"match_threshold": 0.0}, "match_threshold"),
        ({"boundary_threshold": 1.1}, "boundary_threshold"),
        ({"agreement_policy": "coin"}, "agreement_policy"),
        ({"on_difference": {"stance": "rule"}}, "on_difference"),
        ({"on_difference": {"kind": "coin"}}, "on_difference"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(
    project: Project, cora: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(WorkflowError) as refused:
        change_policy(project=project, by=cora, **changes)
    assert refused.value.details["field"] == field
    project.refresh_from_db()
    assert project.agreement_policy == "unanimous"


def test_a_lower_threshold_makes_one_group_of_what_were_two(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    complete(
        article, {ada: (words(article, HALTED),), ben: (words(article, "تحذيرات من الجزائر"),)}
    )
    assert ClaimGroup.objects.waiting().count() == 2
    change_policy(project=project, by=cora, match_threshold=0.3)
    assert ClaimGroup.objects.waiting().get().pattern == "|boundary|"


def test_an_article_that_cannot_be_read_holds_up_no_change_of_policy(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    broken = take_in_text(project, article.text + " ختام.", language="ar")
    for each in (article, broken):
        differing(each, ada, ben)
    # as another program might leave it: a label that the codebook does not rank
    Annotation.objects.filter(assignment__article=broken).update(confidence="sure")
    effect = change_policy(project=project, by=cora, on_difference={"kind": "rule"})
    assert (effect.articles, effect.agreed, effect.to_review) == (2, 1, 1)
    assert list(Article.objects.ungrouped()) == [broken]
    assert ClaimGroup.objects.waiting().get().article == broken


def test_a_settled_decision_says_under_which_policy_it_was_made(
    project: Project, article: Article, ada: User, ben: User, cora: User, rita: User
) -> None:
    sentence = disagree(article, ada, ben)
    (before,) = take(sentence, 1, rita)
    change_policy(project=project, by=cora, agreement_policy="adjudicate_all")
    before.refresh_from_db()
    assert before.policy["agreement_policy"] == "unanimous"


def test_the_groups_of_a_pattern_go_on_behind_one_of_them(alike: list[Article]) -> None:
    found = ClaimGroup.objects.waiting().alike(KINDS)
    first, second, third = found.in_reading_order()
    assert [it.article for it in (first, second, third)] == alike
    assert list(found.in_reading_order(after=second.pk)) == [third]
    assert not found.in_reading_order(after=third.pk)


@pytest.mark.parametrize("articles", [1, 3])
def test_a_pattern_is_listed_with_as_many_queries_however_many_groups_it_has(
    project: Project,
    alike: list[Article],
    articles: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(4):
        groups = ClaimGroup.objects.waiting().filter(article__in=alike[:articles]).alike(KINDS)
        list(groups.with_readings())
