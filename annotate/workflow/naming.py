"""Sources that a reviewer names while settling, and nobody has named before."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Sentence, Source
from .locking import lock_project
from .review import locked_article, require_complete, require_with_reviewers, waiting_groups
from .sources import add_source, require_kind, sources_called


@transaction.atomic
def name_source(*, sentence: Sentence, by: User, name: str, kind: str) -> Source:
    """Add a source that a reviewer misses in a chain of this sentence.

    It is accepted at once: proposed is what annotators add, blind, until an article that uses it is
    complete, as this one is. Only an anonymous source stays proposed, and is shared: it belongs to
    its article, the same words may name another elsewhere, and names of accepted sources are unique
    in the project. What has the name already is returned if it is of this kind, else refused.
    """
    article = locked_article(sentence.article_id)
    require_complete(article)
    require_with_reviewers(waiting_groups(sentence))
    require_kind(kind)
    lock_project(article.project)
    known = sources_called(name, article=article, by=by).first()
    if known is not None and known.kind != kind:
        raise WorkflowError(
            Refusal.INVALID,
            _("“%(name)s” is there already, as %(kind)s: take it so, or write another name.")
            % {"name": name, "kind": known.get_kind_display()},
            field="kind",
        )
    anonymous = kind == Source.Kind.ANONYMOUS
    return known or add_source(
        project=article.project,
        by=by,
        name={article.language: name.strip()},
        kind=kind,
        status=Source.Status.PROPOSED if anonymous else Source.Status.ACCEPTED,
        article=article if anonymous else None,
        shared=anonymous,
    )
