"""The colours of a codebook as a stylesheet; style attributes are not allowed by the policy."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ..models import CodebookVersion, Project
from .guards import UserRequest, signed_in


@require_safe
@signed_in
def codebook_style(request: UserRequest, sha256: str) -> HttpResponse:
    """`.c-<dimension>-<value>` sets `--c`. The address names the content, so it never changes."""
    version = get_object_or_404(
        CodebookVersion.objects.filter(
            project__in=Project.objects.visible_to(request.user), sha256=sha256
        ).order_by("created_at")[:1]
    )
    rules = "".join(
        f".c-{dimension.key}-{option.value}{{--c:{option.colour}}}\n"
        for dimension in version.parsed().dimensions
        for option in dimension.options
        if option.colour
    )
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(rules, content_type="text/css; charset=utf-8", headers=headers)
