"""Locks that several actions share. SQLite has one writer at a time and needs none of them."""

from ..models import Project


def lock_project(project: Project) -> Project:
    """The project as it stands, locked until the end of the transaction.

    What is looked for under it and then written is written once. Rows that refer to the project,
    as every save does, do not wait for it: its key stays free.
    """
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)
