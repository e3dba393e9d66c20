"""Where two answers met: the sentences behind a cell of a table of confusions.

It counts as the figures do (domain/agreement): what each annotator submitted first, third readers
and excluded members left out, every two people of a claim once. The claims are those on the
reviewers' table: what was split, joined or deleted since counts as it is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..domain.agreement import Value
from ..domain.agreement.counting import CLAIM_OR_NOT, questions_on
from ..domain.disagreement import CHAIN, CLAIM, SOURCE, Scale
from ..domain.offsets import Span
from ..domain.quotation import AUTHOR
from ..formats.agreement import without_shared_suggestions
from ..formats.dataset import Row
from ..models import (
    Annotation,
    Article,
    Assignment,
    Claim,
    ClaimGroup,
    CodebookVersion,
    GroupMember,
    Judgement,
    Membership,
    Sentence,
    Source,
    StoredFigures,
    Submission,
)
from ..models.labelling import Mention
from .figures import major_of
from .work import COLUMNS, mention_of

FIRST_STEP, WIDER = 50, 4
"""Articles looked through at first, and how many times more each further time: what is common is
found at once, and what is rare after a few queries more.
"""
COUNTED = Q(assignment__state=Assignment.State.SUBMITTED, assignment__limited_to=[]) & ~Q(
    assignment__membership__ended=Membership.Ended.EXCLUDED
)

_SENTENCE = itemgetter(0, 1, 2)

Place = tuple[int, int]
"""The position of an article and the index of a sentence in it."""
Side = tuple[int, Sequence[Span]]
"""Which of the two answers it was, 0 or 1, and the words of which it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A sentence in which two answers met: so many `pairs` of people gave them, of which words is
    told claim by claim.
    """

    place: Place
    sentence: Sentence
    pairs: int
    claims: list[list[Side]]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A claim, or a whole sentence, with what each annotator first submitted of it."""

    place: Place
    sentence: UUID
    said: Sequence[tuple[Value, Sequence[Span]]]

    def met(self, one: Value, other: Value) -> tuple[int, list[Side]]:
        """How many pairs of people gave the two answers, and those who gave either."""
        sides = [
            (0 if answer == one else 1, spans)
            for answer, spans in self.said
            if answer in (one, other)
        ]
        first = sum(side == 0 for side, _spans in sides)
        if one == other:
            return first * (first - 1) // 2, sides
        return first * (len(sides) - first), sides


def where_met(
    figures: StoredFigures,
    dimension: str,
    answers: Sequence[Any],
    *,
    user: User,
    after: Place = (0, -1),
    most: int,
) -> list[Met]:
    """At most so many sentences behind this place in which two annotators gave these two answers
    (as they stand in the report), in reading order, of articles that the user may review.
    """
    search = _SentenceSearch if dimension == CLAIM_OR_NOT else _ClaimSearch
    looking = search(figures, dimension, answers)
    articles = _articles(figures, user)
    found: dict[Place, list[tuple[UUID, int, list[Side]]]] = {}
    low, step = after[0], FIRST_STEP
    while low <= figures.project.last_position and len(found) < most:
        for unit in looking.units(articles.filter(position__range=(low, low + step - 1))):
            pairs, sides = unit.met(*looking.answers)
            if pairs and unit.place > after:
                found.setdefault(unit.place, []).append((unit.sentence, pairs, sides))
        low, step = low + step, step * WIDER
    return _shown({place: found[place] for place in sorted(found)[:most]})


def _shown(found: Mapping[Place, Sequence[tuple[UUID, int, list[Side]]]]) -> list[Met]:
    """With the sentences themselves, in one query."""
    wanted = {sentence for met in found.values() for sentence, _pairs, _sides in met}
    sentences = Sentence.objects.select_related("article", "review_item").in_bulk(wanted)
    return [
        Met(
            place=place,
            sentence=sentences[met[0][0]],
            pairs=sum(pairs for _sentence, pairs, _sides in met),
            claims=[sides for _sentence, _pairs, sides in met],
        )
        for place, met in found.items()
    ]


def _articles(figures: StoredFigures, user: User) -> QuerySet[Article]:
    """The articles that these figures may count and the user may review."""
    versions = CodebookVersion.objects.filter(project=figures.project_id)
    others = [it.pk for it in versions if major_of(it.version) != figures.major]
    labelled_so = Annotation.objects.filter(
        assignment__article=OuterRef("pk"), codebook_version__in=others
    )
    return figures.project.articles.reviewable_by(user).filter(~Exists(labelled_so))


def _first_seq(figures: StoredFigures) -> Subquery:
    """The last write of a first submission that the figures knew of."""
    first = Submission.objects.filter(
        assignment=OuterRef("assignment"), number=1, created_at__lte=figures.created_at
    )
    return Subquery(first.values("last_seq"))


class _SentenceSearch:
    """Who judged a whole sentence so."""

    def __init__(self, figures: StoredFigures, dimension: str, answers: Sequence[str]) -> None:
        self.answers = answers
        self._upto = _first_seq(figures)

    def units(self, articles: QuerySet[Article]) -> Iterator[_Unit]:
        judged = Judgement.objects.filter(COUNTED).annotate(upto=self._upto)
        judged = judged.filter(seq__lte=F("upto"))
        here = judged.filter(sentence=OuterRef("pk"))
        both = (Exists(here.filter(status=answer)) for answer in self.answers)
        sentences = Sentence.objects.filter(*both, article__in=articles)
        rows = judged.filter(sentence__in=sentences).values_list(
            *("sentence", "sentence__article__position", "sentence__index"),
            *("assignment", "status"),
        )
        for (pk, *place), of_sentence in groupby(rows.order_by("sentence_id", "seq"), _SENTENCE):
            last = {assignment: status for *_sentence, assignment, status in of_sentence}
            yield _Unit((place[0], place[1]), pk, [(status, ()) for status in last.values()])


class _ClaimSearch:
    """Who labelled a claim so."""

    def __init__(self, figures: StoredFigures, dimension: str, answers: Sequence[Any]) -> None:
        self._project = figures.project_id
        self._dimension = dimension
        self._upto = _first_seq(figures)
        # An answer is looked for as it was given, whatever the codebook counts by now.
        self._scales = [Scale(key=dimension, ordinal=False, order={}, missing=frozenset())]
        questions = {it.dimension.key: it for it in questions_on(self._scales)}
        self._answer_of = questions[dimension].answer
        self._names = self._family(answers)
        self.answers = [self._today(answer) for answer in answers]

    def units(self, articles: QuerySet[Article]) -> Iterator[_Unit]:
        members = self._members(articles)
        first = self._first_submitted(members)
        suggested = any(row.suggested for row in first.values())
        taken = self._taken(articles) if suggested else {}
        for _pk, of_group in groupby(members, key=lambda member: member.group_id):
            group = list(of_group)
            position = group[0].position
            rows = [first[member.pk] for member in group if member.pk in first]
            own = without_shared_suggestions(map(_told, rows), among=taken.get(position, ()))
            said = [(self._said(it["row"]), it["row"].spans) for it in own]
            yield _Unit((position, group[0].index), group[0].home, said)

    def _members(self, articles: QuerySet[Article]) -> list[Any]:
        """The members of the claims of which both answers may have been given."""
        here = GroupMember.objects.filter(COUNTED, group=OuterRef("pk"))
        both = (Exists(here.filter(self._may_be(answer))) for answer in self.answers)
        groups = ClaimGroup.objects.living().filter(*both, article__in=articles)
        members = GroupMember.objects.filter(COUNTED, group__in=groups)
        return list(
            members.annotate(
                upto=self._upto,
                position=F("group__article__position"),
                index=F("group__sentence__index"),
                home=F("group__sentence_id"),
            )
            .filter(upto__isnull=False)
            .select_related("annotation__sentence")
            .order_by("group_id", "assignment__number")
        )

    def _may_be(self, answer: Any) -> Q:
        """Whose annotation has this answer, or was revised since it was first submitted."""
        again = Submission.objects.filter(assignment=OuterRef("assignment"), number=2)
        named = [UUID(name) for name, today in self._names.items() if today in answer]
        if self._dimension in COLUMNS:
            said = Q(**{f"annotation__{self._dimension}": answer})
        elif self._dimension == CLAIM:
            said = Q(annotation__claim__in=named)
        elif self._dimension not in (SOURCE, CHAIN):
            said = Q(annotation__labels__has_key=self._dimension)
        elif named:
            said = Q(annotation__source__in=named)
        else:
            said = Q(annotation__source=None)
        return said | Q(Exists(again))

    def _first_submitted(self, members: Iterable[Any]) -> dict[UUID, Annotation]:
        """Member -> its annotation as first submitted, if it was there."""
        upto = {it.assignment_id: it.upto for it in members}
        stand = {it.annotation.annotation_id: it for it in members}
        revised = [pk for pk, it in stand.items() if it.annotation.seq > it.upto]
        before = Annotation.objects.filter(project=self._project, annotation_id__in=revised)
        found = {it.pk: it.annotation for it in stand.values() if it.annotation.seq <= it.upto}
        for row in before.select_related("sentence").order_by("seq"):
            if row.seq <= upto[row.assignment_id]:
                found[stand[row.annotation_id].pk] = row
        return {pk: row for pk, row in found.items() if not row.deleted}

    def _taken(self, articles: QuerySet[Article]) -> dict[int, list[Row]]:
        """By the position of its article what was first submitted and taken from a suggestion,
        whether or not both answers may have been given there.
        """
        here = Annotation.objects.filter(COUNTED, assignment__article__in=articles)
        ever = here.filter(suggested__isnull=False).values("annotation_id")
        rows = here.filter(annotation_id__in=ever).annotate(upto=self._upto)
        before = rows.filter(seq__lte=F("upto")).order_by("seq")
        told = before.values(
            *("annotation_id", "suggested", "deleted"),
            rank=F("assignment_id"),
            article=F("assignment__article__position"),
        )
        first = {row["annotation_id"]: row for row in told}
        taken: defaultdict[int, list[Row]] = defaultdict(list)
        for row in first.values():
            if not row["deleted"]:
                taken[row["article"]].append(row)
        return taken

    def _said(self, row: Annotation) -> Value:
        """The answer, by today's names."""
        mention = mention_of(row, number=0, order=0, chain=row.source_chain, scales=self._scales)
        return self._today(self._answer_of(mention))

    def _family(self, answers: Iterable[Any]) -> dict[str, str]:
        """The ids of the sources or claims that are asked for, and of those merged with them: each
        with the one it stands for today.
        """
        if self._dimension not in (SOURCE, CHAIN, CLAIM):
            return {}
        model = Claim if self._dimension == CLAIM else Source
        ids = {
            part for answer in answers for part in ([answer] if isinstance(answer, str) else answer)
        }
        asked = model.objects.filter(pk__in=filter(_is_id, ids))
        ones = asked.values(one=Coalesce("merged_into", "pk"))
        rows = model.objects.filter(Q(pk__in=ones) | Q(merged_into__in=ones))
        return {str(pk): str(into or pk) for pk, into in rows.values_list("pk", "merged_into")}

    def _today(self, answer: Any) -> Value:
        """An answer to compare: a set in order, a merged source or claim as the one it became."""
        if not isinstance(answer, (list, tuple)):
            return self._names.get(answer, answer)
        parts = [self._names.get(part, part) for part in answer]
        return tuple(parts) if self._dimension == CLAIM else tuple(sorted(set(parts)))


def _told(row: Annotation) -> Row:
    """Whose it is and from which suggestion, as the figures are told of it."""
    return {"suggested": row.suggested, "rank": row.assignment_id, "row": row}


def _is_id(part: str) -> bool:
    """Whether it names a source or claim: the author and relations have no id."""
    return part not in (AUTHOR, *Mention.ClaimRelation.values)
