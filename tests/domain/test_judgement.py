"""What is checked of a judgement as a whole: the labels of the sentence, asked when it is done."""

from typing import Any

import pytest

from annotate.domain.codebook import Codebook, parse
from annotate.domain.judgement import JudgementDraft, JudgementError, check_judgement
from tests.builders import CODEBOOK, TONE


def codebook(**changed: Any) -> Codebook:
    """The default codebook with a question about the sentence."""
    return parse({**CODEBOOK, "dimensions": [*CODEBOOK["dimensions"], {**TONE, **changed}]})


NO_CLAIM = JudgementDraft().as_no_claim("other")


@pytest.mark.parametrize("draft", [JudgementDraft(), JudgementDraft().as_skipped("torn")])
def test_an_open_or_skipped_sentence_need_not_say_what_is_required(draft: JudgementDraft) -> None:
    assert check_judgement(draft, codebook()) == {}


def test_what_is_required_of_a_sentence_is_asked_once_it_is_done() -> None:
    with pytest.raises(JudgementError) as caught:
        check_judgement(NO_CLAIM, codebook())
    assert caught.value.field == "tone"
    assert check_judgement(NO_CLAIM, codebook(required=False)) == {}
    calm = JudgementDraft(labels={"tone": "calm"}).as_no_claim("other")
    assert check_judgement(calm, codebook()) == {"tone": "calm"}


def test_labels_that_stood_before_may_be_deprecated_since_and_new_ones_not() -> None:
    options = [*TONE["options"], {"value": "old", "title": {"en": "Old"}, "deprecated": True}]
    draft = JudgementDraft(labels={"tone": "old"})
    assert check_judgement(draft, codebook(options=options), new_labels=False) == {"tone": "old"}
    with pytest.raises(JudgementError, match="not used any more"):
        check_judgement(draft, codebook(options=options))
