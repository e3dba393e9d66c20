"""What other articles say of a claim: agreed there, on articles one may read, and nobody named."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Annotation, Article, Claim, ClaimGroup, Decision, Project
from annotate.workflow.intake import Candidate, take_in
from tests.builders import give, hand_in, sentence_at, source, take_in_text, words
from tests.workflow.reviewing import HALTED, complete, take

LIKE = "وأوقفت روســيا هجومًا بعد تحذير"
UNLIKE = "أغلقت المتاجر أبوابها"
FRENCH = "Moscou a suspendu son offensive 🚢"


@pytest.fixture
def looked_at(article: Article, ada: User, ben: User) -> ClaimGroup:
    """A claim on whose stance its readers differ."""
    halted, denied = words(article, HALTED), words(article, HALTED, stance="denies")
    complete(article, {ada: (halted,), ben: (denied,)})
    return group_at(article, HALTED)


def group_at(article: Article, quote: str) -> ClaimGroup:
    return ClaimGroup.objects.get(sentence=sentence_at(article, quote))


def another(project: Project, *readers: User, quote: str = LIKE, language: str = "ar") -> Article:
    """Another article, in which both found the same."""
    candidate = Candidate(
        text=f"{quote}\r\nCopie {project.articles.count()}.",
        language=language,
        title=f"Autre titre {project.articles.count()}",
        publisher="Radio Sahel",
        published=date(2024, 10, 5),
    )
    made = take_in(project=project, by=project.created_by, candidate=candidate).article
    paper = source(project, f"Le Journal {made.position}")
    complete(made, {who: (words(made, quote, chain=(paper,)),) for who in readers})
    return made


def link(article: Article, claim: Claim, relation: str = "same") -> None:
    """Linking is a pass of its own, which is not written yet."""
    for model in (Annotation.objects, Decision.objects):
        inside = "sentence__article" if model.model is Annotation else "group__article"
        model.filter(**{inside: article}).update(claim=claim, claim_relation=relation)


def claim_of(project: Project, text: str = "Russia halted the offensive.") -> Claim:
    return Claim.objects.create(project=project, created_by=project.created_by, text={"en": text})


def answer(client: Client, group: ClaimGroup) -> str:
    address = f"/p/sahel/review/claims/{group.pk}/elsewhere/"
    return client.get(address, headers={"HX-Request": "true"}).text


def test_like_words_are_told_with_all_that_was_agreed_and_no_annotator(
    as_rita: Client, project: Project, looked_at: ClaimGroup, ada: User, ben: User
) -> None:
    other = another(project, ada, ben)
    told = answer(as_rita, looked_at)
    for each in (LIKE, "like words", "Radio Sahel", "Le Journal 2", "Oct. 5, 2024", "Arabic"):
        assert each in told
    assert 'lang="ar" dir="rtl"' in told
    assert "Supports" in told
    assert "Certain" in told
    assert f"/p/sahel/review/{sentence_at(other, LIKE).pk}/" in told
    assert not {"ada", "ben", "cora"} & set(told.split())


def test_what_is_linked_comes_first_the_same_before_the_related(
    as_rita: Client, project: Project, looked_at: ClaimGroup, ada: User, ben: User
) -> None:
    claim, merged = claim_of(project), claim_of(project, "The offensive was halted.")
    Claim.objects.filter(pk=merged.pk).update(status="merged", merged_into=claim)
    related = another(project, ada, ben, quote=FRENCH, language="fr")
    another(project, ada, ben)
    same = another(project, ada, ben, quote=UNLIKE)
    link(looked_at.article, claim)
    link(same, merged)
    link(related, claim, "related")
    told = answer(as_rita, looked_at)
    order = ["linked as the same claim", "linked as a related claim", "like words"]
    assert [told.count(each) for each in order] == [1, 1, 1]
    assert sorted(order, key=told.index) == order
    assert told.index(UNLIKE) < told.index(FRENCH) < told.index(LIKE)


@pytest.mark.parametrize(
    "what", ["unlike", "waits", "rejected", "incomplete", "own desk", "nobody"]
)
def test_only_what_is_agreed_where_one_may_read_is_told(
    as_rita: Client,
    project: Project,
    looked_at: ClaimGroup,
    ada: User,
    ben: User,
    rita: User,
    cora: User,
    what: str,
) -> None:
    if what == "unlike":
        another(project, ada, ben, quote=UNLIKE)
    elif what in ("waits", "rejected"):
        other = take_in_text(project, f"{LIKE} 🚩", "ar")
        complete(other, {ada: (words(other, LIKE),), ben: ()})
        if what == "rejected":
            take(sentence_at(other, LIKE), 2, cora)
    elif what == "incomplete":
        other = take_in_text(project, f"{LIKE} 🚩", "ar")
        give(other, ada, ben)
        hand_in(other, ada, words(other, LIKE))
    elif what == "own desk":
        other = another(project, ada, ben)
        Article.objects.filter(pk=other.pk).update(open_slots=1)
        give(other, rita)
    assert "No agreed claim of another article" in answer(as_rita, looked_at)


def test_other_projects_say_nothing_of_it(
    as_rita: Client, looked_at: ClaimGroup, ada: User, ben: User, dan: User
) -> None:
    ports = Project.objects.get(slug="ports")
    for user in (ada, ben):
        ports.memberships.create(created_by=dan, user=user, role="annotator")
    another(ports, ada, ben)
    assert "Radio Sahel" not in answer(as_rita, looked_at)


def test_without_scripts_it_is_a_page(
    as_rita: Client, project: Project, looked_at: ClaimGroup, ada: User, ben: User
) -> None:
    another(project, ada, ben)
    item = as_rita.get(f"/p/sahel/review/{looked_at.sentence_id}/").text
    address = f"/p/sahel/review/claims/{looked_at.pk}/elsewhere/"
    assert f'<a href="{address}">' in item
    assert LIKE not in item
    page = as_rita.get(address).text
    assert "<h1>" in page
    assert HALTED in page
    assert LIKE in page


@pytest.mark.parametrize("who", ["ada", "dan"])
def test_who_does_not_review_is_told_nothing(
    looked_at: ClaimGroup, ada: User, dan: User, who: str
) -> None:
    client = Client()
    client.force_login({"ada": ada, "dan": dan}[who])
    status = client.get(f"/p/sahel/review/claims/{looked_at.pk}/elsewhere/").status_code
    assert status == {"ada": 403, "dan": 404}[who]


def test_ten_are_told_and_more_cost_no_further_query(
    as_rita: Client,
    project: Project,
    looked_at: ClaimGroup,
    ada: User,
    ben: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    claim = claim_of(project)
    link(looked_at.article, claim)
    for count, shown in ((2, 2), (10, 10)):
        for number in range(count):
            other = another(project, ada, ben)
            if number % 2:
                link(other, claim)
        with django_assert_max_num_queries(13):
            assert answer(as_rita, looked_at).count("Radio Sahel") == shown
