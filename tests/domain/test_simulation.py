"""What two trained annotators leave to a reviewer, simulated over the demo corpus."""

from functools import cache

from tests.simulation import Figures, simulate

MOST = 14
"""Sentences an article that a reviewer has to settle at most under the strict policy."""


@cache
def figures() -> Figures:
    return simulate(rounds=5)


def test_by_sentence_the_strict_policy_leaves_few_to_settle() -> None:
    assert figures().strict.sentences <= min(MOST, figures().sentences / 2)
    assert figures().strict.sentences < figures().strict.groups


def test_rules_leave_fewer_and_a_second_look_fewer_still() -> None:
    strict, ruled, looked = (
        left.sentences
        for left in (figures().strict, figures().with_rules, figures().with_second_look)
    )
    assert looked < ruled < strict


def test_the_same_seed_gives_the_same_figures() -> None:
    assert simulate(seed=3, rounds=1) == simulate(seed=3, rounds=1)
