"""What the forms of the workbench send, read into values; what cannot be read is said in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NoReturn
from uuid import UUID

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..domain.attribution import Taken, read_taken
from ..domain.codebook import Codebook
from ..domain.judgement import AnnotationDraft, JudgementDraft
from ..domain.normalise import search_key
from ..domain.offsets import OffsetError, Span, check_spans
from ..domain.quotation import derived_attribution_type
from ..domain.unmarked import preset_values
from ..errors import Refusal, WorkflowError
from ..models import Sentence, Source
from .typed_numbers import read_number

LABEL = "label_"
ABOUT = "about_"
SOURCE, THROUGH = "source_name", "through_name"
_BETWEEN_PIECES = re.compile(r"\s*(?:…|\r?\n)\s*")
_SECONDS = re.compile(r"[0-9]{1,9}")


def refuse(field: str, message: str) -> NoReturn:
    raise WorkflowError(Refusal.INVALID, message, field=field)


@dataclass(frozen=True, slots=True)
class Write:
    """The head of every write: the client's id of it, what it was built on, seconds of work."""

    revision: UUID
    parent: UUID | None
    seconds: int

    @classmethod
    def sent(cls, data: QueryDict) -> Write:
        revision, seconds = read_id(data, "revision"), data.get("seconds", "")
        if revision is None:
            refuse("revision", _("This form is incomplete. Reload the page and try again."))
        return cls(
            revision=revision,
            parent=read_id(data, "parent"),
            seconds=int(seconds) if _SECONDS.fullmatch(seconds) else 0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The claim form as it stands on the screen; nothing in it is checked yet.

    `spans` and `quotes` are JSON, made by the browser from what is selected. Without a script they
    are empty, and `words` or `whole` say which words are meant, `source_name` and `through_name`
    whose they are, and `source_kind` of what kind is one that is missing. `about` are the answers
    about the sentence, None where what is stored stands; `reason` and `repeats` tell why it holds
    no claim, None where the page does.
    """

    annotation_id: str
    spans: str = ""
    quotes: str = ""
    words: str = ""
    whole: bool = False
    chain: tuple[str, ...] = ()
    source_name: str = ""
    through_name: str = ""
    source_kind: str = ""
    labels: Mapping[str, Sequence[str]]
    note: str = ""
    preset: tuple[str, ...] = ()
    suggested: str = ""
    about: Mapping[str, Sequence[str]] | None = None
    reason: str | None = None
    repeats: str | None = None
    skip_reason: str = ""

    @classmethod
    def sent(cls, data: QueryDict) -> Typed:
        return cls(
            annotation_id=data.get("annotation_id", ""),
            spans=data.get("spans", ""),
            quotes=data.get("quotes", ""),
            words=data.get("words", ""),
            whole="whole" in data,
            chain=tuple(data.getlist("chain")),
            source_name=data.get("source_name", ""),
            through_name=data.get("through_name", ""),
            source_kind=data.get("source_kind", ""),
            labels=_answers(data, LABEL),
            note=read_text(data, "note"),
            preset=tuple(data.getlist("preset")),
            suggested=data.get("suggested", ""),
            about=_answers(data, ABOUT),
            reason=data.get("no_claim_reason"),
            repeats=data.get("duplicate_of"),
            skip_reason=data.get("skip_reason", ""),
        )

    @classmethod
    def of(cls, claim: AnnotationDraft, text: str) -> Typed:
        """The form filled with a claim; an attribution type that was derived stays derived."""
        return cls(
            annotation_id=str(claim.annotation_id),
            spans=json.dumps(claim.spans),
            quotes=json.dumps(claim.quotes, ensure_ascii=False),
            chain=tuple(str(link) for link in claim.source_chain),
            labels=chosen_labels(claim, text),
            note=claim.note,
            preset=claim.preset,
        )

    def links(self) -> list[UUID]:
        """The ids of the chain; what is no id is left out here and refused when it is read."""
        found = []
        for link in self.chain:
            with suppress(ValueError):
                found.append(UUID(link))
        return found

    def linked(self, field: str, source: UUID) -> Typed:
        """With this source in the chain where the name in `field` would have put it."""
        if field == THROUGH:
            return replace(self, chain=(str(source), *self.chain), through_name="", source_kind="")
        return replace(self, chain=(*self.chain, str(source)), source_name="", source_kind="")


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim as it was read; `put` lays it over the one with its id, or adds it."""

    draft: AnnotationDraft

    def put(self, state: JudgementDraft) -> JudgementDraft:
        """What the form does not show (the source's words, the cue, a restatement) is kept."""
        new = self.draft
        for old in state.annotations:
            if old.annotation_id == new.annotation_id:
                new = replace(
                    old,
                    spans=new.spans,
                    quotes=new.quotes,
                    labels=new.labels,
                    source_chain=new.source_chain,
                    source_span=new.source_span
                    or (old.source_span if old.source_chain == new.source_chain else None),
                    cue_span=new.cue_span or old.cue_span,
                    note=new.note,
                    preset=new.preset,
                    suggested=new.suggested or old.suggested,
                )
        return state.with_annotation(new)


def read_claim(typed: Typed, *, sentence: Sentence, codebook: Codebook, by: User) -> ReadClaim:
    annotation_id = _id("annotation_id", typed.annotation_id)
    spans, quotes = _read_spans(typed, sentence)
    source_chain = _read_chain(typed, sentence, by)
    links = [str(link) for link in source_chain]
    taken = _read_taken(typed)
    labels = {key: _answer(codebook, key, sent) for key, sent in typed.labels.items()}
    preset = preset_of(sentence) if typed.preset else {}
    draft = AnnotationDraft(
        annotation_id=annotation_id,
        spans=spans,
        quotes=quotes,
        labels=labels,
        source_chain=source_chain,
        source_span=taken.source_span(links) if taken else None,
        cue_span=taken.cue_span if taken else None,
        suggested=taken.stands(links) if taken else None,
        note=typed.note,
        preset=tuple(key for key in typed.preset if labels.get(key) == preset.get(key, "")),
    )
    return ReadClaim(draft)


def read_about(data: QueryDict, codebook: Codebook) -> dict[str, object]:
    """The labels of the sentence, without the questions that were left open."""
    answers = {key: _answer(codebook, key, sent) for key, sent in _answers(data, ABOUT).items()}
    return {key: answer for key, answer in answers.items() if answer != ""}


def as_typed(labels: Mapping[str, object]) -> dict[str, list[str]]:
    """Stored labels as a form sends them; a whole number without the `.0` it is stored with."""
    return {
        key: [
            f"{each:.15g}" if isinstance(each, float) else str(each)
            for each in (value if isinstance(value, list) else [value])
        ]
        for key, value in labels.items()
    }


def preset_of(sentence: Sentence) -> Mapping[str, str]:
    """What is chosen beforehand for a new claim of this sentence; nothing, unless the project wants
    it.
    """
    article = sentence.article
    if not article.project.preset_unmarked:
        return {}
    return preset_values(article.text[sentence.start : sentence.end], article.language)


def chosen_labels(claim: AnnotationDraft, text: str) -> dict[str, list[str]]:
    """The labels of a claim as a form sends them; an attribution type that was derived is left to
    be derived.
    """
    labels = as_typed(claim.labels)
    chain = [str(link) for link in claim.source_chain]
    if labels.get("attribution_type") == [derived_attribution_type(text, claim.spans, chain)]:
        del labels["attribution_type"]
    return labels


def read_id(data: QueryDict, name: str) -> UUID | None:
    """The id in this field, None where it is empty."""
    value = data.get(name, "")
    return _id(name, value) if value else None


def read_text(data: QueryDict, name: str) -> str:
    """What was typed in this field; of a text area, a browser sends CRLF for a line break."""
    return data.get(name, "").replace("\r\n", "\n")


def read_name(data: QueryDict, field: str = "name") -> str:
    """A source's name; whether it is a good one, the workflow says."""
    return " ".join(data.get(field, "").split())


def missing_source(typed: Typed, sentence: Sentence, by: User) -> str:
    """The field in which a source is named that the user does not have yet."""
    through = typed.through_name.strip()
    is_known = not typed.source_name.strip() or _known(typed.source_name, sentence, by)
    return THROUGH if through and is_known and not _known(through, sentence, by) else SOURCE


def read_duplicate(data: QueryDict, sentence: Sentence) -> UUID | None:
    """The sentence that this one repeats, named by its number on the screen."""
    number = data.get("duplicate_of", "").strip()
    if data.get("no_claim_reason") != "duplicate":
        return None
    if not number.isdecimal() or len(number) > 9:
        refuse("duplicate_of", _("Give the number of the sentence that this one repeats."))
    other = sentence.article.sentences.filter(index=int(number) - 1).first()
    if other is None:
        refuse("duplicate_of", _("This article has no sentence number %s.") % number)
    return other.pk


def _id(field: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        refuse(field, _("“%s” is not an id. Reload the page and try again.") % value[:40])


def _answers(data: QueryDict, prefix: str) -> dict[str, list[str]]:
    return {key.removeprefix(prefix): data.getlist(key) for key in data if key.startswith(prefix)}


def _answer(codebook: Codebook, key: str, sent: Sequence[str]) -> object:
    """What was chosen or typed, in the type of its dimension; the codebook judges it later."""
    dimension = codebook.dimension(key)
    if dimension is not None and dimension.type == "multi":
        return list(sent)
    value = sent[-1]
    if dimension is None or dimension.type != "number" or not value:
        return value
    number = read_number(value)
    if number is None:
        refuse(key, _("“%s” is not a number.") % value[:40])
    return number


def _read_spans(typed: Typed, sentence: Sentence) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    text = sentence.article.text
    if not typed.spans and typed.whole:
        return ((sentence.start, sentence.end),), (sentence.text,)
    if not typed.spans and typed.words.strip():
        spans = _find(typed.words, sentence)
        return spans, tuple(text[start:end] for start, end in spans)
    try:
        quotes = json.loads(typed.quotes or "[]")
        spans = check_spans(text, json.loads(typed.spans or "[]"), quotes)
    except OffsetError as error:
        refuse("spans", _(error.template) % error.params)
    except (ValueError, RecursionError):
        refuse("spans", _("The marked words cannot be read. Mark them again."))
    return spans, tuple(quotes)


def _find(words: str, sentence: Sentence) -> tuple[Span, ...]:
    """Where the typed words stand; pieces are parted by … or a line break, white space is alike."""
    pieces = [piece for piece in _BETWEEN_PIECES.split(words.strip()) if piece]
    return tuple(sorted(_find_piece(piece, sentence) for piece in pieces))


def _find_piece(piece: str, sentence: Sentence) -> Span:
    parts = piece.split()
    found = []
    if len(" ".join(parts)) <= len(sentence.text):  # else a body of megabytes is made a pattern
        pattern = re.compile(r"\s+".join(map(re.escape, parts)))
        found = [match.span() for match in pattern.finditer(sentence.text)]
    if not found:
        refuse("words", _("“%s” does not stand in this sentence. Copy the words.") % piece[:80])
    if len(found) > 1:
        refuse("words", _("“%s” stands there more than once. Add a word.") % piece[:80])
    start, end = found[0]
    return sentence.start + start, sentence.start + end


def _read_chain(typed: Typed, sentence: Sentence, by: User) -> tuple[UUID, ...]:
    chain = [_id("source_chain", link) for link in typed.chain]
    if typed.source_name.strip():
        chain.append(_named(typed.source_name, sentence, by))
    if typed.through_name.strip():
        chain.insert(0, _named(typed.through_name, sentence, by))
    return tuple(chain)


def _read_taken(typed: Typed) -> Taken | None:
    """The suggestions that were taken, if any; JSON with their `id`."""
    if not typed.suggested:
        return None
    try:
        return read_taken(dict(json.loads(typed.suggested)))
    except (ValueError, TypeError, RecursionError):
        refuse("suggested", _("The suggestion cannot be read. Reload the page and try again."))


def _known(name: str, sentence: Sentence, by: User) -> Source | None:
    """The source that has this name for the user."""
    usable = Source.objects.usable_by(by, sentence.article)
    return usable.filter(project=sentence.project_id, aliases__folded=search_key(name)).first()


def _named(name: str, sentence: Sentence, by: User) -> UUID:
    found = _known(name, sentence, by)
    if found is None:
        refuse("source_chain", _("No source is called “%s”. Propose it below.") % name[:80])
    return found.pk
