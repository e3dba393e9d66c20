"""Suggestions for a claim that somebody has begun: who may be speaking, and which words say so."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from ..domain.attribution import names_table, possible_names, suggestions
from ..domain.offsets import Span
from ..models import Sentence, Source
from .sources import known_names

READ = 4_000  # characters of a sentence, with the one before, in which names are looked for


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of them: `id` is what is sent back if it is taken (`domain.attribution.read_taken`).

    `source` is None for a cue; `words` are those of the text.
    """

    id: str
    words: str
    source: Source | None = None


def suggested(*, sentence: Sentence, by: User) -> list[Suggestion]:
    """The sources that `by` may choose and that are named in the sentence or before it in its
    paragraph, the most likely first, then the words that report.
    """
    text = sentence.article.text
    begin = _beginning(sentence)
    part = text[begin : min(sentence.end, begin + READ)]
    known = known_names(
        project=sentence.article.project,
        by=by,
        article=sentence.article,
        keys=possible_names(part),
    )
    sources = {str(source.pk): source for _name, source in known}
    found = suggestions(
        part,
        sentence=(sentence.start - begin, sentence.end - begin),
        language=sentence.article.language,
        names=names_table((name, str(source.pk)) for name, source in known),
    )
    named = [(sources[source_id], span) for source_id, span in found.sources]
    if found.nobody and not any(each.kind == Source.Kind.UNSPECIFIED for each, _span in named):
        nobody = Source.objects.get(project=sentence.project_id, kind=Source.Kind.UNSPECIFIED)
        named.append((nobody, found.nobody))

    def at(span: Span) -> str:
        return f"{span[0] + begin}-{span[1] + begin}"

    return [
        *(
            Suggestion(f"source:{each.pk}@{at(span)}", part[slice(*span)], each)
            for each, span in named
        ),
        *(Suggestion(f"cue:{at(span)}", part[slice(*span)]) for span in found.cues),
    ]


def _beginning(sentence: Sentence) -> int:
    """Where the sentence before begins, if it is of the same paragraph and not endless; else this
    one.
    """
    before = sentence.article.sentences.filter(
        paragraph=sentence.paragraph,
        index=sentence.index - 1,
        start__gte=sentence.start - READ // 2,
    ).first()
    return before.start if before else sentence.start
