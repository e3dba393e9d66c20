"""What other articles say of a claim: asked for only where a reviewer unfolds it, because it
anchors.

It tells what was agreed, and of nobody who said so: first what is linked to the same proposition,
then what is said in like words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ..domain.codebook import Codebook
from ..domain.likeness import most_alike, stems
from ..models import Annotation, ClaimGroup, Decision, Project, Source
from ..models.review import LAST
from ..permissions import can_review, membership_of
from ..workflow.sources import redirects
from .guards import UserRequest, in_project
from .review_words import answer_of, tag_of
from .rows import Tag, source_name

SHOWN = 10
TOLD = ("stance", "certainty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An agreed claim of another article. `relation` says how it is linked to the proposition:
    `same` or `related`; '' where only its words are like.
    """

    decision: Decision
    relation: str
    chain: tuple[str, ...]
    tags: tuple[Tag, ...]

    @property
    def quote(self) -> str:
        return _words(self.decision)


@require_safe
@in_project(can_review)
def elsewhere(request: UserRequest, project: Project, group: UUID) -> HttpResponse:
    """The list; to the table a fragment, else a page of its own."""
    readable = ClaimGroup.objects.living().visible_to(request.user)
    found: ClaimGroup = get_object_or_404(
        readable.select_related("sentence", "article").prefetch_related("members__annotation"),
        project=project,
        pk=group,
    )
    assert project.codebook is not None, "a project with claims has a codebook"
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "group": found,
        "words": found.article.text[found.start : found.end],
        "searched": LAST if Decision.objects.has_older_in(project.pk) else 0,
        "elsewhere": _told(_found(found, request.user), project.codebook.parsed()),
    }
    template = "_elsewhere" if request.htmx else "elsewhere"
    return render(request, f"annotate/{template}.html", context)


def _found(group: ClaimGroup, user: User) -> list[tuple[Decision, str]]:
    """Agreed claims with how each is linked, at most `SHOWN`; as many queries whatever there is."""
    said = [member.annotation for member in group.members.all()]
    agreed = Decision.objects.agreed_beside(group.article, user)
    linked = list(agreed.linked_to({it.claim_id for it in said if it.claim_id})[:SHOWN])
    known = {decision.group_id for decision in linked}
    alike = [it for it in _alike(group, said, user) if it.group_id not in known]
    found = [(decision, decision.claim_relation) for decision in linked]
    return [*found, *((decision, "") for decision in alike)][:SHOWN]


def _alike(group: ClaimGroup, said: Iterable[Annotation], user: User) -> list[Decision]:
    words = " ".join(it.folded for it in said) or group.article.text[group.start : group.end]
    sought = stems(words)
    if not sought:
        return []
    near = ClaimGroup.objects.in_like_words(group.article, sought, least=min(2, len(sought)))
    agreed = Decision.objects.agreed_beside(group.article, user).of_groups(near)
    return most_alike(words, agreed, _words, most=2 * SHOWN)


def _told(found: Iterable[tuple[Decision, str]], codebook: Codebook) -> list[Elsewhere]:
    told = list(found)
    sources = redirects({UUID(link) for it, _relation in told for link in it.source_chain})
    return [
        Elsewhere(
            decision=decision,
            relation=relation,
            chain=_chain(decision, sources),
            tags=tuple(_tags(decision, codebook)),
        )
        for decision, relation in told
    ]


def _chain(decision: Decision, sources: dict[UUID, Source]) -> tuple[str, ...]:
    return tuple(source_name(sources.get(UUID(link))) for link in decision.source_chain)


def _tags(decision: Decision, codebook: Codebook) -> Iterable[Tag]:
    for key in TOLD:
        dimension = codebook.dimension(key)
        if dimension is not None:
            yield tag_of(dimension, answer_of(decision, key))


def _words(decision: Decision) -> str:
    return decision.group.article.quote(decision.spans)
