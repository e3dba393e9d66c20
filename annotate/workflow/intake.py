"""Intake: texts become articles with sentences. What is stored is the text as it was decoded,
untouched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..domain.dateline import parse_date
from ..domain.decoding import DecodingError, check_text
from ..domain.direction import direction_of_language, sentence_direction
from ..domain.normalise import search_key
from ..domain.segmentation import SEGMENTER, Block, recognise_language, split
from ..domain.segmentation import Sentence as Unit
from ..errors import Refusal, WorkflowError
from ..models import Article, Project, Sentence, Source, SourceAlias
from .assigning import take_positions
from .recording import record
from .sources import add_source

TITLE_LIMIT = Article._meta.get_field("title").max_length or 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article to be taken in: its text and what is known of it; '' and None where nothing is."""

    text: str
    external_id: str = ""
    title: str = ""
    language: str = ""
    publisher: str = ""
    author_name: str = ""
    url: str = ""
    published: date | None = None
    published_precision: str = ""
    licence_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a candidate turns out to be: its fields completed from the text, and the sentences
    found.
    """

    candidate: Candidate
    direction: str
    sentences: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that stands in the project now, and whether it is new."""

    article: Article
    created: bool


@dataclass(slots=True)
class Report:
    """What became of a batch: by candidate, in order. `refused` holds the place of each and the
    reason.
    """

    taken: list[Taken] = field(default_factory=list)
    refused: list[tuple[int, WorkflowError]] = field(default_factory=list)

    @property
    def created(self) -> int:
        return sum(taken.created for taken in self.taken)

    @property
    def existing(self) -> int:
        return len(self.taken) - self.created


def examine(candidate: Candidate) -> Examined:
    """Recognise language, direction, title and date where they are not given, and split the text.

    Nothing is stored. Refuses a text that cannot be stored, and one whose language is neither given
    nor certain.
    """
    try:
        check_text(candidate.text)
    except DecodingError as error:
        raise WorkflowError(
            Refusal.INVALID, _(error.template) % error.params, field="text"
        ) from error
    language = candidate.language or recognise_language(candidate.text).language
    if not language:
        raise WorkflowError(
            Refusal.INVALID,
            _("The language of this text is not certain: say which it is."),
            field="language",
        )
    units = tuple(split(candidate.text, language))
    known = replace(candidate, language=language)
    if not known.title:
        known = replace(known, title=_first(candidate.text, units, Block.TITLE)[:TITLE_LIMIT])
    if known.published is None:
        found = parse_date(_first(candidate.text, units, Block.DATELINE))
        if found is not None:
            known = replace(known, published=found.date, published_precision=found.precision)
    return Examined(candidate=known, direction=direction_of_language(language), sentences=units)


@transaction.atomic
def take_in(*, project: Project, by: User, candidate: Candidate) -> Taken:
    """Store an article with its sentences, ready to be assigned.

    The same article (text, publisher and address) is taken once: again, it changes nothing.
    """
    examined = examine(candidate)
    candidate = examined.candidate
    project = Project.objects.select_for_update().get(pk=project.pk)
    digest = hashlib.sha256(candidate.text.encode()).hexdigest()
    publisher = _publisher(project, by, candidate)
    known = Article.objects.filter(
        project=project, sha256=digest, publisher=publisher, url=candidate.url
    ).first()
    if known is not None:
        return Taken(known, created=False)
    article = Article.objects.create(
        created_by=by,
        project=project,
        external_id=candidate.external_id,
        title=candidate.title,
        text=candidate.text,
        sha256=digest,
        language=candidate.language,
        direction=examined.direction,
        publisher=publisher,
        author_name=candidate.author_name,
        url=candidate.url,
        published=candidate.published,
        published_precision=candidate.published_precision,
        licence_note=candidate.licence_note,
        position=take_positions(project, 1),
        open_slots=project.annotators_per_article,
    )
    Sentence.objects.bulk_create(
        Sentence(
            project=project,
            article=article,
            index=index,
            start=unit.start,
            end=unit.end,
            paragraph=unit.paragraph,
            block=unit.block,
            direction=sentence_direction(candidate.text[unit.start : unit.end], examined.direction),
            segmenter=SEGMENTER,
        )
        for index, unit in enumerate(examined.sentences)
    )
    record("take_in", article, by=by, project=project, after={"sha256": digest})
    return Taken(article, created=True)


def take_in_all(
    *,
    project: Project,
    by: User,
    candidates: Iterable[Candidate],
    strict: bool = False,
    dry_run: bool = False,
) -> Report:
    """Take in a batch. A candidate that is refused is reported and the others go in.

    `strict`: one refusal, and nothing goes in. `dry_run`: nothing goes in; the report says what
    would.
    """
    report = Report()
    with transaction.atomic():
        for place, candidate in enumerate(candidates):
            try:
                report.taken.append(take_in(project=project, by=by, candidate=candidate))
            except WorkflowError as error:
                report.refused.append((place, error))
        transaction.set_rollback(dry_run or (strict and bool(report.refused)))
    return report


def _first(text: str, units: Iterable[Unit], block: Block) -> str:
    """The words of the first unit of this block; '' if there is none."""
    return next((text[u.start : u.end] for u in units if u.block == block), "")


def _publisher(project: Project, by: User, candidate: Candidate) -> Source | None:
    """The outlet of this name; a name not known yet becomes an accepted source of kind media."""
    if not candidate.publisher.strip():
        return None
    alias = (
        SourceAlias.objects.filter(
            project=project, accepted=True, folded=search_key(candidate.publisher)
        )
        .select_related("source")
        .first()
    )
    if alias is not None:
        return alias.source
    return add_source(
        project=project,
        by=by,
        name={candidate.language.partition("-")[0]: candidate.publisher.strip()},
        kind=Source.Kind.MEDIA,
    )
