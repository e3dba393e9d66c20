"""The people page and the page of one person: who comes, what they read, how they go."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Assignment, Event, Membership, Notice, Project, progress
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.leaving import end_membership
from annotate.workflow.places import change_annotators
from annotate.workflow.policy import change_settings
from annotate.workflow.review import reopen
from annotate.workflow.second_look import answer_second_look
from annotate.workflow.sources import propose_source
from tests.builders import give, hand_in, sentence_at, take_in_text, words, write
from tests.web.test_progress import HALTED, text_of
from tests.workflow.reviewing import disagree, take

pytestmark = pytest.mark.usefixtures("project")
PAGE = "/p/sahel/progress/people/"


def of(user: User) -> str:
    return f"{PAGE}{Membership.objects.get(user=user, project__slug='sahel').pk}/"


def take_in(client: Client, **sent: object) -> int:
    return client.post(f"{PAGE}add/", {"role": "annotator", **sent}).status_code


@pytest.fixture
def complete(article: Article, ada: User, ben: User) -> Article:
    """Ada and Ben agree on one claim and differ in the kind of another."""
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, "مسؤول في باماكو"))
    hand_in(article, ben, words(article, HALTED, kind="causal"), words(article, "مسؤول في باماكو"))
    return article


def row(client: Client, name: str, query: str = "") -> str:
    """A person's line of the table, its cells parted by bars."""
    page = client.get(PAGE + query).content.decode()
    found = re.search(rf"<tr>\s*<th scope=\"row\">(?:(?!</tr>).)*>{name}<.*?</tr>", page, re.DOTALL)
    assert found is not None
    cells = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", found[0], re.DOTALL)
    return "|".join(" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells)


def test_a_person_is_told_in_readings_sentences_and_claims(
    as_cora: Client, complete: Article
) -> None:
    Assignment.objects.filter(membership__user__username="ada").update(seconds_active=1800)
    assert row(as_cora, "ada") == "ada|annotator|1|0|1|1|1|1|4|100 % of 1"
    assert row(as_cora, "cora") == "cora|manager|0|0|0|0|0|0|–|–"


def test_a_claim_that_the_decision_changed_is_not_upheld(
    as_cora: Client, complete: Article, rita: User
) -> None:
    take(sentence_at(complete, HALTED), 2, rita)
    assert row(as_cora, "ada").endswith("|50 % of 2")
    assert row(as_cora, "ben").endswith("|100 % of 2")


def test_a_source_that_two_proposed_alike_is_upheld_for_both(
    as_cora: Client, article: Article, ada: User, ben: User, rita: User
) -> None:
    give(article, ada, ben)
    for name, kind in (("ada", "event"), ("ben", "causal")):
        reader = User.objects.get(username=name)
        own = propose_source(article=article, by=reader, name="راديو الضفاف", kind="media")
        hand_in(article, reader, words(article, HALTED, chain=(own,), kind=kind))
    take(sentence_at(article, HALTED), 1, rita)
    assert row(as_cora, "ada").endswith("|100 % of 1")
    assert row(as_cora, "ben").endswith("|0 % of 1")
    reopen(sentence=sentence_at(article, HALTED), by=rita)
    take(sentence_at(article, HALTED), 2, rita)
    assert row(as_cora, "ben").endswith("|100 % of 1")


def test_speed_and_share_are_those_of_the_articles_completed_last(
    as_cora: Client,
    project: Project,
    complete: Article,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "LAST", 1)
    late = take_in_text(project, "Le port a fermé.", "fr")
    change_annotators(project=project, by=project.created_by, count=1)
    give(late, ada)
    hand_in(late, ada, words(late, "port a fermé"), words(late, "Le port"), words(late, "fermé"))
    Assignment.objects.update(seconds_active=3600)
    assert row(as_cora, "ada").endswith("|3|100 % of 3")


def test_what_is_done_on_an_article_on_ones_own_desk_is_in_no_figure(
    as_cora: Client, project: Project, article: Article, cora: User, ada: User
) -> None:
    own, _ = give(article, cora, ada)
    before = row(as_cora, "ada")
    write(sentence_at(article, HALTED), ada, lambda state: state.as_no_claim("other"))
    assert row(as_cora, "ada") == before
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, cora)
    assert row(as_cora, "ada").split("|")[6:8] == ["1", "0"]
    reopen_assignment(assignment=own, by=cora, note="Look again.")
    assert row(as_cora, "ada").split("|")[6:] == ["0", "0", "–", "–"]


def test_who_moves_at_the_second_look_is_told(
    as_cora: Client, project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    change_settings(project=project, by=cora, second_look=True)
    sentence = disagree(article, ada, ben)
    assert "Second looks" not in as_cora.get(of(ada)).content.decode()
    for reader, answer in ((ada, "keep"), (ben, "take")):
        answer_second_look(sentence=sentence, by=reader, answer=answer)
    told = [as_cora.get(of(reader)).content.decode() for reader in (ada, ben)]
    assert "1 kept · 0 moved to the other reading · 0 left to a reviewer" in told[0]
    assert "0 kept · 1 moved to the other reading · 0 left to a reviewer" in told[1]


def test_readings_of_the_excluded_count_neither_for_them_nor_for_the_pace(
    as_cora: Client, article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    disagree(article, ada, ben)
    assert "2 readings were handed in" in text_of(as_cora, "/p/sahel/progress/")
    member = article.project.memberships.get(user=ada)
    end_membership(membership=member, by=cora, ended="excluded", reason="Labels at random.")
    told = text_of(as_cora, "/p/sahel/progress/")
    assert "1 reading was handed in within the last 14 days; 1 is left." in told
    give(article, chloe)
    hand_in(article, chloe, words(article, HALTED, stance="denies"))
    assert row(as_cora, "ada") == "ada|excluded|0|0|0|0|0|0|–|–"


def test_somebody_with_an_account_is_taken_in(as_cora: Client, dan: User, project: Project) -> None:
    assert take_in(as_cora, username=" dan ", role="observer", languages=["fr", "xx"]) == 302
    member = project.memberships.get(user=dan)
    assert (member.role, member.languages) == ("observer", ["fr"])


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"username": "nobody"}, "Nobody has the user name “nobody”"),
        ({"username": "cora"}, "cora is a member of this project already"),
        ({"username": "x y", "new": "on"}, "Enter a valid username"),
        ({"username": "eve", "new": "on", "role": "king"}, "Choose a role"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_filled_in_stays(
    sent: dict[str, str], told: str, as_cora: Client
) -> None:
    answer = as_cora.post(f"{PAGE}add/", {"role": "reviewer", **sent})
    shown = answer.content.decode()
    assert (answer.status_code, told in shown) == (422, True)
    assert f'value="{sent["username"]}"' in shown
    assert not User.objects.filter(username__in=["x y", "eve"]).exists()


def invited(client: Client) -> str:
    """The path of the link for Eve, who is new."""
    assert take_in(client, username="eve", new="on") == 302
    shown = client.get(of(User.objects.get(username="eve"))).content.decode()
    found = re.search(r'value="http://testserver(/invitation/[^"]+)"', shown)
    assert found is not None
    return found[1]


def test_somebody_new_chooses_a_password_on_a_link_that_is_good_once(
    as_cora: Client, project: Project
) -> None:
    link, eve = invited(as_cora), Client()
    form = eve.get(link).headers["Location"]
    sent = {"new_password1": "tashkil-and-tatweel", "new_password2": "tashkil-and-tatweel"}
    assert "eve" in eve.get(form).content.decode()
    assert eve.post(form, sent).headers["Location"] == "/"
    assert eve.get("/p/sahel/").status_code == 200
    assert "was used already" in Client().get(link).content.decode()
    assert "/invitation/" not in as_cora.get(of(User.objects.get(username="eve"))).content.decode()


def test_nobody_gets_a_link_to_an_account_that_the_project_did_not_make(
    as_cora: Client, project: Project, dan: User
) -> None:
    User.objects.create_user("eve")
    assert take_in(as_cora, username="eve", new="on") == 302
    assert take_in(as_cora, username="dan") == 302
    for user in User.objects.filter(username__in=["eve", "dan"]):
        assert "/invitation/" not in as_cora.get(of(user)).content.decode()


def test_role_and_languages_are_changed_and_the_history_says_so(
    as_cora: Client, ada: User, project: Project
) -> None:
    as_cora.post(f"{of(ada)}change/", {"role": "reviewer", "languages": ["ar", "en"]})
    member = project.memberships.get(user=ada)
    assert (member.role, member.languages) == ("reviewer", ["ar", "en"])
    shown = text_of(as_cora, of(ada))
    assert "Role: reviewer. Languages: Arabic, English. cora" in shown
    assert "Taken in as annotator. cora" in shown


def offered(client: Client, user: User) -> list[str]:
    """The languages that the page of a person offers, by their names."""
    page = client.get(of(user)).content.decode()
    found = re.findall(r'name="languages" value="[^"]+".*?>([^<]+)<', page, re.DOTALL)
    return [name.strip() for name in found if name.strip()]


def test_each_language_is_offered_once_whatever_forms_its_articles_have(
    as_cora: Client, ada: User, project: Project
) -> None:
    for number, form in enumerate(["AR", "ara", "ar-DZ", "EN", "fr-FR", "es-419", "es-AR", "sg"]):
        take_in_text(project, f"Ligne {number}.", form)
    names = ["Arabic", "French", "English", "Spanish", "sg"]
    assert offered(as_cora, ada) == names
    as_cora.post(f"{of(ada)}change/", {"role": "annotator", "languages": ["ar", "es"]})
    assert project.memberships.get(user=ada).languages == ["ar", "es"]


def test_a_narrower_language_is_offered_by_a_name_of_its_own(
    as_cora: Client, ada: User, project: Project
) -> None:
    Project.objects.update(languages=["fr", "fr-SN", "pt-BR", "zh-Hant", "zh-HK", "ha-Arab", "yo"])
    take_in_text(project, "A linha fechou.", "pt")
    assert offered(as_cora, ada) == [
        "French",
        "French (SN)",
        "Brazilian Portuguese",
        "Traditional Chinese",
        "Traditional Chinese (HK)",
        "Hausa (Arab)",
        "yo",
        "Portuguese",
    ]


def test_the_last_manager_stays_and_is_told_why(as_cora: Client, cora: User) -> None:
    answer = as_cora.post(f"{of(cora)}change/", {"role": "annotator"})
    assert answer.status_code == 409
    assert "A project needs a manager" in answer.content.decode()


@pytest.mark.parametrize(
    ("step", "sent"),
    [("change", {"role": "annotator"}), ("end", {"ended": "left", "reason": "Rest.", "sure": "1"})],
)
def test_a_manager_who_is_none_any_more_is_led_elsewhere(
    step: str, sent: dict[str, str], as_cora: Client, cora: User, ada: User
) -> None:
    Membership.objects.filter(user=ada).update(role=Membership.Role.MANAGER)
    assert as_cora.post(f"{of(cora)}{step}/", sent, follow=True).status_code == 200


def test_before_an_end_the_page_tells_what_would_change(
    as_cora: Client, complete: Article, project: Project, ada: User
) -> None:
    give(take_in_text(project, "Le port a fermé.", "fr"), ada)
    shown = text_of(as_cora, of(ada))
    for told in (
        "1 article that was handed in needs another reader. 1 of these is complete today",
        "1 decision rests on this work",
        "1 open article goes back to the pool",
    ):
        assert told in shown


def test_an_end_takes_a_reason_and_somebody_who_has_read_what_changes(
    as_cora: Client, complete: Article, ada: User
) -> None:
    sent = {"ended": "excluded", "reason": "Labels at random."}
    for wrong, told in (
        (sent, "Tick that you have read"),
        ({**sent, "reason": " ", "sure": "on"}, "Say why"),
        ({**sent, "ended": "fired", "sure": "on"}, "as left or as excluded"),
    ):
        answer = as_cora.post(f"{of(ada)}end/", wrong)
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert as_cora.post(f"{of(ada)}end/", {**sent, "sure": "on"}).status_code == 302
    complete.refresh_from_db()
    assert (complete.open_slots, complete.completed_at) == (1, None)
    assert "No longer in the project" in text_of(as_cora, PAGE)
    assert "Labels at random." in text_of(as_cora, of(ada))


def test_a_reason_is_counted_as_it_was_typed_not_as_a_browser_sends_its_line_breaks(
    as_cora: Client, ada: User
) -> None:
    typed = "Moved.\n" * 714 + "ـ🚩"  # 5,000 characters
    sent = {"ended": "left", "sure": "on"}
    longer = as_cora.post(f"{of(ada)}end/", {**sent, "reason": typed.replace("\n", "\r\n") + "."})
    assert "This text has 5001 characters" in longer.content.decode()
    as_cora.post(f"{of(ada)}end/", {**sent, "reason": typed.replace("\n", "\r\n")})
    ended = Event.objects.get(what="end_membership")
    assert ended.after == {"ended": "left", "reason": typed}


def test_who_left_is_taken_back(as_cora: Client, ada: User) -> None:
    as_cora.post(f"{of(ada)}end/", {"ended": "left", "reason": "A new job.", "sure": "on"})
    assert "Has left" in text_of(as_cora, of(ada))
    as_cora.post(f"{of(ada)}take-back/")
    assert Membership.objects.get(user=ada).ended == ""


@pytest.mark.parametrize("count", ["", "0", "21", "٣", "x", "9" * 5000])
def test_how_many_read_an_article_is_a_small_number(count: str, as_cora: Client) -> None:
    answer = as_cora.post(f"{PAGE}readers/", {"count": count, "sure": "on"})
    assert answer.status_code == 422
    assert "Give a number from 1 to 20" in answer.content.decode()


def test_the_number_of_readers_changes_the_places_of_what_is_not_complete(
    as_cora: Client, project: Project, complete: Article
) -> None:
    article = take_in_text(project, "Le port a fermé.", "fr")
    shown = text_of(as_cora, PAGE)
    assert "1 complete article stays as it is. 1 other article gets" in shown
    as_cora.post(f"{PAGE}readers/", {"count": "3", "sure": "on"})
    places = Article.objects.in_bulk([article.pk, complete.pk])
    assert (places[article.pk].open_slots, places[complete.pk].open_slots) == (3, 0)


def test_an_article_goes_from_one_desk_to_another_with_a_reason(
    as_cora: Client, article: Article, ada: User, ben: User
) -> None:
    (taken,) = give(article, ada)
    member = Membership.objects.get(user=ben)
    as_cora.post(
        f"/p/sahel/progress/assignments/{taken.pk}/reassign/",
        {"membership": member.pk, "note": "Ada is away."},
    )
    states = Assignment.objects.order_by("number").values_list("membership__user", "state")
    assert list(states) == [(ada.pk, "withdrawn"), (ben.pk, "assigned")]
    assert Notice.objects.get().text == "Ada is away."


def test_nobody_of_another_project_is_met_here(as_cora: Client, as_dan: Client, dan: User) -> None:
    theirs = Membership.objects.get(user=dan)
    for method, step in (
        ("get", ""),
        ("post", "change/"),
        ("post", "end/"),
        ("post", "take-back/"),
    ):
        assert getattr(as_cora, method)(f"{PAGE}{theirs.pk}/{step}").status_code == 404


def test_more_people_and_work_take_no_more_queries(
    as_cora: Client,
    project: Project,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (2, 8):
        users = [User.objects.create_user(f"reader-{count}-{number}") for number in range(count)]
        for user in users:
            take_in(as_cora, username=user.username)
        for number, pair in enumerate(zip(users[::2], users[1::2], strict=True)):
            article = take_in_text(project, f"Article {count}-{number} is here.", language="en")
            give(article, *pair)
            for user in pair:
                hand_in(article, user, words(article, "is here"))
        for page, most in ((PAGE, 17), (of(users[0]), 23)):
            with django_assert_max_num_queries(most):
                as_cora.get(page)
