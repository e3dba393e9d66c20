"""What people read is given to gettext, and is put together as their language does it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from annotate.web.joining import colon, headed, listed, parted, quoted, turned

BARE = {"AC1", "API", "Alt", "AZERTY", "Ctrl", "Esc", "Isnad", "QWERTY", "QWERTZ", "SHA-256"}
"""Names and keys, which are the same in every language."""
TAGS = re.compile(
    r"{%\s*(blocktranslate|comment)\b.*?{%\s*end\1\s*%}|{#.*?#}|{%\s*block layout\s*%}[\w ]+"
    r"|<!DOCTYPE html>|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
SPOKEN = re.compile(r'\s(?:title|alt|placeholder|aria-label|data-label)="([^"]*)"')
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def bare_words(markup: str) -> list[str]:
    """Words of two letters or more that stand in a template outside of gettext."""
    rest = TAGS.sub(" ", markup)
    shown = " ".join([re.sub(r"<[^>]*>", " ", rest), *SPOKEN.findall(rest)])
    return [word for word in re.findall(r"[^\W_][\w-]+", shown) if re.search(r"[A-Za-z]", word)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_word_of_a_template_stands_outside_of_gettext(template: Path) -> None:
    assert set(bare_words(template.read_text())) <= BARE


def test_the_scan_finds_words_between_tags_and_in_what_is_read_aloud() -> None:
    markup = '{# not this #}<p title="Say {{ x }}">Hello {% translate "there" %}</p>'
    assert bare_words(markup) == ["Hello", "Say"]


def test_lists_and_titles_have_the_marks_of_the_readers_language() -> None:
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert parted(["a, b", "c"]) == "a, b; c"
    assert headed("Kind", "event") == "Kind: event"
    assert colon() == ": "
    assert quoted("port") == "“port”"
    assert turned("old", "new") == "old → new"
    with override("ar"):
        assert listed(["ا", "ب"]) == "ا، ب"
        assert turned("قديم", "جديد") == "قديم ← جديد"
    with override("fr"):
        assert headed("Type", "fait") == "Type\N{NO-BREAK SPACE}: fait"
        assert quoted("port") == "«\N{NO-BREAK SPACE}port\N{NO-BREAK SPACE}»"
