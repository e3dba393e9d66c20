"""In which direction and language words are shown that do not run as those around them."""

import html
import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.models import Article, Project
from annotate.workflow.asking import RulingDraft, answer, rule
from annotate.workflow.labelling import reopen_assignment
from tests.builders import ask, give, hand_in, mark, sentence_at, take_in_text, words

HALTED = "روسيا أوقفت الهجوم"
WORDS = "«أي مواجهة لم تندلع على الإطلاق»: who says so?"
ADDRESSES = {
    "ada": ["/p/sahel/", "/p/sahel/rulings/", "/p/sahel/guidelines/"],
    "rita": ["/p/sahel/questions/", "/p/sahel/questions/?show=answered", "/p/sahel/rulings/"],
}


@pytest.fixture
def said(project: Project, article: Article, ada: User, rita: User) -> Article:
    """The same words as a question, an answer, a ruling, one that it replaced, and a note."""
    (assignment,) = give(article, ada)
    sentence = sentence_at(article, HALTED)
    ask(sentence, ada, WORDS)
    answer(pk=uuid4(), question=ask(sentence, ada, WORDS), by=rita, text=WORDS, seen=0)
    draft = RulingDraft(text=WORDS, dimension="kind", value="event")
    old = rule(pk=uuid4(), project=project, by=rita, draft=draft)
    rule(pk=uuid4(), project=project, by=rita, draft=draft, supersedes=old)
    hand_in(article, ada, words(article, HALTED))
    assignment.refresh_from_db()
    reopen_assignment(assignment=assignment, by=rita, note=WORDS, sentences=[sentence])
    return article


def test_a_persons_words_that_begin_with_a_quotation_run_as_they_were_written(
    client: Client, said: Article
) -> None:
    for name, addresses in ADDRESSES.items():
        client.force_login(User.objects.get(username=name))
        mine = [f"/p/sahel/articles/{said.pk}/"] * (name == "ada")
        for address in [*addresses, *mine]:
            page = re.sub(r"<textarea.*?</textarea>", "", client.get(address).content.decode())
            written = re.escape(html.escape(WORDS))
            told = re.findall(rf"<[^>]*>(?:<s>)?{written}", page)
            assert told, address
            assert [each for each in told if ' dir="ltr"' not in each] == [], address


@pytest.mark.parametrize(
    ("words_there", "told"),
    [("RFI said so", ' lang="" dir="ltr"'), ("הצבא אמר זאת", ' lang="he" dir="rtl"')],
)
def test_words_in_another_script_are_not_said_to_be_in_the_articles_language(
    as_ada: Client, as_rita: Client, project: Project, ada: User, words_there: str, told: str
) -> None:
    article = take_in_text(project, f"قالت روسيا ذلك.\n{words_there}.\n", "ar")
    give(article, ada)
    foreign = sentence_at(article, words_there)
    ask(foreign, ada, "Who?")
    begin = words_there.rpartition(" ")[0]
    mark(article, ada, words(article, begin))
    pages = [
        as_ada.get(f"/p/sahel/articles/{article.pk}/?sentence={foreign.pk}"),
        as_ada.get("/p/sahel/"),
        as_ada.get("/p/sahel/history/", {"words": begin.partition(" ")[2]}),
        as_rita.get("/p/sahel/questions/"),
    ]
    for page in pages:
        tags = re.findall(rf"<[^>]*>(?:<bdi>|<mark[^>]*>)?{begin}", page.content.decode())
        assert tags, page.request["PATH_INFO"]
        assert [tag for tag in tags if told not in tag] == []
