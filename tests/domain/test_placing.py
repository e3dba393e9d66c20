"""Words that stand more than once are placed where they were marked."""

import pytest

from annotate.domain.offsets import Span
from annotate.domain.placing import placed

TEXT = "The port is shut, they say… and the port is shut again 🚩. The port is shut."
FIRST, SECOND, THIRD = ((at, at + 12) for at in (4, 36, 62))


@pytest.mark.parametrize(
    ("stretches", "near", "spans"),
    [
        (["port is shut"], [], [FIRST]),
        (["port is shut"], [SECOND], [SECOND]),
        (["port is shut"], [(0, 50), SECOND], [SECOND]),
        (["port is shut"], [(50, 54)], [SECOND]),
        (["port is shut"], [THIRD], [SECOND]),
        (["port", "shut again"], [SECOND], [(36, 40), (44, 54)]),
        (["port", "port is shut"], [THIRD], [(36, 40), THIRD]),
        (["port", "port"], [FIRST], [(4, 8), (36, 40)]),
        (["port", "closed", "port"], [], [(4, 8)]),
        (["say… and"], [], [(23, 31)]),
        (["again", "The port", "The port"], [], [(49, 54), (58, 66)]),
        (["closed"], [], []),
        ([""], [], []),
        ([], [], []),
    ],
)
def test_words_stand_where_they_meet_what_was_marked_or_come_nearest(
    stretches: list[str], near: list[Span], spans: list[Span]
) -> None:
    assert placed(TEXT, stretches, within=(0, 57), near=near) == tuple(spans)


def test_a_letter_has_not_more_places_than_are_looked_at() -> None:
    assert placed("ab " * 9_000, ["b"] * 9_000, within=(0, 9), near=[])[-1] == (1498, 1499)
