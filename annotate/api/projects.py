"""What stands around each view under `p/<slug>/`: the project, and what one may do in it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from ..models import Project
from ..models.hot import members_project
from ..permissions import Actor
from .strict import BoundedJSONParser


class UserRequest(Request):
    """A request of somebody who is signed in."""

    user: User


class ProjectView(GenericAPIView[Any]):
    """A stranger finds nothing (404), a member who may not is told so (403).

    `may` says by method who is let through; a method that is not in it is let through for nobody
    (405). HEAD asks what GET asks, since it is answered as GET is.
    """

    http_method_names = ["get", "head", "post", "put"]
    parser_classes = [BoundedJSONParser]
    may: ClassVar[Mapping[str, Callable[[Actor, Project], bool]]] = {}
    request: UserRequest
    project: Project

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        project = members_project(self.request.user, kwargs["slug"])
        if project is None:
            raise Http404
        self.project = project
        asked = "GET" if request.method == "HEAD" else str(request.method)
        if asked not in self.may:
            raise MethodNotAllowed(asked)
        if not self.may[asked](request.user, project):
            raise PermissionDenied
