"""The progress page: states and counts, nobody's labels; and the manager's hand on assignments."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.domain.shortening import shortened
from annotate.models import Article, Assignment, Membership, Notice, Project, Submission
from annotate.web import progress
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.leaving import end_membership
from tests.builders import give, hand_in, mark, take_in_text, words
from tests.conftest import TEXT

PAGE = "/p/sahel/progress/"
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"


def text_of(client: Client, address: str = PAGE) -> str:
    """The words on the page, white space made one."""
    page = client.get(address).content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def begun(article: Article, ada: User, ben: User) -> Article:
    """Ada has judged one sentence of four, Ben none."""
    give(article, ada, ben)
    mark(article, ada, words(article, HALTED, kind="causal"))
    return article


def test_states_and_counts_are_told_in_words(as_cora: Client, begun: Article) -> None:
    shown = text_of(as_cora)
    for told in ("1 article:", "0 complete, 1 begun", "0 places", "1 of 4 sentences judged"):
        assert told in shown
    assert "Arabic · 4 sentences" in shown


def test_labels_of_open_work_are_nowhere(as_cora: Client, begun: Article) -> None:
    before = text_of(as_cora).replace("1 of 4", "2 of 4")
    mark(begun, begun.assignments.get(number=1).membership.user, words(begun, "مسؤول في باماكو"))
    assert text_of(as_cora) == before


def test_on_ones_own_open_article_nobodys_count_is_told(
    as_rita: Client, article: Article, ada: User, rita: User
) -> None:
    give(article, ada, rita)
    before = text_of(as_rita)
    mark(article, ada, words(article, HALTED))
    assert text_of(as_rita) == before.replace("ada assigned", "ada in progress").replace(
        "0 begun", "1 begun"
    )


def test_a_complete_article_tells_what_is_left_to_settle(
    as_cora: Client, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, "مسؤول في باماكو"))
    hand_in(article, ben, words(article, HALTED, kind="causal"), words(article, "مسؤول في باماكو"))
    shown = text_of(as_cora)
    for told in ("✓ complete", "1 sentence to settle", "1 settled", "1 sentence waits"):
        assert told in shown


def test_a_manager_assigns_withdraws_and_reopens(
    as_cora: Client, article: Article, ada: User, ben: User, project: Project
) -> None:
    member = Membership.objects.get(user=ada)
    as_cora.post(f"{PAGE}articles/{article.pk}/assign/", {"membership": member.pk})
    assignment = Assignment.objects.get(membership=member)
    as_cora.post(f"{PAGE}assignments/{assignment.pk}/withdraw/")
    give(article, ben)
    hand_in(article, ben)
    other = Assignment.objects.get(membership__user=ben)
    answer = as_cora.post(
        f"{PAGE}assignments/{other.pk}/reopen/", {"note": "Look again."}, follow=True
    )
    assert "Reopened" in answer.content.decode()
    states = Assignment.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "reopened"]


def test_work_is_sent_back_with_a_reason_and_the_sentences_it_concerns(
    as_cora: Client, article: Article, ada: User
) -> None:
    (assignment,) = give(article, ada)
    hand_in(article, ada)
    address = f"{PAGE}assignments/{assignment.pk}/reopen/"
    for sent, status in (
        ({"note": ""}, 422),
        ({"note": "Who?", "sentences": "2, 9"}, 422),
        ({"note": "Who?", "sentences": "2 and ٤"}, 302),
    ):
        assert as_cora.post(address, sent).status_code == status
    notice = Notice.objects.get()
    assert notice.text == "Who?"
    assert sorted(sentence.index for sentence in notice.sentences.all()) == [1, 3]


def test_what_is_not_possible_is_told(as_cora: Client, begun: Article, chloe: User) -> None:
    member = Membership.objects.get(user=chloe)
    full = as_cora.post(f"{PAGE}articles/{begun.pk}/assign/", {"membership": member.pk})
    opened = begun.assignments.get(number=1)
    again = as_cora.post(f"{PAGE}assignments/{opened.pk}/reopen/", {"note": "Look again."})
    assert (full.status_code, again.status_code) == (409, 409)
    assert "withdraw an assignment first" in full.content.decode()
    assert "Only submitted work" in again.content.decode()


def test_what_was_filled_in_stands_where_a_step_is_refused(
    as_cora: Client, article: Article, ada: User
) -> None:
    (assignment,) = give(article, ada)
    hand_in(article, ada)
    sent = {"note": "Who <says> so?", "sentences": "2, 9"}
    answer = as_cora.post(f"{PAGE}assignments/{assignment.pk}/reopen/", sent)
    shown = answer.content.decode()
    assert "no sentence number 9" in shown
    assert "Who &lt;says&gt; so?</textarea>" in shown
    assert 'value="2, 9"' in shown
    assert shown.count("<details open>") == 1


def test_who_cannot_answer_is_told_and_no_work_of_theirs_is_reopened(
    as_cora: Client, article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    give(article, ada, ben)
    for user in (ada, ben):
        hand_in(article, user)
    for user, ended in ((ada, "left"), (ben, "excluded")):
        member = Membership.objects.select_related("project").get(user=user)
        end_membership(membership=member, by=cora, ended=ended, reason="A new job.")
    give(article, chloe)
    hand_in(article, chloe)
    shown = text_of(as_cora)
    for told in ("ada left · submitted", "ben excluded, counts nowhere · submitted"):
        assert told in shown
    assert shown.count("Reopen this work") == 1
    left = article.assignments.get(number=1)
    answer = as_cora.post(f"{PAGE}assignments/{left.pk}/reopen/", {"note": "Look again."})
    assert (answer.status_code, "cannot change it" in answer.content.decode()) == (409, True)


def test_a_reviewer_reads_and_changes_nothing(as_rita: Client, begun: Article) -> None:
    assert "Withdraw" not in text_of(as_rita)
    assignment = begun.assignments.get(number=1)
    for step in ("withdraw", "reopen"):
        assert as_rita.post(f"{PAGE}assignments/{assignment.pk}/{step}/").status_code == 403
    assert as_rita.post(f"{PAGE}articles/{begun.pk}/assign/").status_code == 403


@pytest.mark.parametrize(("who", "status"), [("as_ada", 403), ("as_dan", 404)])
def test_others_do_not_come_here(
    begun: Article, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    assert request.getfixturevalue(who).get(PAGE).status_code == status


def test_an_article_of_another_project_is_not_assigned(
    as_dan: Client, as_cora: Client, begun: Article, dan: User
) -> None:
    theirs = Membership.objects.get(user=dan)
    foreign = as_dan.post(
        f"/p/ports/progress/articles/{begun.pk}/assign/", {"membership": theirs.pk}
    )
    stranger = as_cora.post(f"{PAGE}articles/{begun.pk}/assign/", {"membership": theirs.pk})
    nobody = as_cora.post(f"{PAGE}articles/{begun.pk}/assign/")
    assert [foreign.status_code, stranger.status_code, nobody.status_code] == [404, 404, 404]


def test_a_page_of_articles_leads_to_the_next(
    as_cora: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PAGE", 2)
    for n in range(3):
        take_in_text(project, f"Article {n} is here.", language="en")
    first = as_cora.get(PAGE).content.decode()
    after = re.search(r"\?after=(\d+)", first)
    assert after is not None
    assert first.count('class="card article"') == 2
    last = as_cora.get(f"{PAGE}?after={after[1]}").content.decode()
    assert last.count('class="card article"') == 1


def test_more_articles_and_people_take_no_more_queries(
    as_cora: Client,
    project: Project,
    ada: User,
    ben: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (2, 10):
        for n in range(count):
            article = take_in_text(project, f"Article {count}-{n} is here.", language="en")
            give(article, ada, ben)
            hand_in(article, ada, words(article, "is here"))
            hand_in(article, ben)
        with django_assert_max_num_queries(28):
            as_cora.get(PAGE)


def test_each_language_tells_its_articles_readings_and_sentences(
    as_cora: Client, project: Project, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, "مسؤول في باماكو"))
    hand_in(article, ben, words(article, HALTED, kind="causal"), words(article, "مسؤول في باماكو"))
    give(take_in_text(project, "Le port a fermé.", "fr"), ada)
    page = as_cora.get(PAGE).content.decode()
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.DOTALL)
    found = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    assert found == ["Arabic 1 1 0 2 0 2 1 1", "French 1 0 1 1 1 0 0 0"]


def ago(days: float) -> None:
    """As if all that was handed in had been so this long ago."""
    Submission.objects.update(created_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(("days", "told"), [(0.5, None), (4, 4), (30, None)])
def test_when_all_is_read_follows_from_the_last_two_weeks(
    days: float, told: int | None, as_cora: Client, begun: Article, ada: User
) -> None:
    hand_in(begun, ada)
    ago(days)
    shown, found = text_of(as_cora), as_cora.get(PAGE).context["finish"]
    assert (found - timezone.now()).days in (told, told - 1) if told else found is None
    assert ("Too early to say." in shown) is (told is None)
    assert "1 is left." in shown


@pytest.mark.parametrize(("days", "warned"), [(6, False), (8, True)])
def test_one_reader_for_whom_an_article_waits_is_named_after_a_week(
    days: int, warned: bool, as_cora: Client, begun: Article, ada: User, cora: User
) -> None:
    hand_in(begun, ada)
    ago(days)
    Assignment.objects.update(created_at=timezone.now() - timedelta(days=30))
    shown = text_of(as_cora, f"{PAGE}?show=held-up")
    assert ("Waits for ben alone, for 8 days." in shown) is warned
    assert ("No article is like this." in shown) is not warned
    reopen_assignment(assignment=begun.assignments.get(number=1), by=cora, note="Look again.")
    assert "alone" not in text_of(as_cora)


def test_who_was_sent_the_work_back_today_holds_nothing_up(
    as_cora: Client, begun: Article, ada: User, ben: User, cora: User
) -> None:
    for user in (ada, ben):
        hand_in(begun, user)
    ago(30)
    Assignment.objects.update(created_at=timezone.now() - timedelta(days=40))
    reopen_assignment(assignment=begun.assignments.get(number=1), by=cora, note="Look again.")
    assert "Waits for" not in text_of(as_cora)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=9))
    assert "Waits for ada alone, for 9 days." in text_of(as_cora)


def test_the_articles_are_narrowed_down(
    as_cora: Client, project: Project, begun: Article, ada: User, ben: User, chloe: User
) -> None:
    done, agreed, new = (
        take_in_text(project, f"{title} says so.", "en") for title in ("Done", "Agreed", "New")
    )
    give(done, ada, chloe)
    hand_in(done, ada, words(done, "says so"))
    hand_in(done, chloe, words(done, "says so", kind="causal"))
    give(agreed, ben, chloe)
    for user in (ben, chloe):
        hand_in(agreed, user, words(agreed, "says so"))
    person = Membership.objects.get(user=ben).pk
    for query, articles in {
        "show=unbegun": [new],
        "show=begun": [begun],
        "show=disputed": [done],
        "show=settled": [agreed],
        "language=ar": [begun],
        f"person={person}": [begun, agreed],
        f"person={person}&show=settled": [agreed],
        "show=nonsense": [begun, done, agreed, new],
    }.items():
        lines = as_cora.get(f"{PAGE}?{query}").context["lines"]
        assert [line.article for line in lines] == articles, query


def test_an_article_that_could_not_be_compared_says_why_and_is_not_settled(
    as_cora: Client, article: Article, ada: User, ben: User, cora: User
) -> None:
    given, _ = give(article, ada, ben)
    for user in (ada, ben):
        hand_in(article, user, words(article, HALTED))
    Article.objects.update(grouping_failure="KeyError: 'sure'")
    page = as_cora.get(PAGE).content.decode()
    assert "KeyError: &#x27;sure&#x27;" in page
    assert "nothing to settle" not in page
    assert not as_cora.get(f"{PAGE}?show=settled").context["lines"]
    reopen_assignment(assignment=given, by=cora, note="Look again.")
    assert "KeyError" not in as_cora.get(PAGE).content.decode()
    assert not Article.objects.ungrouped().exists()


def test_after_a_step_the_list_is_as_it_was(as_cora: Client, begun: Article) -> None:
    here = "show=begun&language=ar&after=0"
    assignment = begun.assignments.get(number=1)
    answer = as_cora.post(f"{PAGE}assignments/{assignment.pk}/withdraw/", {"here": here})
    assert answer.headers["Location"] == f"{PAGE}?show=begun&language=ar"


def test_whether_an_article_on_ones_own_desk_is_disputed_is_not_told(
    as_rita: Client, article: Article, rita: User, ben: User, cora: User
) -> None:
    own, _ = give(article, rita, ben)
    hand_in(article, rita, words(article, HALTED))
    hand_in(article, ben, words(article, HALTED, kind="causal"))
    assert as_rita.get(f"{PAGE}?show=disputed").context["lines"]
    reopen_assignment(assignment=own, by=cora, note="Look again.")
    for show in ("disputed", "settled"):
        assert not as_rita.get(f"{PAGE}?show={show}").context["lines"]


def test_what_waits_in_an_article_on_ones_own_desk_is_not_counted(
    as_rita: Client, article: Article, project: Project, rita: User, ben: User, cora: User
) -> None:
    own, _ = give(article, rita, ben)
    hand_in(article, rita, words(article, HALTED))
    hand_in(article, ben, words(article, HALTED, kind="causal"))
    assert as_rita.get(PAGE).context["to_settle"] == 1
    reopen_assignment(assignment=own, by=cora, note="Look again.")
    assert as_rita.get(PAGE).context["to_settle"] == 0


def test_an_article_without_a_title_is_called_by_its_first_words(
    as_cora: Client, article: Article, ada: User
) -> None:
    """Otherwise pasted texts could not be told apart."""
    Article.objects.update(title="", external_id="")
    give(article, ada)
    name = shortened(TEXT)
    assert f'<h2 lang="ar" dir="rtl">{name}</h2>' in as_cora.get(PAGE).content.decode()
    assert f'<bdi lang="ar">{name}</bdi>' in as_cora.get("/p/sahel/corpus/").content.decode()
