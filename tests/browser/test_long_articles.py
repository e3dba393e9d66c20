"""A long article is ready to be labelled about as soon as its bare text is there, and a save is on
the screen in the next frame. No time is asked for: pages are compared, in turns.

The server has a process of its own, as when it serves people, and has answered each page before.
What else the machine does may come between: the best of a few comparisons counts. A page is there
when it is on the screen: when the frame that draws it is over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from statistics import median
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotate.domain.judgement import AnnotationDraft
from annotate.models import Annotation, Article, Project, Sentence, Source
from tests.browser.arriving import come
from tests.browser.serving import Server
from tests.browser.test_workbench import SignIn, address
from tests.builders import LABELS, give, source, take_in_text, write

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCES, ANNOTATIONS = 300, 500
ROUNDS, COMPARISONS = 5, 3
BOUND = 2
TEXT = "\n".join(
    f"وأعلنت الحكومة في باماكو أن القافلة رقم {n} وصلت إلى المدينة، ونفى مسؤول أن تكون قد تعرضت"
    f" لهجوم بعد «تحذيرات من الجزائر». وقال شاهد رقم {n} إن الطريق مفتوح."
    for n in range(SENTENCES // 2)
)
READY = """
    const drawn = () => requestAnimationFrame(() => { window.ready ??= performance.now(); });
    const ready = () => requestAnimationFrame(drawn); // in the frame after the one that draws it
    document.addEventListener("claim:shown", ready);
    if (location.pathname.startsWith("/bare/")) addEventListener("load", ready);
"""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server("tests.browser.settings")
    yield server
    server.kill()


@pytest.fixture
def desk(ada: User, sign_in: SignIn) -> Page:
    page = sign_in(ada).new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.add_init_script(READY)
    return page


@pytest.fixture
def unread(project: Project, ada: User) -> Article:
    article = take_in_text(project, TEXT, "ar")
    give(article, ada)
    return article


@pytest.fixture
def labelled(project: Project, ada: User) -> Article:
    """As long as the other, with claims in every sentence, in most two."""
    article = take_in_text(project, f"{TEXT}\n", "ar")
    give(article, ada)
    paper = source(project, "Le Monde")
    second = ANNOTATIONS - SENTENCES
    for sentence in article.sentences.select_related("article__project"):
        claims = [_claim(sentence, 0), _claim(sentence, 1, paper)]
        put = tuple(claims[: 2 if sentence.index < second else 1])
        write(sentence, ada, partial(replace, annotations=put))
    assert Annotation.objects.count() == ANNOTATIONS
    return article


def _claim(sentence: Sentence, without: int, *chain: Source) -> AnnotationDraft:
    """The sentence but for so many of its last words."""
    quote = sentence.text.rsplit(maxsplit=without + 1)[0]
    return AnnotationDraft(
        annotation_id=uuid4(),
        spans=((sentence.start, sentence.start + len(quote)),),
        quotes=(quote,),
        labels=LABELS,
        source_chain=tuple(each.pk for each in chain),
    )


def ready_after(page: Page, server: Server, addresses: Sequence[str]) -> list[float]:
    """Milliseconds from asking for each page to its being ready: medians, asked in turns."""
    taken: list[list[float]] = [[] for _ in addresses]
    for _ in range(ROUNDS + 1):
        for each, times in zip(addresses, taken, strict=True):
            page.goto(server.url + each)
            page.wait_for_function("() => window.ready")
            times.append(page.evaluate("() => window.ready"))
    return [median(times[1:]) for times in taken]


def test_a_long_article_is_ready_soon_after_its_bare_text_however_much_is_labelled_in_it(
    desk: Page, server: Server, unread: Article, labelled: Article
) -> None:
    assert labelled.sentences.count() == SENTENCES
    addresses = [f"/bare/{labelled.pk}/", address(unread), address(labelled)]
    ratios: list[float] = []
    while len(ratios) < COMPARISONS and min(ratios, default=BOUND + 1) > BOUND:
        bare, empty, full = ready_after(desk, server, addresses)
        ratios.append(full / min(bare, empty))
    assert min(ratios) <= BOUND, ratios


def test_what_is_saved_is_on_the_screen_in_the_next_frame(desk: Page, unread: Article) -> None:
    come(desk, address(unread))
    desk.evaluate(
        """() => {
            const row = document.querySelector(".sentence.here");
            addEventListener("keydown", () => requestAnimationFrame(() => {
                window.shown = row.className;
            }), { capture: true, once: true });
        }"""
    )
    desk.keyboard.press("KeyN")
    desk.wait_for_function("() => window.shown")
    assert "is-no_claim" in desk.evaluate("() => window.shown")
    expect(desk.locator(".sentence.is-unsaved")).to_have_count(0)
