"""Who works in a project: how far each is, their roles and languages, how they come and go."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..domain.languages import primary_of, reads
from ..errors import WorkflowError
from ..models import Event, Judgement, Membership, Project, SecondLook
from ..models.progress import LAST, by_person
from ..permissions import can_manage, membership_of
from ..workflow.inviting import awaits_first_sign_in, take_in_person
from ..workflow.leaving import consequences_of_the_end, end_membership, take_back
from ..workflow.places import change_annotators
from ..workflow.projects import change_member
from .corpus_forms import language_name
from .forms import read_text, refuse
from .guards import STATUS, UserRequest, in_project

MOST_READERS = 20


@require_safe
@in_project(can_manage)
def people(request: UserRequest, project: Project) -> HttpResponse:
    return _people(request, project)


@require_POST
@in_project(can_manage)
def add_person(request: UserRequest, project: Project) -> HttpResponse:
    try:
        member = take_in_person(
            project=project,
            by=request.user,
            username=request.POST.get("username", ""),
            role=_role(request.POST),
            languages=_languages(request.POST, project),
            may_be_new="new" in request.POST,
        )
    except WorkflowError as error:
        return _people(request, project, error)
    messages.success(request, _("%s works in the project now.") % member.user.get_username())
    return redirect("person", project.slug, member.pk)


@require_POST
@in_project(can_manage)
def change_readers(request: UserRequest, project: Project) -> HttpResponse:
    """How many annotators read an article."""
    try:
        _require_sure(request.POST)
        change_annotators(project=project, by=request.user, count=_count(request.POST))
    except WorkflowError as error:
        return _people(request, project, error)
    messages.success(request, _("The places of all articles that are not complete are changed."))
    return redirect("people", project.slug)


@require_safe
@in_project(can_manage)
def person(request: UserRequest, project: Project, membership: UUID) -> HttpResponse:
    return _person(request, project, _member(project, membership))


@require_POST
@in_project(can_manage)
def change_person(request: UserRequest, project: Project, membership: UUID) -> HttpResponse:
    member = _member(project, membership)
    try:
        change_member(
            membership=member,
            by=request.user,
            role=_role(request.POST),
            languages=_languages(request.POST, project, member),
        )
    except WorkflowError as error:
        return _person(request, project, _member(project, membership), error)
    messages.success(request, _("Changed."))
    return _onward(request, project)


@require_POST
@in_project(can_manage)
def end_person(request: UserRequest, project: Project, membership: UUID) -> HttpResponse:
    """End a membership as left or excluded."""
    member = _member(project, membership)
    ended, reason = request.POST.get("ended", ""), read_text(request.POST, "reason")
    try:
        _require_sure(request.POST)
        end_membership(membership=member, by=request.user, ended=ended, reason=reason)
    except WorkflowError as error:
        return _person(request, project, _member(project, membership), error)
    messages.success(request, _("The membership of %s has ended.") % member.user.get_username())
    return _onward(request, project)


@require_POST
@in_project(can_manage)
def take_person_back(request: UserRequest, project: Project, membership: UUID) -> HttpResponse:
    member = take_back(membership=_member(project, membership), by=request.user)
    messages.success(request, _("%s works in the project again.") % member.user.get_username())
    return redirect("person", project.slug, member.pk)


def _onward(request: UserRequest, project: Project) -> HttpResponse:
    """To the people; a manager who is none any more, to where everybody begins."""
    as_it_is_now = Project.objects.get(pk=project.pk)
    if can_manage(request.user, as_it_is_now):
        return redirect("people", project.slug)
    return redirect("desk-home")


def _people(
    request: UserRequest, project: Project, error: WorkflowError | None = None
) -> HttpResponse:
    members = Membership.objects.filter(project=project).by_name()
    lines = by_person(project, request.user, members)
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "active": [line for line in lines if not line.member.ended],
        "ended": [line for line in lines if line.member.ended],
        "last_articles": LAST,
        "roles": Membership.Role.choices,
        "offered": _offered(project),
        "sent": request.POST,
        "chosen": request.POST.getlist("languages"),
        "summary": project.articles.all().summed_up(),
        "most_readers": MOST_READERS,
        "error": error,
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/people.html", context, status=status)


def _person(
    request: UserRequest,
    project: Project,
    member: Membership,
    error: WorkflowError | None = None,
) -> HttpResponse:
    (line,) = by_person(project, request.user, [member])
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "line": line,
        "last": Judgement.objects.latest_of(member, 1).first(),
        "looks": SecondLook.objects.by_member(project).get(member.pk),
        "member": member,
        "last_articles": LAST,
        "roles": Membership.Role.choices,
        "role": request.POST.get("role", member.role),
        "offered": _offered(project, member),
        "chosen": request.POST.getlist("languages") if "role" in request.POST else member.languages,
        "ends": consequences_of_the_end(member),
        "events": Event.objects.visible_to(request.user).on(member),
        "link": _link(request, member) if awaits_first_sign_in(member) else "",
        "sent": request.POST,
        "error": error,
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/person.html", context, status=status)


def _member(project: Project, pk: UUID) -> Membership:
    members = Membership.objects.select_related("user", "project")
    return get_object_or_404(members, project=project, pk=pk)


def _require_sure(data: QueryDict) -> None:
    """What cannot be taken back is sent by somebody who has read what it changes."""
    if "sure" not in data:
        refuse("sure", _("Tick that you have read what changes."))


def _role(data: QueryDict) -> str:
    role = data.get("role", "")
    if role not in Membership.Role.values:
        refuse("role", _("Choose a role."))
    return role


def _count(data: QueryDict) -> int:
    count = data.get("count", "")
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MOST_READERS):
        refuse("count", _("Give a number from 1 to %d.") % MOST_READERS)
    return int(count)


def _languages(data: QueryDict, project: Project, member: Membership | None = None) -> list[str]:
    """The languages that were ticked, of those that were offered."""
    ticked = data.getlist("languages")
    return [code for code, _name in _offered(project, member) if code in ticked]


def _offered(project: Project, member: Membership | None = None) -> list[tuple[str, str]]:
    """The languages of the project and those the member has; and of articles that nobody is given
    who reads these, the language, once for all its forms.
    """
    tags = project.articles.order_by("language").values_list("language", flat=True).distinct()
    known = [*project.languages, *(member.languages if member else ())]
    others = [primary_of(tag) for tag in tags if not any(reads(each, tag) for each in known)]
    return [(code, language_name(code)) for code in dict.fromkeys([*known, *others])]


def _link(request: UserRequest, member: Membership) -> str:
    """Where the person chooses a password; good for one sign-in, for PASSWORD_RESET_TIMEOUT."""
    user = member.user
    name = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("invitation", args=[name, default_token_generator.make_token(user)])
    return request.build_absolute_uri(path)
