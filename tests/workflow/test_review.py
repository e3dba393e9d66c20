"""From submitted work to decisions: what agrees by itself, what waits, and that decisions stand."""

from dataclasses import replace
from operator import methodcaller
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from annotate.domain.judgement import JudgementDraft
from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Article,
    ClaimGroup,
    Decision,
    Event,
    Project,
    ReviewItem,
    Sentence,
    Source,
)
from annotate.workflow.labelling import submit
from annotate.workflow.review import (
    Choice,
    reading_of,
    reopen,
    send_back,
    settle,
    settle_as_empty,
    undo_settling,
    waiting_groups,
)
from annotate.workflow.sources import propose_source
from tests.builders import give, hand_in, sentence_at, source, words, write
from tests.workflow.reviewing import (
    FORTY,
    HALTED,
    SHORTER,
    TITLE,
    complete,
    disagree,
    hand_back,
    relabelled,
    revise,
    take,
)


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Sentence:
    return disagree(article, ada, ben)


def test_equal_work_is_agreed_without_a_reviewer(article: Article, ada: User, ben: User) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    decision = Decision.objects.standing().get()
    assert (decision.agreed_by, decision.decided_by, decision.n_agree) == ("unanimous", None, 2)
    assert article.quote(decision.spans) == HALTED
    assert not ClaimGroup.objects.waiting().exists()


def test_nothing_is_grouped_before_all_have_submitted(
    article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    assert not ClaimGroup.objects.exists()
    hand_in(article, ben, words(article, HALTED))
    assert ClaimGroup.objects.count() == 1


def test_a_shorter_span_is_settled_by_rule(article: Article, ada: User, ben: User) -> None:
    complete(article, {ada: (words(article, SHORTER),), ben: (words(article, HALTED),)})
    decision = Decision.objects.standing().get()
    assert (decision.agreed_by, article.quote(decision.spans)) == ("rule", HALTED)


def test_a_relay_that_one_left_out_is_settled_by_rule(
    article: Article, ada: User, ben: User
) -> None:
    paper, state = (
        source(article.project, "Le Monde"),
        source(article.project, "Algeria", "institution"),
    )
    complete(
        article,
        {
            ada: (words(article, HALTED, chain=(state,)),),
            ben: (words(article, HALTED, chain=(paper, state)),),
        },
    )
    decision = Decision.objects.standing().get()
    assert (decision.agreed_by, decision.source_chain) == ("rule", [str(paper.pk), str(state.pk)])


def test_one_annotators_work_is_single_where_one_is_enough(
    project: Project, article: Article, ada: User
) -> None:
    project.annotators_per_article = 1
    project.save()
    Article.objects.filter(pk=article.pk).update(open_slots=1)
    complete(article, {ada: (words(article, HALTED),)})
    assert Decision.objects.standing().get().agreed_by == "single"


@pytest.mark.parametrize(
    ("other", "level", "dimension"),
    [
        ({"stance": "denies"}, "critical", "stance"),
        ({"stance": "questions"}, "major", "stance"),
        ({"kind": "causal"}, "major", "kind"),
        ({"certainty": "possible"}, "major", "certainty"),
        ({"certainty": "probable"}, "minor", "certainty"),
    ],
)
def test_what_differs_waits_with_its_level(
    article: Article, ada: User, ben: User, other: dict[str, str], level: str, dimension: str
) -> None:
    claim = relabelled(words(article, HALTED), **other)
    complete(article, {ada: (words(article, HALTED),), ben: (claim,)})
    group = ClaimGroup.objects.waiting().get()
    assert (group.level, [d["dimension"] for d in group.differences]) == (level, [dimension])


def test_two_proposals_of_one_name_merge_at_completion_and_agree(
    article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    for annotator, name in ((ada, "إذاعة الضفاف"), (ben, "اذاعة الضفاف")):
        proposed = propose_source(article=article, by=annotator, name=name, kind="media")
        hand_in(article, annotator, words(article, HALTED, chain=(proposed,)))
    decision = Decision.objects.standing().get()
    assert decision.agreed_by == "unanimous"
    assert decision.source_chain == [str(Source.objects.get(merged_into=None, shared=True).pk)]


def test_a_reviewer_takes_a_reading(disputed: Sentence, rita: User) -> None:
    (decision,) = take(disputed, 2, rita)
    assert (decision.stance, decision.agreed_by, decision.decided_by) == (
        "denies",
        "adjudicated",
        rita,
    )
    assert (decision.n_annotators, decision.n_agree, decision.reason) == (2, 1, "slip")
    assert not waiting_groups(disputed)


@pytest.mark.parametrize("number", [0, 3])
def test_a_reading_of_nobody_is_refused(disputed: Sentence, number: int) -> None:
    with pytest.raises(WorkflowError, match="no such reading"):
        reading_of(disputed, number)


def test_who_skipped_the_sentence_has_no_reading_to_take(
    project: Project, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    sentence = sentence_at(article, HALTED)
    write(sentence, ben, methodcaller("as_skipped", "torn page"))
    hand_in(article, ben)
    with pytest.raises(WorkflowError, match="no such reading"):
        reading_of(sentence, 2)


def test_none_is_right_is_a_result_with_which_no_member_agrees(
    disputed: Sentence, rita: User
) -> None:
    (group,) = waiting_groups(disputed)
    (decision,) = settle(
        sentence=disputed, by=rita, choices={group.pk: Choice(seen=0, reject=True)}, reason="slip"
    )
    assert (decision.outcome, decision.n_agree, len(decision.members)) == ("rejected", 0, 2)


def test_a_source_in_the_place_of_the_author_brings_its_attribution(
    disputed: Sentence, rita: User
) -> None:
    (group,) = waiting_groups(disputed)
    taken = group.members.all()[0].annotation.annotation_id
    paper = source(group.project, "Le Monde")
    choice = Choice(seen=0, take=taken, source_chain=(paper.pk,))
    (decision,) = settle(sentence=disputed, by=rita, choices={group.pk: choice}, reason="slip")
    assert (decision.source, decision.attribution_type) == (paper, "indirect")


def test_a_source_stands_once_in_the_chain_of_a_decision(disputed: Sentence, rita: User) -> None:
    (group,) = waiting_groups(disputed)
    taken = group.members.all()[0].annotation.annotation_id
    paper = source(group.project, "Le Monde")
    choice = Choice(seen=0, take=taken, source_chain=(paper.pk, paper.pk))
    with pytest.raises(WorkflowError, match="twice"):
        settle(sentence=disputed, by=rita, choices={group.pk: choice}, reason="slip")
    assert not group.decisions.exists()


def test_decisions_stand_while_the_rest_is_aligned_again(
    disputed: Sentence, rita: User, ben: User
) -> None:
    article = disputed.article
    (decision,) = take(disputed, 1, rita)
    revise(article, ben, words(article, TITLE))
    assert Decision.objects.standing().get(group=decision.group) == decision
    assert [group.sentence.index for group in ClaimGroup.objects.waiting()] == [0]


def test_handing_in_again_with_nothing_changed_changes_nothing(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    complete(
        article,
        {
            ada: (words(article, HALTED), words(article, FORTY), words(article, TITLE)),
            ben: (words(article, HALTED, stance="denies"), words(article, FORTY)),
        },
    )
    take(sentence_at(article, HALTED), 1, rita)

    def stored() -> list[object]:
        groups = ClaimGroup.objects.order_by("start").values()
        return [*groups, *Decision.objects.order_by("created_at").values()]

    before = stored()
    revise(article, ben)
    assert stored() == before


@pytest.mark.parametrize("settled", [False, True])
def test_an_undecided_group_keeps_its_id(
    disputed: Sentence, rita: User, ben: User, settled: bool
) -> None:
    (group,) = waiting_groups(disputed)
    if settled:
        take(disputed, 1, rita)
    claim = words(disputed.article, TITLE)
    revise(disputed.article, ben, claim)
    assert ClaimGroup.objects.filter(sentence=disputed).get() == group


def test_a_deleted_member_makes_the_decision_stale(
    disputed: Sentence, ben: User, rita: User
) -> None:
    article = disputed.article
    (decision,) = take(disputed, 1, rita)
    member = decision.group.members.get(assignment__number=2).annotation
    assignment = hand_back(article, ben)
    write(disputed, ben, methodcaller("without_annotation", member.annotation_id))
    assert ClaimGroup.objects.get(pk=decision.group_id).status == "stale"
    write(disputed, ben, methodcaller("as_no_claim", "other"))
    submit(assignment=assignment, by=ben)
    (group,) = waiting_groups(disputed)
    assert (group.pk, group.members.count()) == (decision.group_id, 1)
    assert [d["dimension"] for d in group.differences] == ["existence"]


def test_a_revised_member_makes_an_agreed_group_stale_and_its_difference_is_told(
    article: Article, ada: User, ben: User
) -> None:
    claim = words(article, HALTED)
    complete(article, {ada: (words(article, HALTED),), ben: (claim,)})
    revise(article, ben, relabelled(claim, stance="denies"))
    (group,) = waiting_groups(sentence_at(article, HALTED))
    assert (group.status, group.level) == ("stale", "critical")
    assert [d["dimension"] for d in group.differences] == ["stance"]


def test_where_all_members_are_gone_only_none_is_left(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    sentence = sentence_at(article, HALTED)
    for annotator in (ada, ben):
        assignment = hand_back(article, annotator)
        (row,) = assignment.annotations.current()
        write(sentence, annotator, methodcaller("without_annotation", row.annotation_id))
        write(sentence, annotator, methodcaller("as_no_claim", "other"))
        submit(assignment=assignment, by=annotator)
    (group,) = waiting_groups(sentence)
    with pytest.raises(WorkflowError, match="none is right"):
        settle(sentence=sentence, by=rita, choices={group.pk: Choice(seen=1)})
    choice = Choice(seen=1, reject=True)
    (decision,) = settle(sentence=sentence, by=rita, choices={group.pk: choice})
    assert (decision.outcome, decision.members, decision.n_annotators) == ("rejected", [], 2)


def test_a_reason_is_asked_where_source_stance_or_kind_differ(
    disputed: Sentence, rita: User
) -> None:
    with pytest.raises(WorkflowError, match="why they differ") as refused:
        take(disputed, 1, rita, reason="")
    assert refused.value.details["field"] == "reason"
    assert take(disputed, 1, rita, reason="truly_ambiguous")


def test_another_reason_than_those_listed_is_told_in_the_note(
    disputed: Sentence, rita: User
) -> None:
    choices = reading_of(disputed, 1)
    with pytest.raises(WorkflowError, match="what the other reason is") as refused:
        settle(sentence=disputed, by=rita, choices=choices, reason="other", note=" ")
    assert refused.value.details["field"] == "note"
    settle(sentence=disputed, by=rita, choices=choices, reason="other", note="The text is cut.")


def test_no_reason_is_asked_of_a_difference_in_certainty(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    other = words(article, HALTED, certainty="possible")
    complete(article, {ada: (words(article, HALTED),), ben: (other,)})
    assert take(sentence_at(article, HALTED), 1, rita, reason="")


def test_what_somebody_else_settled_meanwhile_is_refused(
    disputed: Sentence, rita: User, cora: User
) -> None:
    choices = reading_of(disputed, 1)
    take(disputed, 2, cora)
    with pytest.raises(WorkflowError) as refused:
        settle(sentence=disputed, by=rita, choices=choices, reason="slip")
    assert refused.value.code == Refusal.STALE
    assert Decision.objects.filter(group__sentence=disputed).count() == 1


def test_what_was_settled_and_reopened_meanwhile_is_refused(
    disputed: Sentence, rita: User, cora: User
) -> None:
    choices = reading_of(disputed, 1)
    take(disputed, 2, cora)
    reopen(sentence=disputed, by=cora)
    with pytest.raises(WorkflowError) as refused:
        settle(sentence=disputed, by=rita, choices=choices, reason="slip")
    assert refused.value.code == Refusal.STALE


def test_a_reopened_sentence_waits_and_keeps_its_history(disputed: Sentence, rita: User) -> None:
    (first,) = take(disputed, 1, rita)
    reopen(sentence=disputed, by=rita)
    assert not Decision.objects.standing().filter(group=first.group).exists()
    (second,) = take(disputed, 2, rita)
    assert (second.number, second.previous) == (2, first)


def test_only_the_named_claims_of_a_sentence_are_reopened(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    inner = "تحذيرات من الجزائر"
    complete(
        article,
        {
            ada: (words(article, HALTED), words(article, inner)),
            ben: (words(article, HALTED), words(article, inner, kind="causal")),
        },
    )
    sentence = sentence_at(article, HALTED)
    (settled,) = take(sentence, 1, rita)
    assert reopen(sentence=sentence, by=rita, groups=[settled.group_id]) == [settled.group]
    assert Decision.objects.standing().get().agreed_by == "unanimous"


def test_a_claim_of_another_sentence_is_not_reopened_with_this_one(
    disputed: Sentence, rita: User
) -> None:
    agreed = Decision.objects.standing().get()
    with pytest.raises(WorkflowError) as refused:
        reopen(sentence=disputed, by=rita, groups=[agreed.group_id, uuid4()])
    assert refused.value.code == Refusal.GONE


def test_nothing_is_settled_or_reopened_while_an_annotator_works_on_it(
    disputed: Sentence, rita: User, ben: User
) -> None:
    choices = reading_of(disputed, 1)
    hand_back(disputed.article, ben)
    for step in (
        lambda: settle(sentence=disputed, by=rita, choices=choices, reason="slip"),
        lambda: reopen(sentence=Sentence.objects.get(pk=disputed.pk), by=rita),
    ):
        with pytest.raises(WorkflowError) as refused:
            step()
        assert refused.value.code == Refusal.CLOSED


def test_what_was_handed_in_anew_since_the_reviewer_looked_is_refused(
    disputed: Sentence, rita: User, ben: User
) -> None:
    choices, seen = reading_of(disputed, 2), disputed.article.completed_at
    revise(disputed.article, ben, words(disputed.article, TITLE))
    with pytest.raises(WorkflowError) as refused:
        settle(sentence=disputed, by=rita, choices=choices, reason="slip", completed_at=seen)
    assert refused.value.code == Refusal.STALE


def test_a_sentence_on_which_nothing_waits_is_not_settled(article: Article, rita: User) -> None:
    article.completed_at = article.created_at
    article.save()
    with pytest.raises(WorkflowError, match="has changed"):
        settle(sentence=sentence_at(article, HALTED), by=rita, choices={})


@pytest.mark.parametrize(
    ("values", "said"),
    [({"stance": "questions"}, "questions"), ({"kind": "causal"}, "supports"), ({}, "supports")],
)
def test_a_reviewer_writes_values_without_taking_a_reading(
    disputed: Sentence, rita: User, values: dict[str, str], said: str
) -> None:
    (group,) = waiting_groups(disputed)
    choice = Choice(seen=0, values=values)
    (decision,) = settle(sentence=disputed, by=rita, choices={group.pk: choice}, reason="slip")
    assert (decision.stance, decision.kind) == (said, values.get("kind", "event"))


def test_a_reviewer_draws_words_of_ones_own(disputed: Sentence, rita: User) -> None:
    (group,) = waiting_groups(disputed)
    start = disputed.article.text.index(SHORTER)
    spans = ((start, start + len(SHORTER)),)
    choice = Choice(seen=0, spans=spans, quotes=(SHORTER,), claim_text="أوقفت روسيا الهجوم")
    (decision,) = settle(sentence=disputed, by=rita, choices={group.pk: choice}, reason="slip")
    assert disputed.article.quote(decision.spans) == SHORTER
    assert (decision.start, decision.claim_text) == (start, "أوقفت روسيا الهجوم")


@pytest.mark.parametrize(
    ("quote", "at", "field"),
    [("elsewhere", 0, "spans"), (TITLE, 0, "spans"), ("", 5, "spans")],
)
def test_words_that_are_not_there_or_in_another_sentence_are_refused(
    disputed: Sentence, rita: User, quote: str, at: int, field: str
) -> None:
    (group,) = waiting_groups(disputed)
    choice = Choice(seen=0, spans=((at, at + len(quote)),), quotes=(quote,))
    with pytest.raises(WorkflowError) as refused:
        settle(sentence=disputed, by=rita, choices={group.pk: choice}, reason="slip")
    assert (refused.value.code, refused.value.details["field"]) == (Refusal.INVALID, field)
    assert not group.decisions.exists()


def test_a_sentence_is_settled_as_rightly_empty_though_all_agreed(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    sentence = sentence_at(article, HALTED)
    agreed = Decision.objects.standing().get()
    with pytest.raises(WorkflowError, match="has changed"):
        settle_as_empty(sentence=sentence, by=rita, seen={agreed.group_id: 0})
    (rejected,) = settle_as_empty(sentence=sentence, by=rita, seen={agreed.group_id: 1}, note="⚑")
    assert (rejected.outcome, rejected.previous, rejected.n_agree) == ("rejected", agreed, 0)
    with pytest.raises(WorkflowError, match="nothing left"):
        settle_as_empty(sentence=sentence, by=rita, seen={agreed.group_id: 2})


def test_one_takes_back_what_one_has_settled_oneself(
    disputed: Sentence, rita: User, cora: User
) -> None:
    (decision,) = take(disputed, 1, rita)
    with pytest.raises(WorkflowError) as refused:
        undo_settling(sentence=disputed, by=cora, groups=[decision.group_id])
    assert refused.value.code == Refusal.GONE
    assert undo_settling(sentence=disputed, by=rita, groups=[decision.group_id])
    (group,) = waiting_groups(disputed)
    assert list(group.decisions.all()) == [decision]
    assert Event.objects.filter(what="undo_settling", on_id=group.pk, by=rita).exists()


def test_why_something_was_reopened_is_kept(disputed: Sentence, rita: User) -> None:
    (decision,) = take(disputed, 1, rita)
    reopen(sentence=disputed, by=rita, note="The guideline has changed.")
    event = Event.objects.get(what="reopen", on_id=decision.group_id)
    assert event.after == {"note": "The guideline has changed."}


def test_a_sentence_goes_back_to_one_annotator_and_comes_again_aligned_anew(
    disputed: Sentence, rita: User, ada: User, ben: User
) -> None:
    (group,) = waiting_groups(disputed)
    (sent,) = send_back(sentences=[disputed], by=rita, note="Who denies it?", readers=[2])
    assert sent.membership.user == ben
    assert ClaimGroup.objects.get(pk=group.pk).status == "sent_back"
    assert not ReviewItem.objects.waiting(disputed.project).exists()
    row = sent.annotations.current().get(sentence=disputed)
    claim = replace(words(disputed.article, HALTED), annotation_id=row.annotation_id)
    write(disputed, ben, methodcaller("with_annotation", claim))
    write(disputed, ben, JudgementDraft.finished)
    submit(assignment=sent, by=ben)
    assert Decision.objects.standing().get(group=group.pk).agreed_by == "unanimous"


def test_what_is_sent_back_to_nobody_is_refused(disputed: Sentence, rita: User) -> None:
    with pytest.raises(WorkflowError, match="Choose to which"):
        send_back(sentences=[disputed], by=rita, note="?", readers=[7])


def test_settled_decisions_stand_while_a_sentence_is_sent_back(
    disputed: Sentence, rita: User, ben: User
) -> None:
    agreed = Decision.objects.standing().get()
    (sent,) = send_back(sentences=[disputed], by=rita, note="Look again.", readers=[2])
    submit(assignment=sent, by=ben)
    assert Decision.objects.standing().get() == agreed
    assert [group.status for group in waiting_groups(disputed)] == ["to_review"]


def test_a_decision_explains_itself(disputed: Sentence, rita: User) -> None:
    (decision,) = take(disputed, 2, rita, reason="guideline_unclear")
    (first, second) = decision.members
    assert (first["seq"], second["seq"]) == (1, 1)
    assert [len(side["annotators"]) for side in decision.votes["stance"]] == [1, 1]
    assert decision.policy["agreement_policy"] == "unanimous"
    assert decision.codebook_version == disputed.project.codebook
    assert (decision.decided_by, decision.reason) == (rita, "guideline_unclear")


def test_what_a_rule_settled_says_which(article: Article, ada: User, ben: User) -> None:
    complete(article, {ada: (words(article, SHORTER),), ben: (words(article, HALTED),)})
    assert Decision.objects.standing().get().ruled == ["boundary"]


def test_a_stale_decision_says_what_was_changed_since(
    disputed: Sentence, rita: User, ada: User, ben: User
) -> None:
    (decision,) = take(disputed, 1, rita)
    assert decision.changes() == []
    hers, his = (
        decision.group.members.get(assignment__number=number).annotation for number in (1, 2)
    )
    hand_back(disputed.article, ben)
    claim = replace(words(disputed.article, SHORTER), annotation_id=his.annotation_id)
    write(disputed, ben, methodcaller("with_annotation", claim))
    hand_back(disputed.article, ada)
    write(disputed, ada, methodcaller("without_annotation", hers.annotation_id))
    told = {before.pk: now.start if now else None for before, now in decision.changes()}
    assert told == {hers.pk: None, his.pk: his.start}
