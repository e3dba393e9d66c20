"""What the templates of the review need said: readings drawn as lines under the words."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from ..models import Membership, ReviewItem
from ..web.review_tracks import Track, TrackPiece
from ..workflow.tiebreak import ties_for

register = template.Library()


@register.filter
def track_paragraph(track: Track) -> SafeString:
    """The sentence with a `<mark>` round each stretch over which the same lines run.

    Nothing else stands between the stretches, no space and no number, so that Arabic letters stay
    joined; the style sheet draws the lines and `data-n`, the numbers of the claims.
    """
    sentence = track.sentence
    inner = "".join(map(_piece, track.pieces)) or escape(sentence.text)
    classes = "" if track.pieces else ' class="dim"'
    return _safe(f'<p dir="{sentence.direction}"{classes}>{inner}</p>')


@register.simple_tag
def looks_waiting(membership: Membership) -> int:
    """How many sentences wait for this annotator's second look; no query where there is none."""
    project = membership.project
    if not project.second_look:
        return 0
    return ReviewItem.objects.to_look_at_by(membership.user, project).count()


@register.simple_tag
def ties_waiting(membership: Membership) -> int:
    """How many articles want this member as a third reader; no query where there is no tiebreak."""
    return ties_for(membership).count() if membership.project.tiebreak else 0


def _piece(piece: TrackPiece) -> str:
    if not piece.lanes:
        return escape(piece.text)
    classes = " ".join(f"at-{lane}" for lane in piece.lanes)
    numbers = f' data-n="{" ".join(map(str, piece.first))}"' if piece.first else ""
    return f'<mark class="{classes}"{numbers}>{escape(piece.text)}</mark>'


def _safe(html: str) -> SafeString:
    """Everything that people wrote went through `escape` before."""
    return mark_safe(html)  # noqa: S308
