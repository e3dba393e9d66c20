"""What commands are told by name: a project by its slug, a manager by username."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ..models import Membership, Project
from ..permissions import can_manage


def project_named(slug: str) -> Project:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            _("There is no project %(slug)s. Known are: %(known)s.")
            % {"slug": slug, "known": known or "—"}
        )
    return project


def manager_named(project: Project, username: str | None) -> User:
    """The manager of this name, or the project's first one."""
    managers = (
        Membership.objects.active()
        .filter(project=project, role=Membership.Role.MANAGER)
        .order_by("created_at")
    )
    if username is not None:
        managers = managers.filter(user__username=username)
    member = managers.select_related("user").first()
    if member is None or not can_manage(member.user, project):
        raise CommandError(_("This is done by a manager of the project: name one (--by)."))
    return member.user
