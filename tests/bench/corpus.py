"""What the bench works on. People, the long article and those of the crowd come through the
workflow; the long queues are stored in bulk, for they are there to be passed by, not to be read.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.domain.segmentation import split
from annotate.exchange.articles import read_articles
from annotate.models import (
    Article,
    Assignment,
    ClaimGroup,
    Membership,
    Project,
    ReviewItem,
    Sentence,
    Source,
)
from annotate.workflow.assigning import take_positions
from annotate.workflow.intake import Candidate, take_in
from annotate.workflow.projects import add_member, start_project
from annotate.workflow.sources import add_source
from tests.builders import CODEBOOK, LABELS, give, hand_in, words

from .client import Sent

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
LANGUAGES = ("ar", "fr")
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a project, signed in."""

    membership: Membership
    session: str

    @property
    def user(self) -> User:
        return self.membership.user


def project(slug: str, *, annotators: int = 2) -> Project:
    """A project with the demo's codebook and three sources."""
    manager, _created = User.objects.get_or_create(username="manager")
    started = start_project(
        by=manager, name=slug, slug=slug, codebook=CODEBOOK, annotators_per_article=annotators
    )
    for name in ("Le Monde", "Jeune Afrique", "Newsweek"):
        add_source(project=started, by=manager, name={"en": name}, kind=Source.Kind.MEDIA)
    return started


def member(
    project: Project,
    name: str,
    languages: Sequence[str] = (),
    role: str = Membership.Role.ANNOTATOR,
) -> Member:
    user = User.objects.create(username=f"{project.slug}-{name}")
    membership = add_member(
        project=project,
        by=project.created_by,
        user=user,
        role=role,
        languages=languages,
    )
    client = Client()
    client.force_login(user)
    return Member(membership, client.cookies["sessionid"].value)


@cache
def long_text(sentences: int) -> str:
    """So many sentences of the demo's Arabic articles, one article after the other."""
    texts = [
        read_articles(path.name, path.read_bytes()).articles[0].text
        for path in sorted(SEEDS.glob("ar-*.txt"))
    ]
    text = "\n".join(texts)
    return text[: split(text, "ar")[sentences - 1].end]


def article(project: Project, text: str) -> Article:
    taken = take_in(
        project=project, by=project.created_by, candidate=Candidate(text=text, language="ar")
    )
    return taken.article


def fill(project: Project, count: int) -> list[Article]:
    """So many short articles at the end of the queue, without sentences."""
    first = take_positions(project, count)
    texts = [f"Line {number} reopened." for number in range(first, first + count)]
    return Article.objects.bulk_create(
        (
            Article(
                created_by=project.created_by,
                project=project,
                text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                language=LANGUAGES[number % len(LANGUAGES)],
                direction=Article.Direction.LTR,
                position=first + number,
                open_slots=project.annotators_per_article,
            )
            for number, text in enumerate(texts)
        ),
        batch_size=BATCH,
    )


def disputes(project: Project, count: int) -> Sentence:
    """So many sentences that wait for a reviewer, 20 an article; return one in the midst of them,
    which two annotators read differently through the workflow.
    """
    half = count // 40
    _disputed(project, half)
    sentence = _read_differently(project)
    _disputed(project, half)
    return sentence


def _disputed(project: Project, articles: int) -> None:
    """Articles of 20 sentences with a group each, stored in bulk: there to be passed by."""
    cut = split(long_text(20), "ar")
    stored = fill(project, articles)
    Article.objects.filter(pk__in=[it.pk for it in stored]).update(
        text=long_text(20), completed_at=timezone.now(), open_slots=0
    )
    sentences = [
        Sentence(
            project=project,
            article=article,
            index=index,
            start=it.start,
            end=it.end,
            paragraph=it.paragraph,
            block=it.block,
            direction=Article.Direction.RTL,
            segmenter="bench",
        )
        for article in stored
        for index, it in enumerate(cut)
    ]
    levels = [str(level) for level in ClaimGroup.Level.values]
    Sentence.objects.bulk_create(sentences, batch_size=BATCH)
    ClaimGroup.objects.bulk_create(
        (
            ClaimGroup(
                created_by=project.created_by,
                project=project,
                article=it.article,
                sentence=it,
                start=it.start,
                end=it.end,
                level=levels[it.index % len(levels)],
                pattern="|kind=causal/event|",
            )
            for it in sentences
        ),
        batch_size=BATCH,
    )
    ReviewItem.objects.bulk_create(
        (
            ReviewItem(
                project=project,
                article=it.article,
                sentence=it,
                position=it.article.position,
                index=it.index,
                status=ReviewItem.Status.WAITING,
                severity=it.index % len(levels),
            )
            for it in sentences
        ),
        batch_size=BATCH,
    )


def _read_differently(project: Project) -> Sentence:
    """The first sentence of an article in which one finds an event where another finds a cause."""
    taken = article(project, "Dispatch.\n" + long_text(3))
    for name, kind in (("ada", "event"), ("ben", "causal")):
        reader = member(project, name)
        give(taken, reader.user)
        hand_in(taken, reader.user, words(taken, taken.sentences.all()[1].text, kind=kind))
    return taken.sentences.all()[1]


def read_ahead(member: Member, articles: Sequence[Article]) -> None:
    """As if the member alone had handed in all of these, the first of the queue."""
    membership = member.membership
    Assignment.objects.bulk_create(
        (
            Assignment(
                created_by=member.user,
                project_id=membership.project_id,
                article=article,
                membership=membership,
                number=1,
                state=Assignment.State.SUBMITTED,
            )
            for article in articles
        ),
        batch_size=BATCH,
    )
    last = articles[-1].position
    Article.objects.filter(project=membership.project_id, position__lte=last).update(
        open_slots=membership.project.annotators_per_article - 1
    )
    Membership.objects.filter(pk=membership.pk).update(cursor=last)


@dataclass(frozen=True, slots=True)
class Save:
    """A claim as the workbench's form sends it, and the ids by which it is found again."""

    sent: Sent
    revision: str
    annotation_id: str


def saves(article: Article, count: int) -> list[Save]:
    """So many saves of one annotator: a claim a sentence, then a second one each, and so on.

    Every other claim has a source.
    """
    sentences = list(article.sentences.select_related("article", "project"))
    source = Source.objects.get(project=article.project_id, name={"en": "Le Monde"})
    heads: dict[Sentence, str] = {}
    made = []
    for number in range(count):
        sentence = sentences[number % len(sentences)]
        revision, annotation_id = str(uuid4()), str(uuid4())
        fields = {
            "revision": revision,
            "parent": heads.get(sentence, ""),
            "annotation_id": annotation_id,
            "seconds": "7",
            **_spans(sentence, number // len(sentences)),
            **{f"label_{key}": value for key, value in LABELS.items()},
            **({"chain": str(source.pk)} if number % 2 else {}),
            "note": "",
        }
        path = reverse("save-claim", args=[sentence.project.slug, sentence.pk])
        made.append(Save(Sent(path, fields), revision, annotation_id))
        heads[sentence] = revision
    return made


def _spans(sentence: Sentence, words: int) -> dict[str, str]:
    """The sentence without so many of its last words, or what is left of it."""
    kept = sentence.text.rsplit(maxsplit=words)[0] if words else sentence.text
    return {
        "spans": json.dumps([[sentence.start, sentence.start + len(kept)]]),
        "quotes": json.dumps([kept], ensure_ascii=False),
    }
