"""What was decided on an annotator's work, in words: one's own reading beside the agreed one, and
never anybody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain.codebook import Codebook, Dimension
from ..models import Annotation, Article, Decision, GroupMember, Membership, Mention, Source
from ..workflow.sources import redirects
from .joining import listed
from .paging import Place
from .rows import source_name

FIVE = ("kind", "attribution_type", "stance", "certainty", "confidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that was decided otherwise; `is_text`: words of the article."""

    title: str
    mine: str
    agreed: str
    is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One claim of mine and what became of it. `verdict`: kept | changed | rejected."""

    decision: Decision
    article: Article
    quote: str
    verdict: str
    says: str
    changes: tuple[Change, ...]
    reason: str


def decided_on(
    member: Membership, codebook: Codebook, *, count: int, after: Place | None = None
) -> list[Decided]:
    """The last decisions on the member's claims, newest first; four queries at most."""
    found = Decision.objects.on_work_of(member).newest_first(after)
    decisions = list(found.select_related("group__article", "group__sentence")[:count])
    groups = [decision.group_id for decision in decisions]
    members = GroupMember.objects.filter(group__in=groups, assignment__membership=member)
    mine = {each.group_id: each.annotation for each in members.select_related("annotation")}
    sources = redirects(_links([*mine.values(), *decisions]))
    return [
        _decided(decision, mine[decision.group_id], codebook, sources) for decision in decisions
    ]


def _links(mentions: Iterable[Mention]) -> set[UUID]:
    return {UUID(link) for mention in mentions for link in mention.source_chain}


def _decided(
    decision: Decision, mine: Annotation, codebook: Codebook, sources: Mapping[UUID, Source]
) -> Decided:
    article = decision.group.article
    rejected = decision.outcome == Decision.Outcome.REJECTED
    changes = () if rejected else tuple(_changes(mine, decision, article, codebook, sources))
    verdict = "rejected" if rejected else "changed" if changes else "kept"
    says = {
        "kept": _("kept as you wrote it"),
        "changed": _("changed"),
        "rejected": _("rejected: no claim here"),
    }
    return Decided(
        decision=decision,
        article=article,
        quote=article.quote(mine.spans),
        verdict=verdict,
        says=says[verdict],
        changes=changes,
        reason=str(decision.get_reason_display()) if decision.reason else "",
    )


def _changes(
    mine: Annotation,
    agreed: Decision,
    article: Article,
    codebook: Codebook,
    sources: Mapping[UUID, Source],
) -> Iterable[Change]:
    """In what the agreed claim is not mine; confidence is my own and no matter of agreement."""
    if mine.spans != agreed.spans:
        yield Change(
            title=_("Words"),
            mine=article.quote(mine.spans),
            agreed=article.quote(agreed.spans),
            is_text=True,
        )
    chains = _chain(mine, sources), _chain(agreed, sources)
    if [link.pk for link in chains[0]] != [link.pk for link in chains[1]]:
        yield Change(
            title=_("Source"), mine=_chain_words(chains[0]), agreed=_chain_words(chains[1])
        )
    for dimension in codebook.dimensions:
        if dimension.scope != "annotation" or dimension.key == "confidence":
            continue
        answers = _answer(mine, dimension.key), _answer(agreed, dimension.key)
        if answers[0] != answers[1]:
            yield Change(
                title=dimension.title_in(get_language() or "en"),
                mine=_answer_words(dimension, answers[0]),
                agreed=_answer_words(dimension, answers[1]),
            )


def _chain(mention: Mention, sources: Mapping[UUID, Source]) -> list[Source]:
    """The links as they stand today, merges followed."""
    return [sources[UUID(link)] for link in mention.source_chain]


def _chain_words(chain: Sequence[Source]) -> str:
    return " › ".join(map(source_name, chain)) or _("the author")


def _answer(mention: Mention, key: str) -> object:
    return getattr(mention, key) if key in FIVE else mention.labels.get(key)


def _answer_words(dimension: Dimension, answer: object) -> str:
    if answer in (None, "", []):
        return _("no answer")
    options = [(value, dimension.option(str(value))) for value in _each(answer)]
    language = get_language() or "en"
    return listed(o.title_in(language) if o else str(value) for value, o in options)


def _each(answer: object) -> Sequence[object]:
    return answer if isinstance(answer, list) else [answer]
