"""What the workbench shows, as values for its templates: a sentence's row and the panel beside."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import pairwise
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain.codebook import Codebook, Dimension
from ..domain.judgement import DUPLICATE, REASON_BY_BLOCK, AnnotationDraft, JudgementDraft
from ..domain.offsets import Span, quote
from ..models import Article, Assignment, Judgement, Sentence, Source
from .forms import ABOUT, LABEL, Typed, as_typed, chosen_labels
from .joining import colon, headed, listed, quoted
from .lines import Line, lines_of

# A card names these only when they are not what nearly every claim has.
USUAL: Mapping[str, frozenset[str]] = {
    "stance": frozenset({"supports"}),
    "certainty": frozenset({"certain"}),
    "confidence": frozenset({"high", "medium"}),
}
SIGNS: Mapping[str, str] = {
    "unread": "○",
    "open": "◐",
    "no_claim": "–",
    "claims": "●",
    "skipped": "⊘",
}
LAYERS = 3
KEPT = 5_000  # judgements as they are shown; one takes about 2 kB

Judged = tuple[Judgement | None, JudgementDraft]
UNREAD: Judged = (None, JudgementDraft())
_kept: dict[Hashable, tuple[tuple[Piece, ...], str]] = {}
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence in which the same claims are marked.

    `layers` are the ways of drawing in use here, from 0; `first` are the numbers of the claims
    that begin here.
    """

    text: str
    layers: tuple[int, ...] = ()
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """A label's word, and the class that gives it its colour."""

    style: str
    title: str


@dataclass(frozen=True, slots=True)
class Card:
    """One claim in a line: number, whose it is, its kind and what is not usual."""

    number: int
    annotation_id: UUID
    chain: tuple[str, ...]
    tags: tuple[Tag, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sentence as the page shows it, with all that its form needs to know of it.

    `asked` tells whether it is to be judged; what is not stands there to be read. `reason` is why
    it holds no claim, as judged or else as its block tells, and `repeats` the
    number of the sentence that it then repeats. `line` is what the text tells of it; `preset` are
    the values chosen beforehand for its claims, as JSON, empty where there are none. `judgement` is
    what stands, as JSON (`as_json`), empty for a sentence that nothing was said of yet.
    """

    sentence: Sentence
    number: int
    head: UUID | None
    state: str
    says: str
    line: Line
    here: bool
    asked: bool
    pieces: tuple[Piece, ...]
    cards: tuple[Card, ...]
    reason: str
    repeats: int | None
    preset: str
    judgement: str

    @property
    def sign(self) -> str:
        return SIGNS[self.state]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    title: str
    definition: str
    example: str
    code: str
    style: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A dimension of the codebook as it is asked; `unset` is what not to answer is called, if one
    need not. A card names the answer unless it is one of the `usual` ones; None: it never does.
    """

    key: str
    name: str
    type: str
    title: str
    definition: str
    unset: str
    required: bool
    usual: str | None
    value: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The form of the sentence in focus: one claim, and what can be said of the whole sentence."""

    sentence: Sentence
    number: int
    revision: UUID
    head: UUID | None
    claims: int
    editing: bool
    typed: Typed
    quote: str
    chain: tuple[tuple[UUID, str], ...]
    questions: tuple[Question, ...]
    about: tuple[Question, ...]
    reasons: Sequence[tuple[str, str]]
    reason: str
    undo_revision: UUID
    redo_revision: UUID
    duplicate_of: int | str | None
    """Number of the sentence that this one repeats, as typed, as judged or as its words tell."""


def source_name(source: Source | None) -> str:
    return source.name_in(get_language() or "en") if source else "?"


def used_sources(states: Iterable[JudgementDraft]) -> dict[UUID, Source]:
    """The sources of all chains, by id, in one query at most."""
    wanted = {
        link for state in states for claim in state.annotations for link in claim.source_chain
    }
    return Source.objects.in_bulk(wanted) if wanted else {}


def typed_sources(typed: Typed, article: Article, user: User) -> dict[UUID, Source]:
    """The sources that stand in the form, as far as the user may use them."""
    return Source.objects.usable_by(user, article).in_bulk(typed.links()) if typed.chain else {}


def all_rows(
    sentences: Sequence[Sentence],
    judged: Mapping[UUID, Judged],
    *,
    assignment: Assignment,
    sources: Mapping[UUID, Source],
    codebook: Codebook,
    here: Sentence,
) -> list[Row]:
    """The rows of an article, of which `sentences` are all."""
    numbers = {sentence.pk: sentence.index + 1 for sentence in sentences}
    wants_preset = sentences[0].article.project.preset_unmarked
    tag, name = cache(partial(_tag, codebook)), cache(lambda link: source_name(sources.get(link)))
    rows = []
    for sentence, line in zip(sentences, lines_of(sentences), strict=True):
        head, state = judged.get(sentence.pk, UNREAD)
        shown = shown_state(head, state)
        reason, repeats = _reason_and_repeats(sentence, state, line, numbers)
        marked, judgement = _shown(sentence, head, state, sources, numbers)
        row = Row(
            sentence=sentence,
            number=sentence.index + 1,
            head=head.revision if head else None,
            state=shown,
            says=_says(shown, state),
            line=line,
            here=sentence == here,
            asked=assignment.asks_for(sentence),
            pieces=marked,
            cards=tuple(
                _card(number, claim, name, tag)
                for number, claim in enumerate(state.annotations, start=1)
            ),
            reason=reason,
            repeats=repeats,
            preset=line.preset if wants_preset else "",
            judgement=judgement,
        )
        rows.append(row)
    return rows


def _shown(
    sentence: Sentence,
    head: Judgement | None,
    state: JudgementDraft,
    sources: Mapping[UUID, Source],
    numbers: Mapping[UUID, int],
) -> tuple[tuple[Piece, ...], str]:
    """The pieces and the JSON of what stands with this revision. It never changes but for the names
    of its sources and the number of what it repeats, so that it is kept.
    """
    if head is None:
        return pieces(sentence, ()), ""
    links = (link for claim in state.annotations for link in claim.source_chain)
    key = (
        head.pk,
        tuple(source_name(sources.get(link)) for link in links),
        numbers.get(state.duplicate_of) if state.duplicate_of else None,
    )
    kept = _kept.get(key)
    if kept is None:
        data = as_json(state, sources, sentence.article.text, numbers)
        kept = pieces(sentence, [claim.spans for claim in state.annotations]), written(data)
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = kept
    return kept


def as_json(
    state: JudgementDraft, sources: Mapping[UUID, Source], text: str, numbers: Mapping[UUID, int]
) -> dict[str, object]:
    """What stands, as the page's form needs it: `claims` (`claim_as_json`), the `labels` of the
    sentence as a form sends them, the reason where one was given, and what it repeats by number.
    """
    return {
        "status": state.status,
        "claims": [claim_as_json(claim, sources, text) for claim in state.annotations],
        "labels": as_typed(state.labels),
        "reason": state.no_claim_reason or state.skip_reason,
        "repeats": numbers.get(state.duplicate_of) if state.duplicate_of else None,
    }


def claim_as_json(
    claim: AnnotationDraft, sources: Mapping[UUID, Source], text: str
) -> dict[str, object]:
    """One claim as the form is filled with it; an attribution type that was derived is left out."""
    return {
        "annotation_id": str(claim.annotation_id),
        "spans": claim.spans,
        "source_chain": [
            (str(link), source_name(sources.get(link))) for link in claim.source_chain
        ],
        "labels": chosen_labels(claim, text),
        "note": claim.note,
        "preset": claim.preset,
        "suggested": claim.suggested,
    }


def written(data: object) -> str:
    """Compact JSON, in the script of its words."""
    return _COMPACT.encode(data)


def _reason_and_repeats(
    sentence: Sentence, state: JudgementDraft, line: Line, numbers: Mapping[UUID, int]
) -> tuple[str, int | None]:
    """A pull quote that changes what it quotes repeats nothing: it is a mention of its own."""
    reason = state.no_claim_reason or REASON_BY_BLOCK.get(sentence.block, "other")
    repeats = None if line.repeats is None else line.repeats + 1
    if state.duplicate_of is not None:
        repeats = numbers.get(state.duplicate_of)
    return ("other" if reason == DUPLICATE and repeats is None else reason), repeats


def pieces(sentence: Sentence, claims: Sequence[Sequence[Span]]) -> tuple[Piece, ...]:
    """The sentence cut where a mark begins or ends; what lies outside it is not drawn here."""
    if not claims:
        return (Piece(sentence.text),)
    text, start, end = sentence.article.text, sentence.start, sentence.end
    layers = _layers(claims)
    cuts = {start, end}
    cuts.update(at for spans in claims for span in spans for at in span if start < at < end)
    edges = sorted(cuts)
    return tuple(
        Piece(
            text=text[left:right],
            layers=tuple(
                sorted(
                    {
                        layer
                        for spans, layer in zip(claims, layers, strict=True)
                        if any(a <= left and right <= b for a, b in spans)
                    }
                )
            ),
            first=tuple(
                number for number, spans in enumerate(claims, start=1) if spans[0][0] == left
            ),
        )
        for left, right in pairwise(edges)
    )


def panel(
    sentence: Sentence,
    head: Judgement | None,
    state: JudgementDraft,
    *,
    typed: Typed | None,
    sources: Mapping[UUID, Source],
    codebook: Codebook,
    row: Row,
) -> Panel:
    ids = {str(claim.annotation_id): claim for claim in state.annotations}
    typed = typed or Typed(annotation_id=str(uuid4()), labels={})
    claim = ids.get(typed.annotation_id)
    about = as_typed(state.labels) if typed.about is None else typed.about
    return Panel(
        sentence=sentence,
        number=sentence.index + 1,
        revision=uuid4(),
        head=head.revision if head else None,
        claims=len(state.annotations),
        editing=claim is not None,
        typed=typed,
        quote=quote(sentence.article.text, claim.spans) if claim else "",
        chain=tuple(
            (link, source_name(sources[link])) for link in typed.links() if link in sources
        ),
        questions=_questions(codebook, "annotation", LABEL, typed.labels),
        about=_questions(codebook, "sentence", ABOUT, about),
        reasons=_reasons(codebook),
        reason=row.reason if typed.reason is None else typed.reason,
        undo_revision=uuid4(),
        redo_revision=uuid4(),
        duplicate_of=row.repeats if typed.repeats is None else typed.repeats,
    )


def described(content: Mapping[str, object], codebook: Codebook) -> list[str]:
    """A judgement's content in lines of words, for comparing two of them."""
    status = str(content["status"])
    claims = content["annotations"]
    assert isinstance(claims, list)
    labels = content["labels"]
    assert isinstance(labels, Mapping)
    shown = "unread" if status == "open" and not claims else status
    return [
        _words_of(shown),
        *(
            headed(dimension.title_in(get_language() or "en"), _answer_words(dimension, value))
            for key, value in labels.items()
            if (dimension := codebook.dimension(key))
        ),
        *(
            "{} {}".format(
                quoted(" … ".join(claim["quotes"])),
                " · ".join(
                    _answer_words(dimension, value)
                    for key, value in claim["labels"].items()
                    if value and (dimension := codebook.dimension(key))
                ),
            )
            for claim in claims
        ),
    ]


def _reasons(codebook: Codebook) -> list[tuple[str, str]]:
    """Why there is no claim, in the codebook's words where it has them."""
    language = get_language() or "en"
    titled = {each.value: each.title_in(language) for each in codebook.no_claim_reasons}
    return [
        (each.value, titled.get(each.value) or str(each.label)) for each in Judgement.NoClaimReason
    ]


def shown_state(head: Judgement | None, state: JudgementDraft) -> str:
    if head is None or (state.status == Judgement.Status.OPEN and not state.annotations):
        return "unread"
    return str(state.status)


def _words_of(shown: str) -> str:
    return _words_in(get_language(), shown)


@lru_cache  # hundreds of rows say the same few words
def _words_in(_language: str | None, shown: str) -> str:
    return _("not read yet") if shown == "unread" else str(Judgement.Status(shown).label)


def words_for_script() -> dict[str, object]:
    """What the page says of a sentence before the server has: signs and words by state, and more
    by name.
    """
    return {
        "signs": {**SIGNS, "unsaved": "⟳", "refused": "!", "draft": "✎"},
        "states": {state: _words_of(state) for state in SIGNS},
        "reasons": {each.value: str(each.label) for each in Judgement.NoClaimReason},
        "comma": listed(["", ""]),
        "colon": colon(),
        "unsaved": _("not saved yet"),
        "refused": _("not saved: it was refused"),
        "draft": _("a claim is begun here and not saved"),
        "saved": _("Saved"),
        "waiting": _("%s not saved yet, retrying"),
        "held": _("%s could not be saved"),
        "missing": _("Still missing: %s"),
        "words": _("the words of the claim"),
        "attribution": _(
            "A claim without a source is the author’s own, and one with a source is not."
        ),
        "nothing": {
            "undo": _("There is nothing left to undo here."),
            "redo": _("There is nothing to redo."),
        },
        "claims": _("This sentence holds claims. Delete them before you say otherwise."),
        "elsewhere": _("This article was changed elsewhere. Look at it, then undo again."),
        "begun": _("A claim of sentence %s is not saved: save or discard it, then submit."),
        "unsent": _("Wait until everything is saved, then submit."),
    }


def _says(shown: str, state: JudgementDraft) -> str:
    """The state of a sentence in words, with the reason where one was given."""
    reason = state.skip_reason
    if state.no_claim_reason:
        reason = str(Judgement.NoClaimReason(state.no_claim_reason).label)
    return headed(_words_of(shown), reason) if reason else _words_of(shown)


def _layers(claims: Sequence[Sequence[Span]]) -> list[int]:
    """For each claim a way of drawing that no earlier claim it overlaps has."""
    layers: list[int] = []
    for place, spans in enumerate(claims):
        taken = {
            layers[other]
            for other in range(place)
            if any(a < d and c < b for a, b in spans for c, d in claims[other])
        }
        free = (layer for layer in range(LAYERS) if layer not in taken)
        layers.append(next(free, LAYERS - 1))
    return layers


def _card(
    number: int,
    claim: AnnotationDraft,
    name: Callable[[UUID], str],
    tag: Callable[[str, str], Tag],
) -> Card:
    told = [
        (key, str(value))
        for key in ("kind", *USUAL)
        if (value := claim.labels.get(key)) and value not in USUAL.get(key, ())
    ]
    return Card(
        number=number,
        annotation_id=claim.annotation_id,
        chain=tuple(map(name, claim.source_chain)),
        tags=tuple(tag(key, value) for key, value in told),
        note=claim.note,
    )


def _tag(codebook: Codebook, key: str, value: str) -> Tag:
    dimension = codebook.dimension(key)
    option = dimension.option(value) if dimension else None
    return Tag(f"c-{key}-{value}", option.title_in(get_language() or "en") if option else value)


def _answer_words(dimension: Dimension, answer: object) -> str:
    """The titles of the chosen options; a text or number as it is."""
    language = get_language() or "en"
    options = [(value, dimension.option(value)) for value in as_typed({"": answer})[""]]
    return listed(option.title_in(language) if option else value for value, option in options)


def _questions(
    codebook: Codebook, scope: str, prefix: str, answers: Mapping[str, Sequence[str]]
) -> tuple[Question, ...]:
    """What is asked of things of this scope; a field's name is the prefix and the dimension."""
    return tuple(
        _question(dimension, f"{prefix}{dimension.key}", answers.get(dimension.key, ()))
        for dimension in codebook.dimensions
        if dimension.enabled and dimension.scope == scope
    )


def _unset(dimension: Dimension) -> str:
    if dimension.key == "attribution_type":
        return _("derived")
    return _("not said") if dimension.type == "single" and not dimension.required else ""


def _question(dimension: Dimension, name: str, answer: Sequence[str]) -> Question:
    language = get_language() or "en"
    usual = {"kind": "", **{key: " ".join(values) for key, values in USUAL.items()}}
    return Question(
        key=dimension.key,
        name=name,
        type=dimension.type,
        title=dimension.title_in(language),
        definition=dimension.definition_in(language),
        unset=_unset(dimension),
        required=dimension.required,
        usual=usual.get(dimension.key),
        value=answer[0] if answer else "",
        choices=tuple(
            Choice(
                value=option.value,
                title=option.title_in(language),
                definition=option.definition_in(language),
                example=option.example,
                code=option.hotkey,
                style=f"c-{dimension.key}-{option.value}",
                checked=option.value in answer,
            )
            for option in dimension.options
            if not option.deprecated or option.value in answer
        ),
    )
