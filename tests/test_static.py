"""The scripts stay small enough to be read: plain modules, one concern each."""

import re
from pathlib import Path

from django.conf import settings

from annotate.domain.codebook import MAX_TEXT_LABEL
from annotate.domain.judgement import TEXT_LIMIT
from annotate.web.workbench import LATER, MODULES
from annotate.workflow.projects import GUIDELINES_LIMIT

STATIC = settings.BASE_DIR / "annotate" / "static"
WORKBENCH = (*MODULES, *LATER, "annotate/workbench.js", "annotate/suggestions.js")
ONE_OF_THEM = 250
ALL_OF_THEM = 1895  # of the workbench; see docs/adr/0011
LONGEST_LINE = 140


def lines(script: Path) -> list[str]:
    return script.read_text().splitlines()


def test_no_script_is_longer_than_can_be_read_at_once() -> None:
    long = {each.name: len(lines(each)) for each in STATIC.rglob("*.js")}
    assert {name: count for name, count in long.items() if count > ONE_OF_THEM} == {}


def test_the_scripts_of_the_workbench_stay_small_together() -> None:
    assert sum(len(lines(STATIC / name)) for name in WORKBENCH) <= ALL_OF_THEM


def test_no_script_of_the_workbench_is_short_by_long_lines() -> None:
    found = {name: max(map(len, lines(STATIC / name))) for name in WORKBENCH}
    assert {name: length for name, length in found.items() if length > LONGEST_LINE} == {}


def test_no_field_of_a_page_has_the_browser_cut_what_is_pasted() -> None:
    """What is too long is told at the field (lengths.js), by the server's own limits."""
    user_name = 150
    pages = [settings.BASE_DIR / "templates", settings.BASE_DIR / "annotate" / "templatetags"]
    sources = [each for room in pages for kind in ("*.html", "*.py") for each in room.rglob(kind)]
    found = re.findall(r"(maxlength|data-most)=\"(\d+)", "".join(map(Path.read_text, sources)))
    limits = {TEXT_LIMIT, MAX_TEXT_LABEL, GUIDELINES_LIMIT, user_name}
    assert {name for name, _most in found} == {"data-most"}
    assert {int(most) for _name, most in found} == limits


def test_every_form_that_acts_in_a_project_names_whose_page_it_stands_on() -> None:
    """Where a script gives a form the newest token, its author alone says in whose name it acts."""
    files_are_not_kept, signing_in = "{% url 'upload' ", "{% url 'sign-in' "
    passed_on = "{% for name, value in again %}"
    sources = sorted((settings.BASE_DIR / "templates" / "annotate").glob("*.html"))
    forms = [
        (source.name, form)
        for source in sources
        for form in re.findall(r'<form[^>]*method="post".*?</form>', source.read_text(), re.DOTALL)
    ]
    named = ('name="author"', files_are_not_kept, signing_in, passed_on)
    assert len(forms) > 30
    assert [name for name, form in forms if not any(each in form for each in named)] == []
