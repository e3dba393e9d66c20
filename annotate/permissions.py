"""Who may do what: the one page that says so, as predicates that read as sentences.

What a person may *see* is a QuerySet rule (`visible_to`); what may be *done now* is for the
workflow to say.
"""

from django.contrib.auth.models import AnonymousUser, User

from .models import Article, Assignment, Membership, Project
from .models.hot import active_membership, own_assignment

Actor = User | AnonymousUser

ANNOTATING = (Membership.Role.ANNOTATOR, Membership.Role.REVIEWER, Membership.Role.MANAGER)
REVIEWING = (Membership.Role.REVIEWER, Membership.Role.MANAGER)
MANAGING = (Membership.Role.MANAGER,)
READING_CORPUS = (Membership.Role.REVIEWER, Membership.Role.MANAGER, Membership.Role.OBSERVER)
READING_RELEASES = (Membership.Role.REVIEWER, Membership.Role.MANAGER, Membership.Role.OBSERVER)


def membership_of(user: Actor, project: Project) -> Membership | None:
    """The user's active membership in the project, if any: the one with which the project was read
    for this request, or as the database has it.
    """
    if not user.is_authenticated:
        return None
    if project.asked_by is not None and project.asked_by.user_id == user.pk:
        return project.asked_by
    return active_membership(user, project)


def _has_role(user: Actor, project: Project, roles: tuple[Membership.Role, ...]) -> bool:
    member = membership_of(user, project)
    return member is not None and member.role in roles


def is_member(user: Actor, project: Project) -> bool:
    """What every role may: only its own part of it is shown to each."""
    return membership_of(user, project) is not None


def can_annotate(user: Actor, project: Project) -> bool:
    """Observers only read; everybody else may be given articles."""
    return _has_role(user, project, ANNOTATING)


def can_review(user: Actor, project: Project) -> bool:
    return _has_role(user, project, REVIEWING)


def can_manage(user: Actor, project: Project) -> bool:
    return _has_role(user, project, MANAGING)


def can_read_corpus(user: Actor, project: Project) -> bool:
    """Annotators see the articles given to them, everybody else all."""
    return _has_role(user, project, READING_CORPUS)


def can_read_releases(user: Actor, project: Project) -> bool:
    """Releases hold agreed labels: one who is still annotating does not read them."""
    return _has_role(user, project, READING_RELEASES)


def can_settle(user: Actor, article: Article) -> bool:
    """A reviewer settles articles, as far as the project leaves them to the reviewer."""
    if not user.is_authenticated or not can_review(user, article.project):
        return False
    own = None if article.project.settle_own else own_assignment(user, article.pk)
    annotated = own is not None and own.state != Assignment.State.WITHDRAWN
    return leaves_to(article.project, annotated=annotated)


def leaves_to(project: Project, *, annotated: bool) -> bool:
    """Whether a reviewer settles an article that the reviewer annotated, or not: those that others
    annotated, unless the project lets people settle their own.
    """
    return project.settle_own or not annotated
