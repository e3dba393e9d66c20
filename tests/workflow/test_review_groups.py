"""Groups form in the call that completes an article: every annotation has one place, the queue
follows, and one article's failure is its own.
"""

from collections import Counter
from operator import methodcaller

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from annotate.domain.judgement import JudgementDraft
from annotate.models import (
    Annotation,
    Article,
    ClaimGroup,
    Decision,
    GroupMember,
    Project,
    ReviewItem,
    Submission,
)
from annotate.workflow.grouping import form_groups, regroup
from annotate.workflow.labelling import submit
from annotate.workflow.review import reopen
from tests.builders import give, hand_in, take_in_text, words, write
from tests.workflow.reviewing import (
    FORTY,
    HALTED,
    SHORTER,
    TITLE,
    complete,
    disagree,
    hand_back,
    members_of,
    relabelled,
    revise,
    take,
)


def test_two_labels_stacked_on_one_span_by_each_annotator_pair_by_their_labels(
    article: Article, ada: User, ben: User
) -> None:
    denied = {"stance": "denies", "kind": "position"}
    complete(
        article,
        {
            ada: (words(article, HALTED), relabelled(words(article, HALTED), **denied)),
            ben: (relabelled(words(article, HALTED), **denied), words(article, HALTED)),
        },
    )
    decisions = Decision.objects.standing()
    assert Counter(it.stance for it in decisions) == {"supports": 1, "denies": 1}
    assert {it.agreed_by for it in decisions} == {"unanimous"}


def test_every_submitted_annotation_has_its_place_in_one_group(
    project: Project, article: Article, ada: User, ben: User, chloe: User
) -> None:
    project.annotators_per_article = 3
    project.save()
    Article.objects.filter(pk=article.pk).update(open_slots=3)
    gap = words(article, "روسيا أوقفت", "من الجزائر")
    complete(
        article,
        {
            ada: (words(article, HALTED), gap, words(article, TITLE)),
            ben: (words(article, SHORTER), words(article, "تحذيرات"), words(article, FORTY)),
            chloe: (words(article, "الهجوم بعد تحذيرات"), words(article, FORTY)),
        },
    )
    placed = Counter(GroupMember.objects.values_list("annotation__annotation_id", flat=True))
    submitted = Annotation.objects.current().values_list("annotation_id", flat=True)
    assert placed == dict.fromkeys(submitted, 1)


@pytest.mark.parametrize("claims", [1, 3])
def test_forming_groups_asks_the_database_as_often_for_many_as_for_few(
    article: Article,
    ada: User,
    ben: User,
    claims: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    quotes = [HALTED, FORTY, TITLE][:claims]
    complete(
        article,
        {
            ada: tuple(words(article, quote) for quote in quotes),
            ben: tuple(words(article, quote, kind="causal") for quote in quotes),
        },
    )
    article = Article.objects.select_related("project__codebook").get(pk=article.pk)
    with django_assert_max_num_queries(30):
        form_groups(article=article, by=ada)


def test_the_queue_has_one_item_a_sentence_with_the_highest_level_that_waits(
    article: Article, ada: User, ben: User
) -> None:
    sentence = disagree(article, ada, ben)
    items = {it.sentence: it for it in ReviewItem.objects.filter(article=article)}
    assert {it.status for it in items.values()} == {"waiting", "settled"}
    assert (items[sentence].status, items[sentence].severity) == ("waiting", 3)
    assert ReviewItem.objects.waiting(article.project).by_severity() == {3: 1}


def test_the_queue_follows_what_is_settled_reopened_and_handed_back(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    sentence = disagree(article, ada, ben)

    def status() -> str:
        return str(ReviewItem.objects.get(sentence=sentence).status)

    take(sentence, 1, rita)
    assert status() == "settled"
    reopen(sentence=sentence, by=rita)
    assert status() == "waiting"
    submitted = hand_back(article, ben)
    assert status() == "closed"
    submit(assignment=submitted, by=ben)
    assert status() == "waiting"


def test_the_queue_goes_on_behind_a_place_in_reading_order_or_worst_first(
    article: Article, ada: User, ben: User
) -> None:
    complete(
        article,
        {
            ada: (words(article, TITLE), words(article, HALTED), words(article, FORTY)),
            ben: (
                words(article, TITLE, certainty="probable"),
                words(article, HALTED, stance="denies"),
                words(article, FORTY, kind="quantity"),
            ),
        },
    )
    waiting = ReviewItem.objects.waiting(article.project)
    in_order = list(waiting.in_reading_order())
    assert [it.severity for it in in_order] == [1, 3, 2]
    assert list(waiting.in_reading_order(after=in_order[0].place)) == in_order[1:]
    worst = list(waiting.worst_first())
    assert [it.severity for it in worst] == [3, 2, 1]
    assert list(waiting.worst_first(after=(3, *worst[0].place))) == worst[1:]


def test_a_failure_of_one_article_leaves_its_submission_and_is_told_to_the_manager(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    # as another program might leave it: a label that the codebook does not rank
    Annotation.objects.filter(assignment__article=article).update(confidence="sure")
    hand_in(article, ben, words(article, HALTED))
    article.refresh_from_db()
    assert "sure" in article.grouping_failure
    assert list(Article.objects.ungrouped()) == [article]
    assert (article.completed_at is not None, Submission.objects.count()) == (True, 2)
    assert not ClaimGroup.objects.exists()
    other = take_in_text(project, article.text + " ختام.", language="ar")
    complete(other, {ada: (words(other, HALTED),), ben: (words(other, HALTED),)})
    assert Decision.objects.standing().get().group.article == other
    Annotation.objects.filter(assignment__article=article).update(confidence="high")
    regroup(article=article, by=cora)
    assert not Article.objects.ungrouped().exists()
    assert Decision.objects.standing().count() == 2


def test_the_queue_tells_what_one_annotated_from_what_others_did(
    article: Article, ada: User, ben: User
) -> None:
    disagree(article, ada, ben)
    waiting = ReviewItem.objects.waiting(article.project)
    assert waiting.annotated_by(ada).count() == 1
    assert not waiting.not_annotated_by(ada).exists()
    assert not waiting.annotated_by(article.project.created_by).exists()


def test_the_queue_is_filtered_by_article_level_readers_and_difference(
    article: Article, ada: User, ben: User, chloe: User
) -> None:
    sentence = disagree(article, ada, ben)
    waiting = ReviewItem.objects.waiting(article.project)
    groups = ClaimGroup.objects.waiting()
    a, b, c = (article.project.memberships.get(user=who).pk for who in (ada, ben, chloe))
    kept = [
        waiting.of_severity(3),
        waiting.in_article(article.pk),
        waiting.read_by(a, b),
        waiting.with_groups(groups.differing_in("stance", ["denies", "supports"])),
        waiting.with_groups(groups.alike("|stance=denies/supports|")),
    ]
    assert [found.get().sentence for found in kept] == [sentence] * len(kept)
    assert not waiting.of_severity(2) | waiting.read_by(a, c)


@pytest.mark.parametrize(
    ("ada_says", "ben_says", "pattern"),
    [
        ({}, {"kind": "causal"}, "|kind=causal/event|"),
        ({"kind": "causal"}, {}, "|kind=causal/event|"),
        ({}, {"stance": "denies", "kind": "causal"}, "|stance=denies/supports|kind=causal/event|"),
        ({}, {}, ""),
    ],
)
def test_alike_differences_have_one_pattern(
    article: Article,
    ada: User,
    ben: User,
    ada_says: dict[str, str],
    ben_says: dict[str, str],
    pattern: str,
) -> None:
    complete(
        article,
        {
            ada: (relabelled(words(article, HALTED), **ada_says),),
            ben: (relabelled(words(article, HALTED), **ben_says),),
        },
    )
    assert ClaimGroup.objects.get().pattern == pattern


def test_groups_are_found_by_the_dimension_and_the_answers_in_which_they_differ(
    article: Article, ada: User, ben: User
) -> None:
    complete(
        article,
        {
            ada: (words(article, HALTED), words(article, TITLE)),
            ben: (words(article, HALTED, kind="causal"),),
        },
    )
    found = ClaimGroup.objects.waiting()
    assert found.differing_in("existence").get().start == article.text.index(TITLE)
    assert found.differing_in("kind", ["event", "causal"]).get().level == "major"
    assert not found.differing_in("kind", ["event", "caus"]).exists()
    assert found.patterns() == [("|existence=found/no_claim|", 1), ("|kind=causal/event|", 1)]


def test_groups_keep_their_ids_and_members_when_a_new_claim_comes(
    article: Article, ada: User, ben: User
) -> None:
    disagree(article, ada, ben)
    before = {group.pk: members_of(group) for group in ClaimGroup.objects.all()}
    revise(article, ben, words(article, TITLE))
    after = {group.pk: members_of(group) for group in ClaimGroup.objects.all()}
    assert before.items() <= after.items()


def test_a_claim_that_was_deleted_and_written_again_comes_back_to_its_stale_group(
    article: Article, ada: User, ben: User
) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    group = ClaimGroup.objects.get()
    assignment = hand_back(article, ben)
    sentence = group.sentence
    (row,) = assignment.annotations.current()
    write(sentence, ben, methodcaller("without_annotation", row.annotation_id))
    write(sentence, ben, methodcaller("with_annotation", words(article, SHORTER)))
    write(sentence, ben, JudgementDraft.finished)
    submit(assignment=assignment, by=ben)
    (stale,) = ClaimGroup.objects.all()
    assert (stale, stale.status, sorted(members_of(stale))) == (group, "stale", [1, 2])


def test_of_two_readings_of_one_claim_the_other_comes_to_its_group_when_one_is_deleted(
    article: Article, ada: User, ben: User
) -> None:
    whole, shorter = words(article, HALTED), words(article, SHORTER)
    complete(article, {ada: (words(article, HALTED),), ben: (whole, shorter)})
    group = ClaimGroup.objects.get(status="decided")
    assignment = hand_back(article, ben)
    write(group.sentence, ben, methodcaller("without_annotation", whole.annotation_id))
    write(group.sentence, ben, JudgementDraft.finished)
    submit(assignment=assignment, by=ben)
    article.refresh_from_db()
    assert article.grouping_failure == ""
    (stale,) = ClaimGroup.objects.all()
    assert (stale, stale.status) == (group, "stale")
    assert members_of(stale)[2] == str(shorter.annotation_id)
