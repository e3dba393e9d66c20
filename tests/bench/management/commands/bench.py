"""`manage.py bench` under tests.bench.settings; run.py makes the folder that they need."""

import os
import platform
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tests.bench.measure import QUICK, Plan, run
from tests.bench.server import served
from tests.bench.table import Line, render


class Command(BaseCommand):
    help = "Measure the slow things, each beside its floor, against a database made for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="fewer of everything, in half a minute"
        )

    def handle(self, *, quick: bool, **options: Any) -> None:
        given = str(connection.settings_dict["NAME"])
        lines: list[Line] = []
        made = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with served(str(made)) as port:
                for line in run(port, QUICK if quick else Plan()):
                    self.stderr.write(f"{line.name}: done")
                    lines.append(line)
        finally:
            connection.creation.destroy_test_db(given, verbosity=0)
        self.stdout.write(f"{caption()}\n\n{render(lines)}\n")
        if wrong := [each for line in lines for each in line.wrong]:
            raise CommandError("\n".join(wrong))


def caption() -> str:
    return (
        f"{connection.vendor}, {os.cpu_count()} cores, Python {platform.python_version()}. "
        "Floor: a bare Django view that inserts (for pages: reads)\n"
        "one row, behind the same server, middleware and database, asked in turns with Isnad. "
        "Times are medians."
    )
