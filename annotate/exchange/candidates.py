"""Articles as files, forms and requests give them → candidates of the intake.

All doors read a single article by the rules of a line of a `.jsonl` file, so that a field that one
of them takes no other refuses.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..errors import Refusal, WorkflowError
from ..workflow.intake import Candidate, Report
from .articles import ArticleDraft, read_values


def candidate_of(draft: ArticleDraft, *, language: str = "", publisher: str = "") -> Candidate:
    """The draft as the workflow takes it; `language` and `publisher` fill what it leaves empty."""
    return Candidate(
        text=draft.text,
        external_id=draft.external_id,
        title=draft.title,
        language=draft.language or language,
        publisher=draft.publisher or publisher,
        author_name=draft.author_name,
        url=draft.url,
        published=draft.published,
        published_precision=draft.published_precision,
        licence_note=draft.licence_note,
    )


def candidate_from(values: Mapping[str, object]) -> Candidate:
    """An article from the fields of its head and `text`, by name.

    A field that breaks a rule is refused as invalid; the error's details hold the first `field` and
    all `faults`, each with `field` and `message`.
    """
    reading = read_values(values)
    if reading.problems:
        faults = [{"field": p.field, "message": p.message} for p in reading.problems]
        raise WorkflowError(
            Refusal.INVALID, faults[0]["message"], field=faults[0]["field"], faults=faults
        )
    return candidate_of(reading.articles[0])


def summary(report: Report, *, refused: int) -> str:
    """What became of a batch, in one sentence."""
    taken = ngettext("%(count)d article taken in", "%(count)d articles taken in", report.created)
    sentences = ngettext("%(count)d sentence", "%(count)d sentences", report.sentences)
    parts = [
        taken % {"count": report.created},
        sentences % {"count": report.sentences},
        _("%d there already") % report.existing,
        _("%d refused") % refused,
    ]
    return f"{_(', ').join(parts)}."
