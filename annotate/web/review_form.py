"""What the review form sends, read into choices; what cannot be read is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..domain.codebook import Codebook, Dimension
from ..domain.offsets import Span
from ..domain.placing import placed
from ..errors import WorkflowError
from ..formats.rows import CHAIN_SEPARATOR
from ..models import Annotation, ClaimGroup, Project, Sentence
from ..workflow.review import Choice, reading_of
from ..workflow.sources import sources_called
from .forms import refuse
from .review_table import (
    AUTHOR,
    NAMED,
    NONE,
    SOURCE,
    TAKEN,
    WITHOUT_FIELD,
    WORDS,
    Missing,
    asked_rows,
    wanting_words,
)
from .review_words import LINK
from .typed_numbers import read_number

SEEN, LIVING = "seen-", "living-"
NEW_NAME, NEW_KIND = "new-source-", "new-kind-"
GAP = "…"
"""Between the stretches of words that a reviewer writes."""


def read_group(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        refuse("group", _("This form is incomplete. Reload the page and try again."))


def read_moment(data: QueryDict) -> datetime:
    try:
        return datetime.fromisoformat(data.get("completed", ""))
    except ValueError:
        refuse("completed", _("This form is incomplete. Reload the page and try again."))


def read_choices(
    data: QueryDict, sentence: Sentence, project: Project, user: User
) -> dict[UUID, Choice]:
    """What the form says of each claim it shows: one button for all, or claim by claim.

    Where a button was pressed, `data` is filled in likewise: so the form keeps it if something is
    still missing.
    """
    seen = _seen(data, SEEN)
    if NONE in data:
        return {pk: _none_right(data, pk, number) for pk, number in seen.items()}
    if reading := data.get("reading"):
        taken = reading_of(sentence, _number(reading))
        for pk, choice in taken.items():
            data[f"take-{pk}"] = str(choice.take or NONE)
        return {
            pk: replace(taken.get(pk, Choice(seen=0, reject=True)), seen=number)
            for pk, number in seen.items()
        }
    assert project.codebook is not None, "a project with claims has a codebook"
    codebook = project.codebook.parsed()
    choices = {
        pk: _read_choice(data, pk, number, sentence, codebook, user) for pk, number in seen.items()
    }
    for group in sentence.groups.filter(pk__in=choices):
        _require_answers(group, choices[group.pk], codebook)
    return choices


def read_living(data: QueryDict) -> dict[UUID, int]:
    """All claims of the sentence with the number of their last decision, as they were shown."""
    return _seen(data, LIVING)


def read_groups(data: QueryDict) -> list[UUID]:
    return [read_group(pk) for pk in data.getlist("group")]


def read_readers(data: QueryDict) -> list[int] | None:
    """To whom a sentence goes back, by the numbers of their assignments; None: to all."""
    chosen = data.getlist("readers")
    return None if chosen == [""] else [_number(value) for value in chosen]


def read_new_source(data: QueryDict, address: str) -> Missing:
    """The source to be added, with the claim in whose chain it is named."""
    claim = read_group(data.get("adds", ""))
    return Missing(
        claim=claim,
        name=_one_line(data.get(f"{NEW_NAME}{claim}", "")),
        kind=data.get(f"{NEW_KIND}{claim}", ""),
        address=address,
    )


def missing_source(
    data: QueryDict, pk: UUID, sentence: Sentence, user: User, address: str
) -> Missing | None:
    """The first name in the chain typed for a claim that no source has, to be added at `address`;
    None where a name cannot be added, which is told when it is settled.
    """
    if data.get(f"chain-{pk}") != NAMED:
        return None
    for name in dict.fromkeys(_names_typed(data, pk)):
        try:
            known = sources_called(name, article=sentence.article, by=user).exists()
        except WorkflowError:
            return None
        if not known:
            asked = name == _one_line(data.get(f"{NEW_NAME}{pk}", ""))
            kind = data.get(f"{NEW_KIND}{pk}", "") if asked else ""
            return Missing(claim=pk, name=name, kind=kind, address=address)
    return None


def missing_sources(
    data: QueryDict, sentence: Sentence, user: User, address: str
) -> dict[UUID, Missing]:
    """Of each claim that waits the first source in its typed chain that is missing."""
    found = (
        missing_source(data, group.pk, sentence, user, address)
        for group in sentence.groups.waiting()
    )
    return {each.claim: each for each in found if each is not None}


def _seen(data: QueryDict, prefix: str) -> dict[UUID, int]:
    shown = [key for key in data if key.startswith(prefix)]
    return {read_group(key.removeprefix(prefix)): _number(data.get(key, "")) for key in shown}


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        refuse("reading", _("This form is incomplete. Reload the page and try again."))
    return int(value)


def _none_right(data: QueryDict, pk: UUID, seen: int) -> Choice:
    data[f"take-{pk}"] = NONE
    return Choice(seen=seen, reject=True)


def _read_choice(
    data: QueryDict, pk: UUID, seen: int, sentence: Sentence, codebook: Codebook, user: User
) -> Choice:
    take = data.get(f"take-{pk}", "")
    if take == NONE:
        return Choice(seen=seen, reject=True)
    answers = {
        dimension.key: _answer(dimension, sent)
        for dimension in codebook.dimensions
        if (sent := [value for value in data.getlist(f"{dimension.key}-{pk}") if value])
    }
    chain, spans = _read_chain(data, pk, sentence, user), _read_spans(data, pk, sentence)
    if not take and not answers and chain is None and spans is None:
        refuse(
            f"take-{pk}",
            _("Choose for each claim whose reading is taken, write another, or that none is."),
        )
    return Choice(
        seen=seen,
        take=read_group(take) if take else None,
        values=answers,
        source_chain=chain,
        spans=spans,
        quotes=tuple(sentence.article.text[start:end] for start, end in spans or ()),
    )


def _require_answers(group: ClaimGroup, choice: Choice, codebook: Codebook) -> None:
    """Refused where nobody's reading is taken and a row in which they differ has no answer: what
    holds there would be decided for the reviewer.
    """
    if choice.take is not None or choice.reject:
        return
    answered = {*choice.values}
    answered |= {WORDS} if choice.spans is not None else set()
    answered |= {SOURCE} if choice.source_chain is not None else set()
    shown = {WORDS, SOURCE, LINK} | {
        each.key for each in codebook.dimensions if each.enabled and each.scope == "annotation"
    }
    for row in asked_rows(group):
        if row in shown - answered - {WITHOUT_FIELD}:
            refuse(f"{row}-{group.pk}", wanting_words(row, codebook))


def _read_spans(data: QueryDict, pk: UUID, sentence: Sentence) -> tuple[Span, ...] | None:
    """The words in the place of those taken: another member's, or stretches written out. None: as
    taken.
    """
    chosen = data.get(f"words-{pk}", TAKEN)
    if chosen == TAKEN:
        return None
    members = list(
        Annotation.objects.filter(place__group=pk, place__group__sentence=sentence).order_by(
            "assignment__number"
        )
    )
    if chosen == NAMED:
        members.sort(key=lambda it: str(it.annotation_id) != data.get(f"take-{pk}"))
        return _found(data.get(f"written-{pk}", "").strip(), pk, sentence, members)
    mention = next((it for it in members if str(it.annotation_id) == chosen), None)
    if mention is None:
        refuse(f"words-{pk}", _("This reading does not belong to the claim."))
    return _pairs(mention)


def _pairs(mention: Annotation) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in mention.spans)


def _found(
    written: str, pk: UUID, sentence: Sentence, members: Sequence[Annotation]
) -> tuple[Span, ...]:
    """Where the words stand that were written. As a member has them (the one whose reading is taken
    first), they are that member's; else they stand where they meet the members' most, or come
    nearest to them. They are looked for as a whole before they are parted at “…”, which may stand
    in the text, too.
    """
    for member in members:
        if written == sentence.article.quote(member.spans):
            return _pairs(member)
    text, within = sentence.article.text, (sentence.start, sentence.end)
    near = [span for member in members for span in _pairs(member)]
    for parts in ([written], written.split(f" {GAP} "), written.split(GAP)):
        stretches = [part for each in parts if (part := each.strip())]
        if not stretches:
            refuse(
                f"written-{pk}", _("Write the words of the claim as they stand in the sentence.")
            )
        spans = placed(text, stretches, within=within, near=near)
        if len(spans) == len(stretches):
            break
    else:
        refuse(
            f"written-{pk}",
            _("“%s” does not stand in the sentence so: copy the words from it.")
            % stretches[len(spans)][:80],
        )
    return spans


def _answer(dimension: Dimension, sent: list[str]) -> object:
    if dimension.type == "multi":
        return sent
    if dimension.type != "number":
        return sent[-1]
    number = read_number(sent[-1])
    if number is None:
        refuse(dimension.key, _("“%s” is not a number.") % sent[-1][:40])
    return number


def _read_chain(
    data: QueryDict, pk: UUID, sentence: Sentence, user: User
) -> tuple[UUID, ...] | None:
    """The sources in the place of those taken, outermost relay first; None: as taken."""
    chosen = data.get(f"chain-{pk}", TAKEN)
    if chosen == TAKEN:
        return None
    if chosen == AUTHOR:
        return ()
    if chosen != NAMED:
        return tuple(read_group(link) for link in chosen.split())
    names = _names_typed(data, pk)
    known = {name: _named(name, pk, sentence, user) for name in dict.fromkeys(names)}
    return tuple(known[name] for name in names)


def _names_typed(data: QueryDict, pk: UUID) -> list[str]:
    return [_one_line(name) for name in data.get(f"named-{pk}", "").split(CHAIN_SEPARATOR.strip())]


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _named(name: str, pk: UUID, sentence: Sentence, user: User) -> UUID:
    try:
        found = sources_called(name, article=sentence.article, by=user).first()
    except WorkflowError as error:
        refuse(f"named-{pk}", error.message)
    if found is None:
        told = _("No source is called “%s”: choose a name from the list, or add it in the row.")
        refuse(f"named-{pk}", told % name)
    return found.pk
