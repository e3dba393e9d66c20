"""Build the demo: two small projects with people, labels, decisions and a release."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotate.exchange.demo import SignIn, load_demo


class Command(BaseCommand):
    help = "Build the demo projects; run again, it changes nothing."

    def handle(self, **options: Any) -> str:
        if not settings.DEMO:
            raise CommandError(
                "The demo has sign-ins that everybody knows. It is built with DEMO=1 only, "
                "which serves on this machine alone."
            )
        return "\n".join(_line(sign_in) for sign_in in load_demo(settings.BASE_DIR / "seeds"))


def _line(sign_in: SignIn) -> str:
    roles = ", ".join(
        f"{role} of {project}"
        for role, project in zip(sign_in.roles, sign_in.projects, strict=True)
    )
    return f"  {sign_in.username:<6} password {sign_in.password:<11} {roles}"
