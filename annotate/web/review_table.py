"""What the review screen shows, as values for its templates: who read a sentence how, and its
claims as tables of readings beside the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain.codebook import Codebook, Dimension
from ..models import (
    Annotation,
    Article,
    Assignment,
    ClaimGroup,
    Decision,
    Judgement,
    Mention,
    Project,
    Sentence,
    Source,
)
from ..workflow.review import REASON_NEEDED
from ..workflow.sources import redirects
from .rows import Piece, Tag, pieces, source_name

SIGNS: Mapping[str, str] = {"none": "=", "minor": "≈", "major": "≠", "critical": "!"}
TAKEN, AUTHOR, NAMED, NONE = "", "author", "named", "none"
"""Answers of the form: as in the reading taken, the article's author, a typed name, none right."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: tags, a chain of sources, words that somebody wrote, or our own (`soft`)."""

    tags: tuple[Tag, ...] = ()
    chain: tuple[str, ...] = ()
    words: str = ""
    soft: str = ""
    differs: bool = False
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Where the reviewer writes a value of one's own. `kind`: select | multi | text | number."""

    name: str
    kind: str
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    key: str
    title: str
    cells: tuple[Cell, ...]
    differs: bool = False
    decision: Cell = Cell()
    field: Field | None = None
    named: Field | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """A reader's reading of one claim; without a value there is none to take."""

    reader: str
    value: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One annotator's reading of the sentence, nameless by its letter."""

    number: int
    letter: str
    name: str
    says: str
    can_be_taken: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision in words."""

    decision: Decision
    result: str
    by: str
    reason: str
    votes: tuple[str, ...]
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One claim of the sentence."""

    group: ClaimGroup
    number: int
    sign: str
    level: str
    differs: tuple[str, ...]
    waits: bool
    seen: int
    rows: tuple[Row, ...]
    takes: tuple[Take, ...]
    none: bool
    history: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The sentence with all that was said of it."""

    sentence: Sentence
    before: Sentence | None
    after: Sentence | None
    readers: tuple[Reader, ...]
    tables: tuple[Table, ...]
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
    def reopenable(self) -> bool:
        return any(not table.waits for table in self.tables)


def dimension_words(key: str, codebook: Codebook) -> str:
    """A dimension of disagreement as people call it."""
    ours = {
        "existence": _("who found it"),
        "granularity": _("one claim or several"),
        "source": _("source"),
        "chain": _("who passes it on"),
        "boundary": _("boundary"),
        "claim": _("linked claim"),
    }
    dimension = codebook.dimension(key)
    return ours.get(key) or (dimension.title_in(_language()) if dimension else key)


def level_words(level: str) -> str:
    """How far readers differ, in words."""
    return _("no difference") if level == "none" else str(ClaimGroup.Level(level).label)


def differing(groups: Iterable[ClaimGroup], codebook: Codebook) -> tuple[str, ...]:
    """In what the readers of these groups differ, each dimension once."""
    found = dict.fromkeys(each["dimension"] for group in groups for each in group.differences)
    return tuple(dimension_words(key, codebook) for key in found)


def item_of(project: Project, sentence: Sentence, *, sent: QueryDict | None = None) -> Item:
    """The sentence as it stands now; `sent` is what a refused form held, and is kept."""
    assert project.codebook is not None, "a project with claims has a codebook"
    groups = list(ClaimGroup.objects.filter(sentence=sentence).with_readings())
    assignments = list(sentence.article.assignments.counted().by_number())
    around = sentence.article.sentences.beside(sentence)
    teller = _Teller(
        codebook=project.codebook.parsed(),
        article=sentence.article,
        assignments=assignments,
        readings={
            judgement.assignment_id: judgement
            for judgement in Judgement.objects.current()
            .filter(sentence=sentence, assignment__in=assignments)
            .select_related("duplicate_of")
        },
        sources=redirects(_links(groups)),
        sent=QueryDict() if sent is None else sent,
    )
    waiting = [group for group in groups if group.waits]
    return Item(
        sentence=sentence,
        before=around.get(sentence.index - 1),
        after=around.get(sentence.index + 1),
        readers=tuple(
            teller.reader(place, assignment, sentence, groups)
            for place, assignment in enumerate(assignments)
        ),
        tables=tuple(teller.table(number, group) for number, group in enumerate(groups, start=1)),
        reason_asked=any(
            each["dimension"] in REASON_NEEDED for group in waiting for each in group.differences
        ),
        reason=teller.sent.get("reason", ""),
        note=teller.sent.get("note", ""),
        completed=_moment(sentence.article),
    )


def _moment(article: Article) -> str:
    return article.completed_at.isoformat() if article.completed_at else ""


def _language() -> str:
    return get_language() or "en"


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _links(groups: Iterable[ClaimGroup]) -> set[UUID]:
    said: list[Mention] = []
    for group in groups:
        said += [member.annotation for member in group.members.all()]
        said += group.decisions.all()
    links = {link for each in said for link in each.source_chain}
    for decision in (each for group in groups for each in group.decisions.all()):
        for key in ("source", "chain"):
            for side in decision.votes.get(key, ()):
                links.update(_chain_of(side["value"]))
    return {UUID(link) for link in links}


def _chain_of(value: str | list[str] | None) -> list[str]:
    """A vote on the source (an id, or none) or on the chain (ids), as a chain."""
    return value if isinstance(value, list) else [value] if value else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Puts what is stored of one article's sentence into words."""

    codebook: Codebook
    article: Article
    assignments: Sequence[Assignment]
    readings: Mapping[UUID, Judgement]
    sources: Mapping[UUID, Source]
    sent: QueryDict

    def reader(
        self, place: int, assignment: Assignment, sentence: Sentence, groups: Sequence[ClaimGroup]
    ) -> Reader:
        drawn = [
            (number, member.annotation.spans)
            for number, group in enumerate(groups, start=1)
            for member in group.members.all()
            if member.assignment_id == assignment.pk
        ]
        numbers = [number for number, _spans in drawn]
        reading = self.readings.get(assignment.pk)
        return Reader(
            number=assignment.number,
            letter=_letter(place),
            name=assignment.membership.user.get_username(),
            says=self.says(assignment),
            can_be_taken=reading is not None and reading.status != Judgement.Status.SKIPPED,
            pieces=tuple(
                replace(piece, first=tuple(numbers[first - 1] for first in piece.first))
                for piece in pieces(sentence, [spans for _number, spans in drawn])
            ),
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

    def table(self, number: int, group: ClaimGroup) -> Table:
        by_reader = {member.assignment_id: member.annotation for member in group.members.all()}
        said = [by_reader.get(assignment.pk) for assignment in self.assignments]
        decisions = list(group.decisions.all())
        stands = decisions[-1] if decisions and not group.waits else None
        takes = [str(mention.annotation_id) if mention else "" for mention in said]
        chosen = self.sent.get(f"take-{group.pk}", "")
        return Table(
            group=group,
            number=number,
            sign=SIGNS[group.level],
            level=level_words(group.level),
            differs=differing([group], self.codebook),
            waits=group.waits,
            seen=decisions[-1].number if decisions else 0,
            rows=tuple(_with_letters(row) for row in self._rows(group, said, stands)),
            takes=tuple(
                Take(_letter(place), value, value == chosen) for place, value in enumerate(takes)
            ),
            none=chosen == NONE,
            history=tuple(self.told(decision) for decision in reversed(decisions)),
        )

    def _rows(
        self, group: ClaimGroup, said: Sequence[Annotation | None], stands: Decision | None
    ) -> list[Row]:
        differ = {each["dimension"]: each for each in group.differences}
        rejected = stands is not None and stands.outcome == Decision.Outcome.REJECTED
        result = None if rejected else stands
        rows = [self._words_row(said, differ, rejected=rejected, result=result)]
        rows.append(self._source_row(group, said, differ, result))
        rows += [
            self._dimension_row(group, dimension, said, differ, result)
            for dimension in self.codebook.dimensions
            if dimension.enabled and dimension.scope == "annotation"
        ]
        for key, title in (("claim_text", _("Restated")), ("note", _("Note"))):
            if any(mention and getattr(mention, key) for mention in said):
                cells = tuple(Cell(words=getattr(m, key) if m else "") for m in said)
                rows.append(Row(key=key, title=title, cells=cells))
        return rows

    def _words_row(
        self,
        said: Sequence[Annotation | None],
        differ: Mapping[str, Any],
        *,
        rejected: bool,
        result: Decision | None,
    ) -> Row:
        title = _("Words")
        if share := (differ.get("boundary") or {}).get("iou"):
            title = _("Words: %d %% in common") % round(share * 100)
        differs = bool(differ.keys() & {"boundary", "existence", "granularity"})
        return Row(
            key="words",
            title=title,
            differs=differs,
            cells=tuple(
                Cell(words=self.article.quote(mention.spans), differs="boundary" in differ)
                if mention
                else Cell(soft=self._absence(assignment), differs=differs)
                for mention, assignment in zip(said, self.assignments, strict=True)
            ),
            decision=Cell(soft=_("none is right"))
            if rejected
            else Cell(words=self.article.quote(result.spans) if result else ""),
        )

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
        options = [(TAKEN, _("as taken")), (AUTHOR, _("the article’s author"))]
        options += [(" ".join(chain), " › ".join(self._names(chain))) for chain in chains]
        options.append((NAMED, _("another, typed below")))
        name = f"named-{group.pk}"
        return Row(
            key="source",
            title=_("Source"),
            differs=differs,
            cells=tuple(self._chain(mention, differs=differs) for mention in said),
            decision=self._chain(result),
            field=_select(f"chain-{group.pk}", options, chosen),
            named=Field(name, "text", self.sent.get(name, "")),
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
            if dimension.key == "confidence"
            else dimension.title_in(_language()),
            differs=differs,
            cells=tuple(given),
            decision=self._label(result, dimension)
            if result or dimension.key != "confidence"
            else Cell(soft=_("the lowest is kept")),
            field=None if dimension.key == "confidence" else self._field(group, dimension),
        )

    def _field(self, group: ClaimGroup, dimension: Dimension) -> Field:
        name = f"{dimension.key}-{group.pk}"
        sent = self.sent.getlist(name)
        if dimension.type in ("text", "number"):
            return Field(name, dimension.type, sent[-1] if sent else "")
        options = [
            (option.value, option.title_in(_language()))
            for option in dimension.options
            if not option.deprecated
        ]
        if dimension.type == "multi":
            return Field(name, "multi", "", tuple((v, t, v in sent) for v, t in options))
        return _select(name, [(TAKEN, _("as taken")), *options], sent[-1] if sent else TAKEN)

    def _names(self, chain: Iterable[str]) -> tuple[str, ...]:
        return tuple(source_name(self.sources.get(UUID(link))) for link in chain)

    def _chain(self, mention: Mention | None, *, differs: bool = False) -> Cell:
        if mention is None:
            return Cell()
        if not mention.source_chain:
            return Cell(chain=(_("author"),), differs=differs)
        return Cell(chain=self._names(mention.source_chain), differs=differs)

    def _label(
        self, mention: Mention | None, dimension: Dimension, *, differs: bool = False
    ) -> Cell:
        if mention is None:
            return Cell()
        value = _answer(mention, dimension.key)
        if value in (None, "", []):
            return Cell(soft=_("no answer"), differs=differs)
        if dimension.type in ("text", "number"):
            return Cell(words=str(value), differs=differs)
        values = value if isinstance(value, list) else [value]
        return Cell(tags=tuple(_tag(dimension, each) for each in values), differs=differs)

    def told(self, decision: Decision) -> Told:
        rejected = decision.outcome == Decision.Outcome.REJECTED
        by = decision.decided_by.get_username() if decision.decided_by else ""
        policy = decision.policy
        return Told(
            decision=decision,
            result=_("none is right") if rejected else str(decision.get_agreed_by_display()),
            by=by,
            reason=str(decision.get_reason_display()) if decision.reason else "",
            votes=tuple(
                f"{dimension_words(key, self.codebook)}: "
                + "; ".join(self._side(key, side) for side in sides)
                for key, sides in decision.votes.items()
                if len(sides) > 1 and (key != "chain" or len(decision.votes["source"]) == 1)
            ),
            policy=_("%(policy)s, boundary from %(boundary)s, match from %(match)s")
            % {
                "policy": Project.Policy(policy["agreement_policy"]).label,
                "boundary": policy["boundary_threshold"],
                "match": policy["match_threshold"],
            },
        )

    def _side(self, key: str, side: Mapping[str, Any]) -> str:
        letters = {a.membership.pseudonym: _letter(at) for at, a in enumerate(self.assignments)}
        who = ", ".join(letters.get(name, "?") for name in side["annotators"])
        return f"{self._vote(key, side['value'])} ({who})"

    def _vote(self, key: str, value: Any) -> str:
        if key == "existence":
            words = {"found": _("found"), "no_claim": _("no claim")}
            return words.get(value, _("not found"))
        if key in ("source", "chain"):
            return " › ".join(self._names(_chain_of(value))) or _("author")
        dimension = self.codebook.dimension(key)
        if dimension is None or value is None:
            return _("no answer") if value is None else str(value)
        values = value if isinstance(value, list) else [value]
        return ", ".join(_tag(dimension, each).title for each in values)


def _with_letters(row: Row) -> Row:
    cells = (replace(cell, reader=_letter(place)) for place, cell in enumerate(row.cells))
    return replace(row, cells=tuple(cells))


def _answer(mention: Mention, key: str) -> object:
    five = ("kind", "attribution_type", "stance", "certainty", "confidence")
    return getattr(mention, key) if key in five else mention.labels.get(key)


def _tag(dimension: Dimension, answer: object) -> Tag:
    value = str(answer)
    option = dimension.option(value)
    return Tag(f"c-{dimension.key}-{value}", option.title_in(_language()) if option else value)


def _select(name: str, options: Iterable[tuple[str, str]], chosen: str) -> Field:
    return Field(
        name, "select", "", tuple((value, title, value == chosen) for value, title in options)
    )
