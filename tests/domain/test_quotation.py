"""A claim is quoted when its words stand between quotation marks, paired or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.quotation import derived_attribution_type, quoted


@pytest.mark.parametrize(
    ("paragraph", "inside"),
    [
        ('قال "نعم" ثم "لا".', ["نعم", "لا"]),
        ("il a dit : «\u00a0c’est “fini”\u00a0» hier", ["\u00a0c’est “fini”\u00a0"]),
        ("“جون أفريك” و„да“", ["جون أفريك", "да"]),
        ('"قال لـ"رويترز" إن الأمر" ثم', ['قال لـ"رويترز" إن الأمر']),
        ('"قال \u200f"نعم" ثم" عاد', ['قال \u200f"نعم" ثم']),
        ('نقل و"إرم" وبـ"رؤية" عنه', ["إرم", "رؤية"]),
        ('l\'"Express" dit', ["Express"]),
        ('قال:"نحن"، ثم', ["نحن"]),
        ('"مالي."وأضاف', ["مالي."]),
        ('\u200f"مالي"\u200f ثم', ["مالي"]),
        ('ثم " مالي " هنا', [" مالي "]),
        ('شارد" ثم "مالي" هنا', ["مالي"]),
        ('"بلا إغلاق ثم "مالي" هنا', ["مالي"]),
        ('وبلا "إغلاق', []),
        ("لا شيء", []),
    ],
)
def test_what_stands_between_paired_marks(paragraph: str, inside: list[str]) -> None:
    stretches = quoted(paragraph, 0, len(paragraph))
    assert [paragraph[start:end] for start, end in stretches] == inside


def test_a_mark_without_partner_does_not_reach_into_the_next_paragraph() -> None:
    text = 'قال "نعم\nثم" عاد'
    assert derived_attribution_type(text, [(9, 11)], ["x"]) == "indirect"


@pytest.mark.parametrize(
    ("text", "span", "chain", "expected"),
    [
        ('قال "مالي تمضي"', (5, 14), ["x"], "direct"),
        ('قال "مالي تمضي"', (4, 15), ["x"], "direct"),
        ('قال "مالي تمضي"', (5, 14), [], "author"),
        ('أشاد بـ"التقدم الكبير" في مجال الأمن', (5, 36), ["x"], "indirect"),
        ("a «bcdefghij» k", (0, 12), ["x"], "direct"),
        ("ab «cdefghijk» l", (0, 13), ["x"], "indirect"),
        ('"!؟"', (1, 3), ["x"], "indirect"),
    ],
)
def test_nine_tenths_of_the_letters_in_quotes_make_it_direct(
    text: str, span: tuple[int, int], chain: list[str], expected: str
) -> None:
    assert derived_attribution_type(text, [span], chain) == expected


def test_all_spans_of_a_claim_count() -> None:
    text = '"نقف معا"، قال، "إلى النهاية"'
    assert derived_attribution_type(text, [(1, 8), (17, 28)], ["x"]) == "direct"
    assert derived_attribution_type(text, [(1, 8), (11, 14)], ["x"]) == "indirect"


@given(st.text(alphabet='ab ل"“”„«».,\u200f🔥'))
def test_stretches_are_ordered_and_disjoint_on_any_text(paragraph: str) -> None:
    edges = [edge for stretch in quoted(paragraph, 0, len(paragraph)) for edge in stretch]
    assert edges == sorted(edges)
    assert all(0 < edge < len(paragraph) for edge in edges)
