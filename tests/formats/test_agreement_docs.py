"""docs/agreement.md: its examples run, and it tells of every coefficient."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotate.domain import agreement
from annotate.models import Article
from annotate.workflow.releasing import publish_release, release_folder
from tests.builders import give, hand_in, words

DOCS = (Path(__file__).parents[2] / "docs" / "agreement.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("data_dir")
def test_the_examples_run(
    article: Article, ada: User, ben: User, cora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(article, ada, ben)
    for reader in (ada, ben):
        hand_in(article, reader, words(article, "تحذيرات من الجزائر"))
    release = publish_release(project=article.project, by=cora, version="1.0.0")
    monkeypatch.chdir(release_folder(release))
    names: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL):
        exec(example, names)
    assert ["claims", "claims"] in names["claim_or_not"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "name",
    [it for it in agreement.__all__ if it.endswith(("alpha", "kappa", "pi", "ac1", "span_f1"))],
)
def test_every_coefficient_is_told(name: str) -> None:
    assert f"`{name}(" in DOCS
