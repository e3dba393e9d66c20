"""docs/annotating.md, which a new project has for guidelines, and its translations say nothing that
is not so.
"""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from annotate.domain.codebook import parse
from annotate.web.sections import sections

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "annotating.md").read_text(encoding="utf-8")
CODEBOOK = parse(json.loads((ROOT / "seeds" / "codebook.json").read_text(encoding="utf-8")))
ARTICLES = [path.read_text(encoding="utf-8") for path in (ROOT / "seeds" / "articles").iterdir()]
ARABIC = re.compile("[\u0621-\u064a]")
EXAMPLES = re.findall(r"^> (.+)$", GUIDE, re.MULTILINE)


def plain(text: str) -> str:
    """Without the marks of Markdown and of direction, and with one kind of space."""
    kept = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(kept.replace("**", "").split())


CORPUS = [plain(text) for text in ARTICLES]


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_stands_in_the_demo_corpus_and_marks_its_span(example: str) -> None:
    assert any(plain(example) in text for text in CORPUS)
    assert "**" in example


def test_arabic_words_in_bold_are_those_of_the_corpus() -> None:
    for words in filter(ARABIC.search, re.findall(r"\*\*(.+?)\*\*", GUIDE)):
        assert any(plain(words) in text for text in CORPUS), words


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_it_teaches_by_examples_in_each_language(language: str) -> None:
    paths = (ROOT / "seeds" / "articles").glob(f"{language}-*.txt")
    corpus = [plain(path.read_text(encoding="utf-8")) for path in paths]
    assert sum(any(plain(each) in text for text in corpus) for each in EXAMPLES) >= 6


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_translation_has_the_same_sections_and_examples(language: str) -> None:
    path = ROOT / "docs" / f"annotating.{language}.md"
    translation = path.read_text(encoding="utf-8")
    assert re.findall(r"^> .+$", translation, re.MULTILINE) == [f"> {each}" for each in EXAMPLES]
    shapes = [
        [(each.level, each.dimension, each.value) for each in sections(text, CODEBOOK)]
        for text in (GUIDE, translation)
    ]
    assert shapes[1] == shapes[0]


def test_each_label_that_is_chosen_by_hand_has_a_section() -> None:
    anchors = {section.anchor for section in sections(GUIDE, CODEBOOK)}
    wanted = {
        f"{key}-{option.value}"
        for key in ("kind", "stance", "certainty")
        for dimension in [CODEBOOK.dimension(key)]
        if dimension
        for option in dimension.options
    }
    assert wanted | {"attribution_type", "confidence", "kind", "stance", "certainty"} <= anchors


def test_it_can_be_read_in_twenty_minutes() -> None:
    assert len(GUIDE.split()) <= 20 * 130
