"""What is read by SQL of our own is what the querysets beside it read."""

from collections.abc import Iterable
from datetime import timedelta
from operator import methodcaller

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.utils import timezone

from annotate.models import (
    Annotation,
    Article,
    Assignment,
    Judgement,
    Membership,
    Project,
    Sentence,
    Source,
)
from annotate.models.hot import (
    Content,
    account,
    active_membership,
    annotation_rows,
    contents,
    given_sentence,
    last_judgement,
    last_judgements,
    members_project,
    move_on,
    open_languages,
    own_assignment,
    own_work,
    session_data,
    sources_of,
    sources_with_targets,
)
from annotate.models.sql import insert
from annotate.permissions import membership_of
from annotate.workflow.sources import merge_source
from tests.builders import give, sentence_at, source, take_in_text, words, write

HALTED = "روسيا أوقفت الهجوم"


def as_stored(rows: Iterable[Model]) -> dict[object, dict[str, object]]:
    """All that the rows hold, by key."""
    return {row.pk: vars(row) | {"_state": None} for row in rows}


def all_fields(row: Model) -> dict[str, object]:
    """What the row says when it is asked, whether that was selected or is read now."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def sentence(article: Article, ada: User) -> Sentence:
    """A sentence of Ada's, with two revisions and two annotations."""
    give(article, ada)
    sentence = sentence_at(article, HALTED)
    for quote in (HALTED, "تحذيرات من الجزائر"):
        write(sentence, ada, methodcaller("with_annotation", words(article, quote)))
    return sentence


def test_a_sentence_comes_with_its_article_and_project(sentence: Sentence, ada: User) -> None:
    found = given_sentence(ada, "sahel", sentence.pk)
    (same,) = Sentence.objects.placed().given_to(ada).filter(pk=sentence.pk)
    assert found is not None
    assert all_fields(found) == all_fields(same)
    assert all_fields(found.article) == all_fields(same.article)
    assert all_fields(found.article.project) == all_fields(same.article.project)


@pytest.mark.parametrize("name", ["ben", "rita", "dan"])
def test_a_sentence_is_given_to_its_annotators_alone(
    name: str, sentence: Sentence, request: pytest.FixtureRequest
) -> None:
    other: User = request.getfixturevalue(name)
    assert given_sentence(other, "sahel", sentence.pk) is None
    assert own_assignment(other, sentence.article_id) is None


@pytest.mark.parametrize("change", [{"ended": "left"}, {"role": "observer"}])
def test_who_left_or_only_observes_is_given_no_sentence(
    change: dict[str, str], sentence: Sentence, ada: User
) -> None:
    Membership.objects.filter(user=ada).update(**change)
    assert given_sentence(ada, "sahel", sentence.pk) is None
    assert not Sentence.objects.given_to(ada).filter(pk=sentence.pk).exists()


def test_another_projects_address_finds_nothing(sentence: Sentence, ada: User, dan: User) -> None:
    assert given_sentence(ada, "ports", sentence.pk) is None


def test_assignment_last_judgement_and_rows_are_those_of_the_querysets(
    sentence: Sentence, ada: User
) -> None:
    assignment = own_assignment(ada, sentence.article_id)
    assert assignment == Assignment.objects.of(ada).get(article=sentence.article_id)
    judgements = assignment.judgements.filter(sentence=sentence).order_by("number")
    assert last_judgement(assignment, sentence) == judgements.last()
    rows = assignment.annotations.filter(sentence=sentence).order_by("seq", "position")
    assert annotation_rows(assignment, sentence) == list(rows)
    assert [row.spans for row in annotation_rows(assignment, sentence)] == [r.spans for r in rows]


def test_the_last_judgements_and_contents_of_an_article_are_those_of_the_querysets(
    sentence: Sentence, article: Article, ada: User
) -> None:
    write(sentence_at(article, "ذلك"), ada, methodcaller("as_no_claim", "other"))
    assignment = Assignment.objects.of(ada).get()
    found = last_judgements(assignment, known=lambda _: None)
    assert sorted(found, key=lambda each: each.seq) == list(
        assignment.judgements.current().order_by("seq")
    )
    kept = {each.pk: each for each in found[:1]}
    again = {each.pk: each for each in last_judgements(assignment, known=kept.get)}
    assert again == {each.pk: each for each in found}
    assert again[found[0].pk] is found[0]
    rows = assignment.annotations.order_by("seq", "position")
    assert contents(assignment) == [
        Content(**{name: getattr(row, name) for name in Content._fields}) for row in rows
    ]


@pytest.mark.parametrize("ended", ["", "left", "excluded"])
@pytest.mark.parametrize("name", ["ada", "rita", "cora", "dan"])
def test_a_project_and_its_membership_are_for_its_members(
    name: str, ended: str, project: Project, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(name)
    Membership.objects.filter(user=user).update(ended=ended)
    found = Project.objects.visible_to(user).filter(slug="sahel").first()
    assert members_project(user, "sahel") == found
    members = Membership.objects.active().filter(project=project, user=user)
    assert active_membership(user, project) == members.first()


def test_a_project_comes_with_its_codebook_and_the_membership_of_who_asked(
    project: Project, ada: User, ben: User, dan: User
) -> None:
    found = members_project(ada, "sahel")
    assert found is not None
    assert found.codebook == project.codebook
    assert found.asked_by is not None
    assert membership_of(ada, found) is found.asked_by
    for other in (ben, dan):
        assert membership_of(other, found) == active_membership(other, project)


def test_sources_come_with_those_into_which_they_were_merged(project: Project, cora: User) -> None:
    one, other, third = (source(project, name) for name in ("Le Monde", "لوموند", "AFP"))
    merge_source(source=other, into=one, by=cora)
    assert {it.pk for it in sources_with_targets([other.pk])} == {one.pk, other.pk}
    asked = [one.pk, third.pk]
    assert set(sources_with_targets(asked)) == set(Source.objects.filter(pk__in=asked))
    assert sources_with_targets([]) == []


def test_ones_own_work_on_a_sentence_is_the_assignment_with_the_last_judgement(
    sentence: Sentence, article: Article, ada: User, ben: User
) -> None:
    assignment, head = own_work(ada, sentence)
    assert assignment == own_assignment(ada, article.pk)
    assert assignment is not None
    assert head is not None
    assert all_fields(assignment) == all_fields(Assignment.objects.of(ada).get())
    assert all_fields(head) == all_fields(assignment.judgements.get(number=head.number))
    assert head == last_judgement(assignment, sentence)
    assert own_work(ada, sentence_at(article, "ذلك")) == (assignment, None)
    assert own_work(ben, sentence) == (None, None)


def test_the_sources_asked_for_are_those_of_the_project(sentence: Sentence, dan: User) -> None:
    ports = Membership.objects.get(user=dan).project
    own, foreign = source(sentence.project, "Le Monde"), source(ports, "Le Monde")
    wanted = [own.pk, foreign.pk]
    found = Source.objects.filter(project=sentence.project_id, pk__in=wanted)
    assert as_stored(sources_of(sentence.project_id, wanted)) == as_stored(found)
    assert sources_of(sentence.project_id, []) == []


def test_an_assignment_moves_on_only_from_where_it_was_read(sentence: Sentence, ada: User) -> None:
    assignment = Assignment.objects.of(ada).get()
    seq, state = assignment.last_seq, assignment.state
    assignment.last_seq, assignment.judged, assignment.seconds_active = 9, 4, 70
    assert move_on(assignment, last_seq=seq, state=state)
    assert not move_on(assignment, last_seq=seq, state=state)
    assert as_stored(Assignment.objects.of(ada)) == as_stored([assignment])


def test_rows_are_inserted_as_django_inserts_them(sentence: Sentence) -> None:
    judgements, annotations = list(Judgement.objects.all()), list(Annotation.objects.all())
    Annotation.objects.all().delete()
    Judgement.objects.all().delete()
    for rows in (judgements, annotations, []):
        insert(rows)
    assert as_stored(Judgement.objects.all()) == as_stored(judgements)
    assert as_stored(Annotation.objects.all()) == as_stored(annotations)
    assert not any(row._state.adding for row in [*judgements, *annotations])


def test_the_languages_of_what_is_open_are_told_once_each(
    project: Project, article: Article
) -> None:
    assert open_languages(project.pk) == ["ar"]
    for number, language in enumerate(["fr", "ar-DZ", "fr", "ar", "zh-Hant", "fr-FR"]):
        take_in_text(project, f"Ligne {number}.", language)
    full = take_in_text(project, "A linha fechou.", "pt")
    Article.objects.filter(pk=full.pk).update(open_slots=0)
    found = Article.objects.filter(project=project, open_slots__gt=0)
    languages = found.values_list("language", flat=True).distinct()
    assert sorted(open_languages(project.pk)) == sorted(languages)
    Article.objects.update(open_slots=0)
    assert open_languages(project.pk) == []


def test_an_account_is_the_one_with_this_number(ada: User) -> None:
    found = account(ada.pk)
    assert found is not None
    assert as_stored([found]) == as_stored(User.objects.filter(pk=ada.pk))
    assert account(0) is None


def test_a_session_is_read_until_it_expires(db: None) -> None:
    now = timezone.now()
    Session.objects.create(session_key="k" * 32, session_data="held", expire_date=now)
    assert session_data("k" * 32, now - timedelta(seconds=1)) == "held"
    assert session_data("k" * 32, now) is None
    assert session_data("j" * 32, now - timedelta(seconds=1)) is None
