"""What the review screen shows, as values for its templates: who read a sentence how, and its
claims as tables of readings beside the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..domain.codebook import Codebook, Dimension
from ..models import (
    Annotation,
    Article,
    Assignment,
    Claim,
    ClaimGroup,
    Decision,
    Event,
    Judgement,
    Mention,
    Project,
    Remark,
    Sentence,
)
from ..models.hot_review import (
    Claimed,
    claims_of,
    readers_of,
    readings_of,
    sentences_around,
    traces_of,
)
from ..workflow.review import REASON_NEEDED
from ..workflow.sources import redirects
from .review_told import (
    Change,
    Happened,
    Regrouped,
    Told,
    changes,
    happened,
    history,
    regrouped,
    reopening,
    rested_on,
)
from .review_tracks import Drawn, Track, track_of
from .review_words import (
    LINK,
    SIGNS,
    Voices,
    answer_of,
    chain_of,
    differing,
    language,
    letter,
    level_words,
    linked_words,
    propositions,
    tag_of,
)
from .rows import Tag

TAKEN, AUTHOR, NAMED, NONE = "", "author", "named", "none"
"""Answers of the form: as in the reading taken, the article's author, a typed name, none right."""
WITHOUT_FIELD = "confidence"
"""The lowest of the members is kept, whatever is decided."""
WORDS, SOURCE = "words", "source"
TITLES: Mapping[str, object] = {WORDS: gettext_lazy("Words"), SOURCE: gettext_lazy("Source")}
ASKED: Mapping[str, str | None] = {
    "boundary": WORDS,
    "chain": SOURCE,
    "existence": None,
    "granularity": None,
}
"""The rows in which these differences stand; None: to write any answer says that it is a claim."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: tags, a chain of sources, words that somebody wrote, or our own (`soft`).

    `value` is what the row's field takes for it.
    """

    tags: tuple[Tag, ...] = ()
    chain: tuple[str, ...] = ()
    words: str = ""
    soft: str = ""
    value: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be chosen in a field; `code` is the key of the codebook's option."""

    value: str
    title: str
    chosen: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Where the reviewer writes a value of one's own. `kind`: select | multi | text | number."""

    name: str
    kind: str
    value: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A name in the chain typed for a claim that no source has. Sent to `address` with a `kind`, it
    is added; `problem` is why it was not.
    """

    claim: UUID
    name: str
    address: str
    kind: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A dimension, with a cell for each reader. `named` takes what `field` does not list, `hint` is
    its format, `missing` what it names that is not there. `wanting` says what to do where no
    reading is taken and the row has no answer.
    """

    key: str
    title: str
    cells: tuple[Cell, ...]
    differs: bool = False
    decision: Cell = Cell()
    field: Field | None = None
    named: Field | None = None
    hint: str = ""
    missing: Missing | None = None
    says: str = ""
    wanting: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """A reader's reading of one claim; without a value there is none to take."""

    reader: str
    value: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One annotator's reading of the sentence, nameless by its letter. `can_be_asked`: the sentence
    can go back to this reader; it could to one who `is_gone`, and annotates here no longer.
    """

    place: int
    number: int
    letter: str
    name: str
    says: str
    can_be_taken: bool
    can_be_asked: bool
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One claim of the sentence. `folded` are the rows in which readers are at one: they are told
    together in a line. `wanting` says what only a reading that is taken decides.
    """

    group: ClaimGroup
    number: int
    sign: str
    level: str
    differs: tuple[str, ...]
    waits: bool
    seen: int
    rows: tuple[Row, ...]
    folded: tuple[Row, ...]
    takes: tuple[Take, ...]
    wanting: str
    none: bool
    history: tuple[Told | Happened, ...]
    reopening: Happened | None
    changes: tuple[Change, ...]

    @property
    def found_by(self) -> list[str]:
        """The letters of those who found it."""
        return [take.reader for take in self.takes if take.value]

    @property
    def can_be_split(self) -> bool:
        return self.waits and len(self.found_by) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The sentence with all that was said of it."""

    sentence: Sentence
    tracks: tuple[Track, ...]
    readers: tuple[Reader, ...]
    tables: tuple[Table, ...]
    regrouped: Sequence[Regrouped]
    remarks: Sequence[Remark]
    reason_asked: bool
    reason: str
    note: str
    completed: str

    @property
    def number(self) -> int:
        return self.sentence.index + 1

    @property
    def waits(self) -> bool:
        return any(table.waits for table in self.tables)

    @property
    def asked_again(self) -> list[Reader]:
        """To whom it can go back."""
        return [reader for reader in self.readers if reader.can_be_asked]

    @property
    def gone(self) -> list[str]:
        """The letters of those to whom it could go back, if they annotated here still."""
        return [reader.letter for reader in self.readers if reader.is_gone]

    @property
    def reopenable(self) -> bool:
        return any(not table.waits for table in self.tables)

    @property
    def joinable(self) -> list[Table]:
        """The claims that can become one, where there are several."""
        waiting = [table for table in self.tables if table.waits]
        return waiting if len(waiting) > 1 else []

    @property
    def nested(self) -> bool:
        return any(track.nested for track in self.tracks)


def item_of(
    project: Project,
    sentence: Sentence,
    *,
    sent: QueryDict | None = None,
    missing: Mapping[UUID, Missing] | None = None,
) -> Item:
    """The sentence as it stands now; `sent` is what a refused form held, and is kept, with the
    sources that are `missing` for it, by claim.
    """
    assert project.codebook is not None, "a project with claims has a codebook"
    article, traces = sentence.article, traces_of(sentence)
    claims = claims_of(sentence, decided=traces.decided)
    assignments = readers_of(article)
    old = rested_on(claims)
    teller = _Teller(
        article=article,
        assignments=assignments,
        readings={judgement.assignment_id: judgement for judgement in readings_of(sentence)},
        voices=Voices(
            codebook=project.codebook.parsed(),
            letters={it.pseudonym: letter(at) for at, it in enumerate(assignments)},
            sources=redirects(_links(claims, old.values())),
        ),
        old=old,
        events=happened(claims, project),
        propositions=propositions((it.group, said) for it in claims for said in it.said),
        sent=QueryDict() if sent is None else sent,
        missing={} if missing is None else missing,
    )
    waiting = [claim.group for claim in claims if claim.group.waits]
    return Item(
        sentence=sentence,
        tracks=tuple(_tracks(sentence, assignments, claims)),
        readers=tuple(teller.reader(place, it) for place, it in enumerate(assignments)),
        tables=tuple(teller.table(number, claim) for number, claim in enumerate(claims, start=1)),
        regrouped=regrouped(article, claims) if traces.regrouped else (),
        remarks=tuple(Remark.objects.on([sentence]).with_answers()) if traces.remarked else (),
        reason_asked=any(
            each["dimension"] in REASON_NEEDED for group in waiting for each in group.differences
        ),
        reason=teller.sent.get("reason", ""),
        note=teller.sent.get("note", ""),
        completed=article.completed_at.isoformat() if article.completed_at else "",
    )


def _tracks(
    sentence: Sentence, assignments: Sequence[Assignment], claims: Sequence[Claimed]
) -> Iterable[Track]:
    """The paragraph, with the readings under the sentence that is to be settled."""
    places = {assignment.pk: place for place, assignment in enumerate(assignments)}
    drawn = [
        Drawn(reader=places[annotation.assignment_id], number=number, spans=annotation.spans)
        for number, claim in enumerate(claims, start=1)
        for annotation in claim.said
        if annotation.assignment_id in places
    ]
    for each in sentences_around(sentence):
        each.article = sentence.article
        yield track_of(sentence, drawn) if each == sentence else Track(sentence=each)


def _links(claims: Iterable[Claimed], before: Iterable[Annotation]) -> set[UUID]:
    said: list[Mention] = [*before]
    for claim in claims:
        said += claim.said
        said += claim.decisions
    links = {link for each in said for link in each.source_chain}
    for decision in (each for claim in claims for each in claim.decisions):
        for key in ("source", "chain"):
            for side in decision.votes.get(key, ()):
                links.update(chain_of(side["value"]))
    return {UUID(link) for link in links}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Puts what is stored of one article's sentence into words."""

    article: Article
    assignments: Sequence[Assignment]
    readings: Mapping[UUID, Judgement]
    voices: Voices
    old: Mapping[tuple[str, int], Annotation]
    events: Mapping[UUID, Sequence[Event]]
    propositions: Mapping[UUID, Claim]
    sent: QueryDict
    missing: Mapping[UUID, Missing]

    @property
    def codebook(self) -> Codebook:
        return self.voices.codebook

    def reader(self, place: int, assignment: Assignment) -> Reader:
        reading = self.readings.get(assignment.pk)
        return Reader(
            place=place,
            number=assignment.number,
            letter=letter(place),
            name=assignment.username,
            says=self.says(assignment),
            can_be_taken=reading is not None and reading.status != Judgement.Status.SKIPPED,
            can_be_asked=not assignment.limited_to and bool(assignment.annotates),
            is_gone=not assignment.limited_to and not assignment.annotates,
        )

    def says(self, assignment: Assignment) -> str:
        """What this reader made of the sentence as a whole."""
        reading = self.readings.get(assignment.pk)
        if reading is None:
            return _("not judged")
        if reading.status == Judgement.Status.NO_CLAIM:
            reason = reading.get_no_claim_reason_display()
            if reading.duplicate_of is not None:
                reason += f" ({reading.duplicate_of.index + 1})"
            return _("no claim: %s") % reason
        if reading.status == Judgement.Status.SKIPPED:
            return _("skipped: %s") % reading.skip_reason
        return _("found claims")

    def table(self, number: int, claim: Claimed) -> Table:
        group = claim.group
        by_reader = {annotation.assignment_id: annotation for annotation in claim.said}
        said = [by_reader.get(assignment.pk) for assignment in self.assignments]
        stands = None if group.waits else claim.last
        takes = [str(mention.annotation_id) if mention else "" for mention in said]
        rows = self._rows(group, said, stands)
        chosen = self.sent.get(f"take-{group.pk}", "")
        letters = {it.username: letter(place) for place, it in enumerate(self.assignments)}
        events = self.events.get(group.pk, ())
        lines = history(claim, events, self.article, self.voices, letters)
        return Table(
            group=group,
            number=number,
            sign=SIGNS[group.level],
            level=level_words(group.level),
            differs=differing([group], self.codebook),
            waits=group.waits,
            seen=claim.last.number if claim.last else 0,
            rows=tuple(rows),
            folded=tuple(row for row in rows if not row.differs and _at_one(row, said)),
            takes=tuple(
                Take(letter(place), value, bool(value) and value == chosen)
                for place, value in enumerate(takes)
            ),
            wanting=wanting_words(LINK, self.codebook) if LINK in asked_rows(group) else "",
            none=chosen == NONE,
            history=lines,
            reopening=reopening(claim, lines),
            changes=changes(claim, self.old, self.article, self.voices),
        )

    def _rows(
        self, group: ClaimGroup, said: Sequence[Annotation | None], stands: Decision | None
    ) -> list[Row]:
        differ = {each["dimension"]: each for each in group.differences}
        rejected = stands is not None and stands.outcome == Decision.Outcome.REJECTED
        result = None if rejected else stands
        rows = [self._words_row(group, said, differ, rejected=rejected, result=result)]
        rows.append(self._source_row(group, said, differ, result))
        rows += [
            self._dimension_row(group, dimension, said, differ, result)
            for dimension in self.codebook.dimensions
            if dimension.enabled and dimension.scope == "annotation"
        ]
        if LINK in differ:
            told = (linked_words(m, self.propositions) if m else "" for m in said)
            cells = tuple(Cell(words=words, differs=True) for words in told)
            rows.append(Row(key=LINK, title=_("Linked claim"), differs=True, cells=cells))
        for key, title in (("claim_text", _("Restated")), ("note", _("Note"))):
            if any(mention and getattr(mention, key) for mention in said):
                cells = tuple(Cell(words=getattr(m, key) if m else "") for m in said)
                rows.append(Row(key=key, title=title, cells=cells))
        asked = asked_rows(group)
        return [
            replace(row, wanting=wanting_words(row.key, self.codebook)) if row.key in asked else row
            for row in rows
        ]

    def _words_row(
        self,
        group: ClaimGroup,
        said: Sequence[Annotation | None],
        differ: Mapping[str, Any],
        *,
        rejected: bool,
        result: Decision | None,
    ) -> Row:
        share = (differ.get("boundary") or {}).get("iou")
        differs = bool(differ.keys() & {"boundary", "existence", "granularity"})
        name = f"written-{group.pk}"
        first = next((mention for mention in said if mention), None)
        return Row(
            key=WORDS,
            title=str(TITLES[WORDS]),
            says=_("%d %% in common") % round(share * 100) if share is not None else "",
            differs=differs,
            cells=tuple(
                Cell(
                    words=self.article.quote(mention.spans),
                    value=str(mention.annotation_id),
                    differs="boundary" in differ,
                )
                if mention
                else Cell(soft=self._absence(assignment), differs=differs)
                for mention, assignment in zip(said, self.assignments, strict=True)
            ),
            decision=Cell(soft=_("none is right"))
            if rejected
            else Cell(words=self.article.quote(result.spans) if result else ""),
            field=self._words_field(group, said),
            named=Field(
                name,
                "text",
                self.sent.get(name) or (self.article.quote(first.spans) if first else ""),
            ),
            hint=_("words of the text; … between stretches"),
        )

    def _words_field(self, group: ClaimGroup, said: Sequence[Annotation | None]) -> Field:
        answers = [(TAKEN, _("as taken"))]
        answers += [
            (str(mention.annotation_id), _("as %s") % letter(place))
            for place, mention in enumerate(said)
            if mention
        ]
        answers.append((NAMED, _("others, written below")))
        name = f"words-{group.pk}"
        return _select(name, answers, self.sent.get(name, TAKEN))

    def _absence(self, assignment: Assignment) -> str:
        """Why a reader has no part in a claim."""
        reading = self.readings.get(assignment.pk)
        if reading is not None and reading.status == Judgement.Status.CLAIMS:
            return _("not found")
        return self.says(assignment)

    def _source_row(
        self,
        group: ClaimGroup,
        said: Sequence[Annotation | None],
        differ: Mapping[str, Any],
        result: Decision | None,
    ) -> Row:
        differs = bool(differ.keys() & {"source", "chain"})
        chains = dict.fromkeys(tuple(m.source_chain) for m in said if m and m.source_chain)
        chosen = self.sent.get(f"chain-{group.pk}", TAKEN)
        answers = [(TAKEN, _("as taken")), (AUTHOR, _("the article’s author"))]
        answers += [(" ".join(chain), " › ".join(self.voices.names(chain))) for chain in chains]
        answers.append((NAMED, _("another, typed below")))
        name = f"named-{group.pk}"
        return Row(
            key=SOURCE,
            title=str(TITLES[SOURCE]),
            differs=differs,
            cells=tuple(self._chain(mention, differs=differs) for mention in said),
            decision=self._chain(result),
            field=_select(f"chain-{group.pk}", answers, chosen),
            named=Field(name, "text", self.sent.get(name, "")),
            hint=_("relay > source"),
            missing=self.missing.get(group.pk),
        )

    def _dimension_row(
        self,
        group: ClaimGroup,
        dimension: Dimension,
        said: Sequence[Annotation | None],
        differ: Mapping[str, Any],
        result: Decision | None,
    ) -> Row:
        differs = dimension.key in differ
        given = [self._label(mention, dimension, differs=differs) for mention in said]
        return Row(
            key=dimension.key,
            title=_("Annotator’s confidence")
            if dimension.key == WITHOUT_FIELD
            else dimension.title_in(language()),
            differs=differs,
            cells=tuple(given),
            decision=self._label(result, dimension)
            if result or dimension.key != WITHOUT_FIELD
            else Cell(soft=_("the lowest is kept") if group.waits else ""),
            field=None if dimension.key == WITHOUT_FIELD else self._field(group, dimension),
        )

    def _field(self, group: ClaimGroup, dimension: Dimension) -> Field:
        name = f"{dimension.key}-{group.pk}"
        sent = self.sent.getlist(name)
        if dimension.type in ("text", "number"):
            return Field(name, dimension.type, sent[-1] if sent else "")
        answers = tuple(
            Answer(option.value, option.title_in(language()), option.value in sent, option.hotkey)
            for option in dimension.options
            if not option.deprecated
        )
        if dimension.type == "multi":
            return Field(name, "multi", "", answers)
        unchanged = Answer(TAKEN, _("as taken"), not any(answer.chosen for answer in answers))
        return Field(name, "select", "", (unchanged, *answers))

    def _chain(self, mention: Mention | None, *, differs: bool = False) -> Cell:
        if mention is None:
            return Cell()
        if not mention.source_chain:
            return Cell(chain=(_("author"),), value=AUTHOR, differs=differs)
        return Cell(
            chain=self.voices.names(mention.source_chain),
            value=" ".join(mention.source_chain),
            differs=differs,
        )

    def _label(
        self, mention: Mention | None, dimension: Dimension, *, differs: bool = False
    ) -> Cell:
        if mention is None:
            return Cell()
        value = answer_of(mention, dimension.key)
        if value in (None, "", []):
            return Cell(soft=_("no answer"), differs=differs)
        if dimension.type in ("text", "number"):
            return Cell(words=str(value), value=str(value), differs=differs)
        values = value if isinstance(value, list) else [value]
        return Cell(
            tags=tuple(tag_of(dimension, each) for each in values),
            value=" ".join(map(str, values)),
            differs=differs,
        )


def asked_rows(group: ClaimGroup) -> tuple[str, ...]:
    """The rows in which those who found a claim differ, by their keys: each needs an answer of its
    own where nobody's reading is taken.
    """
    differ = (each["dimension"] for each in group.differences)
    rows = dict.fromkeys(ASKED.get(dimension, dimension) for dimension in differ)
    return tuple(row for row in rows if row is not None)


def wanting_words(row: str, codebook: Codebook) -> str:
    """What to do about a row in which readers differ and of which nothing was decided."""
    if row == LINK:
        return _("They link it to different claims: take the reading that is right.")
    dimension = codebook.dimension(row)
    title = dimension.title_in(language()) if dimension else str(TITLES[row])
    return _("“%s” is not decided: answer it too, or take a reading.") % title


def _at_one(row: Row, said: Sequence[Annotation | None]) -> bool:
    """Whether nothing of the row has to be decided: those who found the claim say the same."""
    told = {
        (cell.tags, cell.chain, cell.words, cell.soft)
        for cell, mention in zip(row.cells, said, strict=True)
        if mention
    }
    return row.key == WITHOUT_FIELD or len(told) < 2


def _select(name: str, answers: Iterable[tuple[str, str]], chosen: str) -> Field:
    return Field(
        name, "select", "", tuple(Answer(value, title, value == chosen) for value, title in answers)
    )
