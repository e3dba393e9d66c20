"""Intake: texts become articles with sentences. What is stored is the text as it was decoded,
untouched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..domain.dateline import parse_date
from ..domain.decoding import DecodingError, check_text
from ..domain.direction import Direction, direction_of_language
from ..domain.languages import canonical
from ..domain.normalise import search_key
from ..domain.segmentation import Block, recognise_language, split
from ..domain.segmentation import Sentence as Unit
from ..errors import Refusal, WorkflowError
from ..models import Article, Project, Sentence, Source, SourceAlias, Upload
from ..models.sql import insert
from .assigning import take_positions
from .locking import lock_project
from .recording import record
from .sentences import SentenceDraft, by_hand, rows
from .sources import add_source, checked_key

TITLE_LIMIT = Article._meta.get_field("title").max_length or 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article to be taken in: its text and what is known of it; '' and None where nothing is.

    `blocks` are those that a person chose, each with the start of its sentence.
    """

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
    blocks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a candidate turns out to be: its fields completed from the text, and the sentences
    found.
    """

    candidate: Candidate
    direction: Direction
    sentences: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that stands in the project now, whether it is new, and with how many new
    sentences.
    """

    article: Article
    created: bool
    sentences: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A candidate that was read from a file: from which row, in which encoding, and whether that
    was guessed.
    """

    candidate: Candidate
    file: str
    row: int | None = None
    encoding: str = "utf-8"
    guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Draft):
    """A draft as it waits in an upload.

    Its candidate is completed from the text, and `sentences` are those found: start, end and block
    of each. `languages` are those it may be written in, best first, where that is not certain;
    `refusal` says why it was not taken in when the upload was confirmed.
    """

    direction: Direction
    sentences: tuple[tuple[int, int, str], ...]
    languages: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(slots=True)
class Report:
    """What became of a batch. `refused` holds the place of each candidate and the reason."""

    created: int = 0
    existing: int = 0
    sentences: int = 0
    refused: list[tuple[int, WorkflowError]] = field(default_factory=list)

    def count(self, examined: Examined, *, new: bool) -> None:
        self.created += new
        self.existing += not new
        self.sentences += len(examined.sentences) if new else 0


class Trial:
    """What would become of a batch, one candidate after the other. It only reads: nobody who saves
    meanwhile waits for it.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._seen: set[tuple[str, UUID | str | None, str]] = set()
        self._publishers: dict[str, Source | str | None] = {}

    def is_new(self, examined: Examined) -> bool:
        """Whether it stands neither in the project nor earlier in the batch.

        Refuses, as taking it in would, a publisher whose name no source can have.
        """
        candidate = examined.candidate
        outlet = self.publisher(candidate)
        source = outlet if isinstance(outlet, Source) else None
        publisher = outlet.pk if isinstance(outlet, Source) else outlet
        digest = _digest(candidate.text)
        seen = (digest, publisher, candidate.url) in self._seen
        self._seen.add((digest, publisher, candidate.url))
        if seen or isinstance(publisher, str):
            return not seen
        return not _same(self._project, digest, source, candidate.url).exists()

    def publisher(self, candidate: Candidate) -> Source | str | None:
        """The outlet that has the publisher's name, or the key of a new one. Refuses, as taking the
        candidate in would, a name that no source can have.
        """
        name = candidate.publisher
        if name not in self._publishers:
            known = _known_publisher(self._project, candidate)
            self._publishers[name] = known or _new_publisher(candidate)
        return self._publishers[name]


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
    return _examined_as(candidate, language)


def _examined_as(candidate: Candidate, language: str) -> Examined:
    units = tuple(split(candidate.text, language))
    known = replace(candidate, language=canonical(language))
    if not known.title:
        known = replace(known, title=_first(candidate.text, units, Block.TITLE)[:TITLE_LIMIT])
    if known.published is None:
        found = parse_date(_first(candidate.text, units, Block.DATELINE))
        if found is not None:
            known = replace(known, published=found.date, published_precision=found.precision)
    return Examined(candidate=known, direction=direction_of_language(language), sentences=units)


def take_in(*, project: Project, by: User, candidate: Candidate) -> Taken:
    """Store an article with its sentences, ready to be assigned.

    The same article (text, publisher and address) is taken once: again, it changes nothing.
    """
    return _store(project, by, examine(candidate))


def _store(project: Project, by: User, examined: Examined) -> Taken:
    """All that takes time, and needs no lock, is done before the transaction begins."""
    candidate = examined.candidate
    digest = _digest(candidate.text)
    article = Article(
        created_by=by,
        project=project,
        external_id=candidate.external_id,
        title=candidate.title,
        text=candidate.text,
        sha256=digest,
        language=candidate.language,
        direction=examined.direction,
        author_name=candidate.author_name,
        url=candidate.url,
        published=candidate.published,
        published_precision=candidate.published_precision,
        licence_note=candidate.licence_note,
        sentence_count=len(examined.sentences),
    )
    chosen = dict(candidate.blocks)
    drafts = [_as_chosen(SentenceDraft.cut(unit), chosen) for unit in examined.sentences]
    sentences = list(rows(article, drafts, ids={}))
    with transaction.atomic():
        project = lock_project(project)
        publisher = _publisher(project, by, candidate)
        known = _same(project, digest, publisher, candidate.url).first()
        if known is not None:
            return Taken(known, created=False)
        article.publisher = publisher
        article.position = take_positions(project, 1)
        article.open_slots = project.annotators_per_article
        article.save(force_insert=True)
        insert(sentences)
        record("take_in", article, by=by, project=project, after={"sha256": digest})
    return Taken(article, created=True, sentences=len(sentences))


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
    would. Else each goes in by itself. Whoever saves meanwhile waits for what is stored, and never
    for a text that is examined.
    """
    report = Report()
    trial = Trial(project)
    waiting: list[Examined] = []
    for place, candidate in enumerate(candidates):
        try:
            examined = examine(candidate)
            if not strict and not dry_run:
                new = _store(project, by, examined).created
            else:
                new = trial.is_new(examined)
        except WorkflowError as error:
            report.refused.append((place, error))
            continue
        report.count(examined, new=new)
        if strict and not dry_run:
            waiting.append(examined)
    if report.refused or not waiting:
        return report
    report = Report()
    with transaction.atomic():
        for examined in waiting:
            report.count(examined, new=_store(project, by, examined).created)
    return report


def hold_upload(
    *,
    project: Project,
    by: User,
    drafts: Iterable[Draft],
    problems: Iterable[Mapping[str, object]],
) -> Upload:
    """Keep what was read from files until it is confirmed or discarded; no article is stored yet.

    `problems` say what could not be read: file, row, field and message of each. Drafts whose
    publisher no source can be are among them.
    """
    trial = Trial(project)
    waiting: list[dict[str, Any]] = []
    told = [dict(problem) for problem in problems]
    for draft in drafts:
        try:
            trial.publisher(draft.candidate)
        except WorkflowError as error:
            place = {"file": draft.file, "row": draft.row}
            told.append({**place, "field": error.details["field"], "message": error.message})
        else:
            waiting.append(_stored(_held(draft)))
    upload = Upload(created_by=by, project=project, drafts=waiting, problems=told)
    with transaction.atomic():
        upload.save(force_insert=True)
        record("hold_upload", upload, by=by, project=project, after={"drafts": len(upload.drafts)})
    return upload


def held_drafts(upload: Upload) -> list[Held]:
    """What waits in the upload, in the order in which it was read."""
    return [_restored(stored) for stored in upload.drafts]


@transaction.atomic
def choose_block(*, upload: Upload, by: User, place: int, start: int, block: str) -> Held:
    """Say what a sentence of a waiting text is; it is stored so when the text is taken in.

    `place` is the text's in the upload, `start` is where the sentence begins in it.
    """
    waiting = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if waiting is None or place >= len(waiting.drafts):
        raise WorkflowError(Refusal.GONE, _("This text was taken in or discarded meanwhile."))
    held = _restored(waiting.drafts[place])
    before = {first: known for first, _end, known in held.sentences}
    if start not in before:
        raise WorkflowError(Refusal.INVALID, _("No sentence begins here."), field="start")
    if block not in Sentence.Block.values:
        raise WorkflowError(
            Refusal.INVALID, _("There is no block “%s”.") % block[:40], field="block"
        )
    chosen = {**dict(held.candidate.blocks), start: block}
    held = replace(
        held,
        candidate=replace(held.candidate, blocks=tuple(sorted(chosen.items()))),
        sentences=tuple(
            (first, end, chosen.get(first, known)) for first, end, known in held.sentences
        ),
    )
    waiting.drafts[place] = _stored(held)
    waiting.save(update_fields=["drafts"])
    told = {"place": place, "start": start}
    record(
        "choose_block",
        waiting,
        by=by,
        project=waiting.project,
        before={**told, "block": before[start]},
        after={**told, "block": block},
    )
    return held


def confirm_upload(*, upload: Upload, by: User, languages: Mapping[int, str]) -> Report:
    """Take in what waits in the upload; `languages` are those chosen, by the draft's place.

    What is refused keeps waiting, with the reason; when nothing is left, the upload is gone.
    Confirmed twice at once, each article is still taken in once.
    """
    held = [
        replace(draft, candidate=replace(draft.candidate, language=languages[place]))
        if place in languages
        else draft
        for place, draft in enumerate(held_drafts(upload))
    ]
    report = take_in_all(
        project=upload.project, by=by, candidates=[draft.candidate for draft in held]
    )
    left = [_stored(replace(held[place], refusal=error.message)) for place, error in report.refused]
    _close_upload("confirm_upload", upload, by, left)
    return report


def discard_upload(*, upload: Upload, by: User) -> None:
    """Forget what waits in the upload."""
    _close_upload("discard_upload", upload, by, left=[])


def already_there(project: Project, candidates: Sequence[Candidate]) -> list[Article | None]:
    """For each candidate the article that it would be taken for; two queries however many there
    are.
    """
    digests = [_digest(candidate.text) for candidate in candidates]
    outlets = [search_key(candidate.publisher) for candidate in candidates]
    publishers = dict(
        SourceAlias.objects.filter(
            project=project, accepted=True, folded__in=set(outlets)
        ).values_list("folded", "source")
    )
    known = {
        (article.sha256, article.publisher_id, article.url): article
        for article in Article.objects.filter(project=project, sha256__in=digests).defer("text")
    }
    return [
        known.get((digest, publishers.get(outlet), candidate.url))
        if outlet in publishers or not outlet
        else None
        for candidate, digest, outlet in zip(candidates, digests, outlets, strict=True)
    ]


@transaction.atomic
def _close_upload(what: str, upload: Upload, by: User, left: Sequence[dict[str, Any]]) -> None:
    before = {"drafts": len(upload.drafts)}
    record(what, upload, by=by, project=upload.project, before=before, after={"drafts": len(left)})
    rows = Upload.objects.filter(pk=upload.pk)
    if left:
        rows.update(drafts=left, problems=[])
    else:
        rows.delete()


def _held(draft: Draft) -> Held:
    """The draft with its candidate completed, in the likeliest language where none is certain."""
    candidate = draft.candidate
    guess = recognise_language(candidate.text)
    likely = tuple(language for language, _share in guess.candidates)
    language = candidate.language or guess.language
    examined = _examined_as(candidate, language or next(iter(likely), ""))
    return Held(
        candidate=examined.candidate if language else replace(examined.candidate, language=""),
        file=draft.file,
        row=draft.row,
        encoding=draft.encoding,
        guessed=draft.guessed,
        direction=examined.direction,
        sentences=tuple((unit.start, unit.end, unit.block) for unit in examined.sentences),
        languages=() if language else likely,
    )


def _stored(held: Held) -> dict[str, Any]:
    values = asdict(held)
    published = held.candidate.published
    values["candidate"]["published"] = published.isoformat() if published else None
    return values


def _restored(stored: Mapping[str, Any]) -> Held:
    fields = stored["candidate"]
    published = fields["published"]
    candidate = Candidate(
        **{
            **fields,
            "published": date.fromisoformat(published) if published else None,
            "blocks": tuple((start, block) for start, block in fields["blocks"]),
        }
    )
    return Held(
        **{
            **stored,
            "candidate": candidate,
            "sentences": tuple((start, end, block) for start, end, block in stored["sentences"]),
            "languages": tuple(stored["languages"]),
        }
    )


def _as_chosen(draft: SentenceDraft, blocks: Mapping[int, str]) -> SentenceDraft:
    """The sentence in the block that a person chose for it, if one did."""
    block = blocks.get(draft.start, draft.block)
    if block == draft.block:
        return draft
    return replace(draft, block=block, segmenter=by_hand(draft.segmenter))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _first(text: str, units: Iterable[Unit], block: Block) -> str:
    """The words of the first unit of this block; '' if there is none."""
    return next((text[u.start : u.end] for u in units if u.block == block), "")


def _same(project: Project, digest: str, publisher: Source | None, url: str) -> QuerySet[Article]:
    """The article of the project for which another of this text, publisher and address is taken."""
    return Article.objects.filter(project=project, sha256=digest, publisher=publisher, url=url)


def _publisher(project: Project, by: User, candidate: Candidate) -> Source | None:
    """The outlet of this name; a name not known yet becomes an accepted source of kind media."""
    known = _known_publisher(project, candidate)
    if known is not None or _new_publisher(candidate) is None:
        return known
    return add_source(
        project=project,
        by=by,
        name={candidate.language.partition("-")[0]: candidate.publisher.strip()},
        kind=Source.Kind.MEDIA,
    )


def _known_publisher(project: Project, candidate: Candidate) -> Source | None:
    """The accepted source that has this name."""
    if not candidate.publisher.strip():
        return None
    names = SourceAlias.objects.filter(project=project, accepted=True)
    alias = names.filter(folded=search_key(candidate.publisher)).select_related("source").first()
    return alias.source if alias else None


def _new_publisher(candidate: Candidate) -> str | None:
    """The key under which a publisher not known yet is found, if one is named; a name that no
    source can have is refused.
    """
    name = candidate.publisher.strip()
    try:
        return checked_key(name) if name else None
    except WorkflowError as error:
        raise WorkflowError(error.code, error.message, field="publisher") from error
