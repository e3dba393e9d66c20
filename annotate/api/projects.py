"""What stands around each view under `p/<slug>/`: the project, and what one may do in it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from ..models import Project
from ..permissions import Actor
from .strict import BoundedJSONParser


class UserRequest(Request):
    """A request of somebody who is signed in."""

    user: User


class ProjectView(GenericAPIView[Any]):
    """A stranger finds nothing (404), a member who may not is told so (403).

    `may` says by method who is let through; a method that is not in it is open to every member.
    """

    parser_classes = [BoundedJSONParser]
    may: ClassVar[Mapping[str, Callable[[Actor, Project], bool]]] = {}
    request: UserRequest
    project: Project

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.project = get_object_or_404(
            Project.objects.visible_to(request.user).select_related("codebook"), slug=kwargs["slug"]
        )
        allowed = self.may.get(str(request.method))
        if allowed is not None and not allowed(request.user, self.project):
            raise PermissionDenied
