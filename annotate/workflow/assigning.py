"""Assignment: who reads which article. k annotators an article, never one twice, never more,
however many ask.
"""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ..domain.languages import reads
from ..errors import Refusal, WorkflowError
from ..models import Article, Assignment, Membership, Notice, Project, Sentence
from ..models.hot import open_languages
from . import grouping
from .asking import give_notice
from .items import refresh_items
from .recording import record


def next_article(*, membership: Membership, by: User) -> Assignment:
    """The member's open article, else the next one in the queue that still needs a reader.

    The queue is the articles' `position`; the member's cursor stands on the last one it gave, so
    that the cost does not grow with what is behind. A slot is taken by one conditional update,
    which decides races.
    """
    if (current := _open_article(membership)) is not None:
        return current
    with transaction.atomic():
        membership = lock_annotator(membership)
        if (current := _open_article(membership)) is not None:
            return current
        while (article := _first_open(membership)) is not None:
            if _take_slot(article):
                membership.cursor = article.position
                membership.save(update_fields=["cursor"])
                return _assign(article, membership, by)
    if membership.project.articles.exists():
        told = _("There is no further article for you at present. Thank you for your work.")
    else:
        told = _("No article has been taken in yet. Your first one will wait here.")
    raise WorkflowError(Refusal.GONE, told)


@transaction.atomic
def assign(*, article: Article, membership: Membership, by: User) -> Assignment:
    """Give this article to this member, as a manager decides; the member's place in the queue stays
    where it is.
    """
    membership = lock_annotator(membership)  # before the article, as above
    if article.assignments.filter(membership=membership).exists():
        raise WorkflowError(
            Refusal.CLOSED, _("%s has had this article already.") % membership.user.get_username()
        )
    if not _take_slot(article):
        raise WorkflowError(
            Refusal.CLOSED,
            _("This article has all its annotators: withdraw an assignment first."),
        )
    return _assign(article, membership, by)


@transaction.atomic
def withdraw(
    *, assignment: Assignment, by: User, note: str = "", sentences: Iterable[Sentence] = ()
) -> Assignment:
    """Take an article back: the work is kept and counted nowhere, and the slot is free for somebody
    else. The annotator reads the note, if there is one.

    The article goes to the end of the queue, ahead of every cursor; disputed sentences go back to
    the reviewers.
    """
    locked = Article.objects.select_for_update(of=("self",)).select_related("project__codebook")
    article = locked.get(pk=assignment.article_id)
    assignment.refresh_from_db()
    if assignment.state == Assignment.State.WITHDRAWN:
        raise WorkflowError(Refusal.CLOSED, _("This assignment is withdrawn already."))
    if assignment.state == Assignment.State.SUBMITTED:
        raise WorkflowError(
            Refusal.CLOSED, _("This work is submitted: reopen it before you withdraw it.")
        )
    before = assignment.state
    assignment.state = Assignment.State.WITHDRAWN
    assignment.save(update_fields=["state"])
    if assignment.limited_to:
        refresh_items(article)
    else:
        find_another_reader(article)
    told = {"state": str(assignment.state)}
    if note.strip():
        notice = give_notice(
            assignment=assignment, by=by, what=Notice.What.WITHDRAWN, text=note, sentences=sentences
        )
        told["notice"] = str(notice.pk)
    record(
        "withdraw",
        assignment,
        by=by,
        project=article.project,
        before={"state": before},
        after=told,
    )
    if article.is_ready:
        grouping.complete(article=article, by=by)
    return assignment


@transaction.atomic
def reassign(
    *,
    assignment: Assignment,
    membership: Membership,
    by: User,
    note: str = "",
    sentences: Iterable[Sentence] = (),
) -> Assignment:
    """Take an article from one annotator and give it to another one; the first reads the note.

    What was done is kept and counted nowhere: the other begins anew.
    """
    lock_annotator(membership)  # before the article, as above
    withdraw(assignment=assignment, by=by, note=note, sentences=sentences)
    return assign(article=assignment.article, membership=membership, by=by)


def find_another_reader(article: Article) -> None:
    """Open the places that the article lacks readers for, and move it to the end of the queue,
    ahead of every cursor; under the article's lock.
    """
    article.position = take_positions(article.project, 1)
    wanted = article.project.annotators_per_article
    article.open_slots = max(0, wanted - article.assignments.placed().count())
    article.save(update_fields=["open_slots", "position"])


def put_cursor_back(membership: Membership) -> None:
    """Set the member's place in the queue before the first article that is open for them, where a
    change of what they are given to read has opened some behind it; under the member's lock.
    """
    membership.refresh_from_db(fields=["cursor", "languages"])
    reached, membership.cursor = membership.cursor, 0
    first = _first_open(membership)
    membership.cursor = min(reached, first.position - 1) if first else reached
    membership.save(update_fields=["cursor"])


def take_positions(project: Project, count: int) -> int:
    """Reserve `count` places at the end of the project's queue; return the first.

    This holds up a change of how many read an article: `project` tells that number as it stands.
    """
    Project.objects.filter(pk=project.pk).update(last_position=F("last_position") + count)
    project.refresh_from_db(fields=["last_position", "annotators_per_article"])
    return project.last_position - count + 1


def lock_annotator(membership: Membership) -> Membership:
    """The member as stored, if this is somebody who may be given articles today."""
    stored = Membership.objects.select_for_update().get(pk=membership.pk)
    if not stored.annotates:
        raise WorkflowError(
            Refusal.CLOSED,
            _("%s annotates in this project no longer.") % membership.user.get_username(),
        )
    return stored


def _open_article(membership: Membership) -> Assignment | None:
    return membership.assignments.open().select_related("article").order_by("created_at").first()


def _first_open(membership: Membership) -> Article | None:
    """The member's next article; one indexed look-up a language that there is for them."""
    queue = Article.objects.open_for(membership)
    if not membership.languages:
        return queue.first()
    heads = [
        queue.in_language(tag).first()
        for tag in open_languages(membership.project_id)
        if any(reads(language, tag) for language in membership.languages)
    ]
    return min((a for a in heads if a is not None), key=lambda a: a.position, default=None)


def _take_slot(article: Article) -> bool:
    return bool(
        Article.objects.filter(pk=article.pk, open_slots__gt=0).update(
            open_slots=F("open_slots") - 1
        )
    )


def _assign(article: Article, membership: Membership, by: User) -> Assignment:
    return Assignment.objects.create(
        created_by=by,
        project_id=article.project_id,
        article=article,
        membership=membership,
        number=article.assignments.count() + 1,
    )
