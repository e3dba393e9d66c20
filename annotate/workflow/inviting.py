"""Taking people in who have no account yet: the account is made without a password, and a link, on
which the person chooses one, is for the manager to pass on.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Event, Membership, Project
from .projects import add_member
from .recording import record

INVITED = "invite"


@transaction.atomic
def take_in_person(
    *,
    project: Project,
    by: User,
    username: str,
    role: str,
    languages: Sequence[str] = (),
    may_be_new: bool = False,
) -> Membership:
    """Take the person with this user name into the project. If nobody has it, and `may_be_new`, an
    account is made that nobody can sign in to before its owner has chosen a password.
    """
    name = User.normalize_username(username.strip())
    user, is_new = _person(name) if may_be_new else (_known(name), False)
    member = add_member(project=project, by=by, user=user, role=role, languages=languages)
    if is_new:
        record(INVITED, member, by=by, project=project, after={"username": name})
    return member


def awaits_first_sign_in(membership: Membership) -> bool:
    """The account was made by this project's invitation, and its owner has no password yet: the
    managers may pass the link on. No other account's link is theirs.
    """
    user = membership.user
    if user.has_usable_password() or user.last_login is not None:
        return False
    invited = Event.objects.filter(project=membership.project_id, on_id=membership.pk)
    return invited.filter(what=INVITED).exists()


def _known(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise WorkflowError(
            Refusal.INVALID,
            _("Nobody has the user name “%s”. Mend it, or let an account be made.") % username,
            field="username",
        )
    return user


def _person(username: str) -> tuple[User, bool]:
    user, is_new = User.objects.get_or_create(username=username)
    if is_new:
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as error:
            message = " ".join(error.messages)
            raise WorkflowError(Refusal.INVALID, message, field="username") from error
        user.save(update_fields=["password"])
    return user, is_new
