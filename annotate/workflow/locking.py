"""Locks that several actions share. SQLite has one writer at a time and needs none of them."""

from django.db.models import Q

from ..models import Article, Membership, Project


def lock_project(project: Project) -> Project:
    """The project as it stands, locked until the end of the transaction.

    What is looked for under it and then written is written once. Rows that refer to the project,
    as every save does, do not wait for it: its key stays free.
    """
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def lock_member(membership: Membership) -> Membership:
    """The member as stored, locked together with the project's managers, all in one order: those
    who end and change one another's memberships at once do so in turn.
    """
    same = Membership.objects.filter(project=membership.project_id)
    managing = Q(role=Membership.Role.MANAGER, ended=Membership.Ended.ACTIVE)
    locked = same.filter(managing | Q(pk=membership.pk)).select_for_update().order_by("pk")
    return next(each for each in locked if each.pk == membership.pk)


def lock_articles_of(membership: Membership) -> None:
    """All that the member reads or has read, at once and in one order. Whoever then takes a place
    at the end of the queue has them before: who withdraws one of them meanwhile waits for the
    article, and not for the queue.
    """
    read = membership.assignments.order_by().values("article")
    list(Article.objects.filter(pk__in=read).select_for_update().order_by("pk").values_list("pk"))
