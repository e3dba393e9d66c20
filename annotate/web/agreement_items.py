"""A cell of a table of confusions, opened: the sentences in which these two answers met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ..domain.disagreement import CHAIN, CLAIM, SOURCE
from ..models import Project, ReviewItem
from ..permissions import can_review, membership_of
from ..workflow.confusions import Met, where_met
from ..workflow.figures import basis_of, codebook_of
from .agreement import stored_figures
from .agreement_names import Names
from .agreement_pairings import Pairing, pairing_in
from .guards import UserRequest, in_project
from .review_queue import read_place, written
from .review_tracks import Drawn, Track, track_of

PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sentence of the list, with the words of who gave either answer as lines."""

    met: Met
    track: Track

    @property
    def item(self) -> ReviewItem | None:
        """What the queue says of it; nothing where nobody found a claim."""
        return getattr(self.met.sentence, "review_item", None)

    @property
    def waits(self) -> bool:
        return self.item is not None and self.item.status == ReviewItem.Status.WAITING

    @property
    def number(self) -> int:
        return self.met.sentence.index + 1


@require_GET
@in_project(can_review)
def agreement_items(request: UserRequest, project: Project) -> HttpResponse:
    figures = stored_figures(request, project)
    pairing = pairing_in(figures.report, request.GET) if figures else None
    if figures is None or pairing is None:
        raise Http404
    position, index = read_place(request.GET, length=2) or (0, -1)
    found = where_met(
        figures,
        pairing.dimension,
        (pairing.one, pairing.other),
        user=request.user,
        after=(position, index),
        most=PAGE + 1,
    )
    names = Names(
        project,
        codebook_of(figures).parsed(),
        sources=_ids(pairing),
        claims=_ids(pairing),
        names=False,
    )
    shown = found[:PAGE]
    entries = [_entry(met) for met in shown]
    basis = basis_of(figures)
    renamed = basis.merged and pairing.dimension in (SOURCE, CHAIN)
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "stored": figures,
        "basis": basis,
        "differs": basis.gone or renamed or not basis.is_known,
        "pairing": pairing,
        "title": names.dimension(pairing.dimension),
        "answers": [names.value(pairing.dimension, it) for it in (pairing.one, pairing.other)],
        "entries": entries,
        "waiting": pairing.waiting(names.codebook) if any(it.waits for it in entries) else "",
        "pairs": sum(met.pairs for met in shown),
        "more": written(shown[-1].place) if len(found) > PAGE else "",
        "is_whole": index < 0 and len(found) <= PAGE,
    }
    return render(request, "annotate/agreement_items.html", context)


def _ids(pairing: Pairing) -> Iterable[str]:
    """The ids of sources or claims in its answers."""
    if pairing.dimension == CLAIM:
        return [pairing.one[0], pairing.other[0]]
    if pairing.dimension not in (SOURCE, CHAIN):
        return []
    return [
        name
        for answer in (pairing.one, pairing.other)
        for name in (answer if isinstance(answer, list) else [answer])
    ]


def _entry(met: Met) -> Entry:
    drawn = [
        Drawn(reader=side, number=number, spans=spans)
        for number, sides in enumerate(met.claims, start=1)
        for side, spans in sides
        if spans  # a whole sentence is drawn as it is
    ]
    return Entry(met=met, track=track_of(met.sentence, drawn))
