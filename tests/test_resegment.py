"""`manage.py resegment`: what it shows, what it cuts anew, and what it leaves alone."""

from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from annotate.domain.segmentation import SEGMENTER
from annotate.models import Article, Project, Sentence
from annotate.workflow.resplitting import join_with_next
from tests.builders import give, hand_in, sentence_at, take_in_text

TEXT = "🚩 Le pont est fermé. Personne ne passe.\r\nTout est calme.\r\n"
OTHER = "Le port est ouvert. Les navires entrent.\n"


def run(*args: object) -> str:
    out = StringIO()
    call_command("resegment", *map(str, args), project="sahel", stdout=out)
    return out.getvalue()


def cut(article: Article) -> list[str]:
    return [s.text for s in article.sentences.select_related("article").order_by("index")]


def older(project: Project, text: str) -> Article:
    """An article whose first two sentences an earlier segmenter took for one."""
    article = corrected(project, text)
    article.sentences.filter(segmenter__endswith="+hand").update(segmenter="isnad 0.9.0")
    return article


def corrected(project: Project, text: str) -> Article:
    article = take_in_text(project, text, "fr")
    join_with_next(sentence=article.sentences.get(index=0), by=project.created_by)
    return article


def test_without_apply_it_shows_the_changed_places_and_stores_nothing(project: Project) -> None:
    article = older(project, TEXT)
    before = list(Sentence.objects.order_by("index").values())
    assert run() == run("--dry-run")
    assert run().splitlines() == [
        f"{article.pk} 🚩 Le pont est fermé. Personne ne passe. Tout est calme.: 2 → 3",
        "  - [body] 🚩 Le pont est fermé. Personne ne passe.",
        "  + [body] 🚩 Le pont est fermé. | [body] Personne ne passe.",
        "Dry run, nothing is stored: 1 article would change, 0 would be cut as they are, "
        "0 are judged and stay, 0 are corrected by hand and stay.",
    ]
    assert list(Sentence.objects.order_by("index").values()) == before


def test_apply_cuts_anew_what_nobody_has_judged_or_corrected(project: Project, ada: User) -> None:
    free, judged = older(project, TEXT), older(project, OTHER)
    by_hand = corrected(project, OTHER * 2)
    take_in_text(project, "Rien.", "fr")
    give(judged, ada)
    hand_in(judged, ada)
    told = run("--apply").splitlines()[-1]
    assert told == (
        "1 article is cut anew, 1 would be cut as they are, "
        "1 are judged and stay, 1 are corrected by hand and stay."
    )
    assert len(cut(free)) == 3
    assert cut(judged) == [OTHER.strip()]
    assert len(cut(by_hand)) == 3
    assert run("--apply").startswith("0 articles are cut anew")


def test_what_was_corrected_by_hand_is_cut_anew_on_demand_only(project: Project) -> None:
    article = corrected(project, TEXT)
    run("--apply", "--also-corrected")
    assert len(cut(article)) == 3


def test_one_article_is_named_by_its_id(project: Project) -> None:
    first, second = older(project, TEXT), older(project, OTHER)
    run("--apply", "--article", second.pk)
    assert (len(cut(first)), len(cut(second))) == (2, 2)
    with pytest.raises(CommandError, match="There is no article"):
        run("--article", uuid4())


def test_sentences_that_do_not_change_keep_their_ids_and_their_segmenter(project: Project) -> None:
    article = older(project, TEXT)
    calm = sentence_at(article, "Tout est calme")
    Sentence.objects.filter(pk=calm.pk).update(segmenter="isnad 0.9.0")
    run("--apply")
    now = sentence_at(article, "Tout est calme")
    assert (now.pk, now.index, now.segmenter) == (calm.pk, 2, "isnad 0.9.0")
    assert sentence_at(article, "Personne").segmenter == SEGMENTER


@pytest.mark.usefixtures("project")
def test_it_is_done_by_a_manager(ada: User) -> None:
    with pytest.raises(CommandError, match="by a manager of the project"):
        run("--by", "ada")
