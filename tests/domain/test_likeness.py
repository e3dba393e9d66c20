"""Which earlier words are like these."""

import pytest

from annotate.domain.likeness import likeness, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("والهجوم", "هجومٌ"),
        ("بالجزائر", "الجزائر"),
        ("أُوقفت", "اوقفت"),
        ("l’Offensive", "offensives"),
        ("военного", "военному"),
        ("٢٠٢٤", "2024"),
    ],
)
def test_a_word_has_one_stem_however_it_is_written(one: str, other: str) -> None:
    assert stems(one)[0] in stems(other)[0] or stems(other)[0] in stems(one)[0]


def test_the_longest_stems_come_first_each_once_and_not_all() -> None:
    found = stems("Alger a dit: Alger a averti Moscou de tout")
    assert len(found) == len(set(found))
    assert [*map(len, found)] == sorted(map(len, found), reverse=True)
    assert "alger" in found
    assert len(stems(" ".join(str(1000 + n) for n in range(50)))) == 8
    assert stems("🚩 … «» a") == []


def test_likeness_is_that_of_sets_whatever_their_order() -> None:
    assert likeness("Moscow halted the offensive", "the offensive Moscow halted") == 1.0
    assert likeness("Moscow halted it", "Bamako fell silent") == 0.0
    assert likeness("", "Moscow") == 0.0
    assert 0 < likeness("Moscow halted the offensive", "Moscow spoke") < 1
