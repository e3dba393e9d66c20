"""How far annotators agree, or why that is not defined: coefficients, figures of a corpus with
their intervals, and what they mean in words. docs/agreement.md explains each.
"""

from .coefficients import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    pairwise_f1,
    percent_agreement,
    scott_pi,
    span_f1,
    weighted_kappa,
)
from .columns import masi_distance
from .counting import ArticleWork
from .figures import (
    FEWEST_ARTICLES,
    FEWEST_UNITS,
    Calibration,
    Estimate,
    Figure,
    Figures,
    Finding,
    Slice,
    SliceFigure,
    figures,
)
from .resampling import RESAMPLES, Interval
from .tallies import Unit, Value
from .undefined import Coefficient, Reason, Undefined
from .words import (
    DEPENDABLE,
    TEMPLATES,
    TENTATIVE,
    Code,
    Sentence,
    sentence_of,
    sentence_on_finding,
)

__all__ = [
    "DEPENDABLE",
    "FEWEST_ARTICLES",
    "FEWEST_UNITS",
    "RESAMPLES",
    "TEMPLATES",
    "TENTATIVE",
    "ArticleWork",
    "Calibration",
    "Code",
    "Coefficient",
    "Estimate",
    "Figure",
    "Figures",
    "Finding",
    "Interval",
    "Reason",
    "Sentence",
    "Slice",
    "SliceFigure",
    "Undefined",
    "Unit",
    "Value",
    "cohen_kappa",
    "figures",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "masi_alpha",
    "masi_distance",
    "pairwise_f1",
    "percent_agreement",
    "scott_pi",
    "sentence_of",
    "sentence_on_finding",
    "span_f1",
    "weighted_kappa",
]
