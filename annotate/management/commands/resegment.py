"""`manage.py resegment --project SLUG`: what the segmenter of today would cut otherwise."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...errors import WorkflowError
from ...models import Article, Project, Sentence
from ...models.corpus import ArticleQuerySet
from ...workflow.resplitting import Resegmented, preview_resegmenting, resegment_article
from ...workflow.sentences import SentenceDraft
from ..lookup import manager_named, project_named

SHOWN = 80


class Command(BaseCommand):
    help = "Shows what the segmenter of today would cut otherwise; with --apply, cuts it so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--article", type=UUID, metavar="ID", help="this article only")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="store nothing (the default)")
        how.add_argument("--apply", action="store_true", help="store it, where nobody has judged")
        parser.add_argument(
            "--also-corrected", action="store_true", help="articles corrected by hand, too"
        )
        parser.add_argument("--by", metavar="USERNAME", help="else the project's first manager")

    def handle(self, *, apply: bool, also_corrected: bool, **options: Any) -> None:
        project = project_named(options["project"])
        by = manager_named(project, options["by"])
        articles = _articles(project, options["article"])
        ids = list(articles.unjudged().order_by("position").values_list("pk", flat=True))
        counts = Counter(judged=articles.count() - len(ids))
        for pk in ids:
            found = preview_resegmenting(Article.objects.get(pk=pk))
            what = _verdict(found, also_corrected=also_corrected)
            if what == "changed":
                self.stdout.writelines(f"{line}\n" for line in _lines(found))
                if apply:
                    try:
                        resegment_article(
                            article=found.article, by=by, also_corrected=also_corrected
                        )
                    except WorkflowError as error:  # judged or corrected since it was looked at
                        self.stderr.write(f"{pk}: {error.message}")
                        what = "judged"
            counts[what] += 1
        self.stdout.write(_summary(counts, apply=apply))


def _articles(project: Project, only: UUID | None) -> ArticleQuerySet:
    articles = Article.objects.in_project(project)
    if only is None:
        return articles
    found = articles.filter(pk=only)
    if not found.exists():
        raise CommandError(_("There is no article %s in this project.") % only)
    return found


def _verdict(found: Resegmented, *, also_corrected: bool) -> str:
    if found.is_corrected and not also_corrected:
        return "corrected"
    return "changed" if found.is_changed else "same"


def _lines(found: Resegmented) -> Iterator[str]:
    """The article with its sentences before and after, and each changed place in its words."""
    article = found.article
    counted = f"{len(found.before)} → {len(found.after)}"
    title = " ".join(str(article).split())
    yield f"{article.pk} {Truncator(title).chars(SHOWN)}: {counted}"
    for before, after in found.places():
        yield f"  - {_words(article, before)}"
        yield f"  + {_words(article, after)}"


def _words(article: Article, drafts: Sequence[SentenceDraft]) -> str:
    """The sentences of a place, each with its block, a bar between them."""
    return " | ".join(
        f"[{Sentence.Block(draft.block).label}] "
        + Truncator(article.text[draft.start : draft.end]).chars(SHOWN)
        for draft in drafts
    )


def _summary(counts: Counter[str], *, apply: bool) -> str:
    """What became of the articles, in one sentence."""
    changed = (
        ngettext(
            "%(count)d article is cut anew", "%(count)d articles are cut anew", counts["changed"]
        )
        if apply
        else ngettext(
            "%(count)d article would change", "%(count)d articles would change", counts["changed"]
        )
    )
    parts = [
        changed % {"count": counts["changed"]},
        _("%d would be cut as they are") % counts["same"],
        _("%d are judged and stay") % counts["judged"],
        _("%d are corrected by hand and stay") % counts["corrected"],
    ]
    told = f"{', '.join(parts)}."
    return told if apply else _("Dry run, nothing is stored: %s") % told
