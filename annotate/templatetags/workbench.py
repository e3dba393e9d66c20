"""What the templates of desk and workbench need said: marked sentences, keys, dates, times."""

from collections.abc import Mapping, Sequence
from html import escape
from uuid import UUID

from django import template
from django.template.defaultfilters import date as formatted
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..domain.shortening import shortened
from ..models import Article, Source
from ..web.joining import headed
from ..web.markup import marked, safe
from ..web.rows import Card, Piece, Row

register = template.Library()

NOTE = 200  # characters of a note that a card shows
FORMATS = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "Y"}


@register.filter
def drawn(rows: Sequence[Row], beside: Mapping[UUID, str]) -> SafeString:
    """The rows of an article, with the HTML of what stands beside some of them.

    Written in Python because an article has hundreds of rows, and the same in the template's
    language took half of the page's time.
    """
    return safe("\n".join(_row(row, beside.get(row.sentence.pk, "")) for row in rows))


def _row(row: Row, beside: str) -> str:
    """The `<li>` of a sentence; see `Row` for what its attributes say. Those that would say nothing
    are left out.
    """
    classes = f"sentence is-{row.state}" + " context" * (not row.asked)
    classes += " new-paragraph" * row.line.first_of_paragraph + " here" * row.here
    attributes = {
        "id": f"sentence-{row.sentence.pk}",
        "class": classes,
        "data-head": row.head,
        "data-number": row.number,
        "data-paragraph": row.sentence.paragraph,
        "data-reason": row.reason,
        "data-repeats": row.repeats,
        "data-preset": row.preset or None,
        "data-judgement": row.judgement or None,
    }
    state = _state(row) if row.asked else ""
    return f"<li{_attributes(attributes)}>{state}{_text(row)}{_cards(row)}{beside}</li>"


def _state(row: Row) -> str:
    """The sign of the sentence's state, in words for whoever does not see it."""
    says = escape(headed(row.number, row.says))
    return (
        f'<a class="state" href="?sentence={row.sentence.pk}" title="{says}">'
        f'<span aria-hidden="true">{row.sign}</span><span class="unseen">{says}</span></a>'
    )


def _text(row: Row) -> str:
    """The sentence with a `<mark>` round each piece that belongs to a claim.

    Nothing else stands between the pieces, no space and no number, so that the browser counts
    the same characters as the server and Arabic letters stay joined; the style sheet draws
    `data-n`, the numbers of the claims that begin there.
    """
    line = row.line
    attributes = {
        "lang": row.sentence.article.language_of(row.sentence),
        "dir": row.sentence.direction,
        "data-pieces": line.clauses,
        "data-before": None if line.first_of_paragraph or line.before == " " else line.before,
        "data-quoted": line.quoted or None,
        "data-start": row.sentence.start,
    }
    return f"<p{_attributes(attributes)}>{''.join(map(_piece, row.pieces))}</p>"


def _cards(row: Row) -> str:
    """The sentence's claims, a line each. Where scripts run, workbench.js draws them instead."""
    if not row.cards:
        return ""
    return f'<noscript><ol class="claims">{"".join(map(_card, row.cards))}</ol></noscript>'


def _card(card: Card) -> str:
    names = "<i>›</i>".join(f"<bdi>{escape(name)}</bdi>" for name in card.chain)
    tags = "".join(
        f' <span class="tag {tag.style}">{escape(tag.title)}</span>' for tag in card.tags
    )
    note = ""
    if card.note:
        note = (
            f' <span title="{escape(shortened(card.note, NOTE))}">✎'
            f'<span class="unseen">{escape(_("with a note"))}</span></span>'
        )
    return (
        f'<li><a href="?claim={card.annotation_id}"><b>{card.number}</b> '
        f'<span class="chain">{names or escape(_("the author"))}</span>{tags}{note}</a></li>'
    )


def _attributes(values: Mapping[str, object]) -> str:
    """Those that are not None. JSON stands in single quotes, as it is full of the other ones."""
    return "".join(
        f" {name}='{_single_quoted(value)}'" if '"' in value else f' {name}="{escape(value)}"'
        for name, value in (
            (name, str(value)) for name, value in values.items() if value is not None
        )
    )


def _single_quoted(value: str) -> str:
    return escape(value, quote=False).replace("'", "&#x27;")


def _piece(piece: Piece) -> str:
    return marked(piece.text, (f"l{layer}" for layer in piece.layers), piece.first)


@register.filter
def keycap(code: str) -> str:
    """The letter of a `KeyboardEvent.code` on a Latin keyboard: `KeyQ` → `Q`, `Digit1` → `1`."""
    return code.removeprefix("Key").removeprefix("Digit").removeprefix("Numpad")


@register.filter
def published_on(article: Article) -> str:
    """The day, month or year of publication, as precisely as it is known."""
    if article.published is None:
        return ""
    return formatted(article.published, FORMATS.get(article.published_precision, "DATE_FORMAT"))


@register.filter
def in_words(source: Source) -> str:
    """The source's name in the reader's language."""
    return source.name_in(get_language() or "en")


@register.filter
def duration(seconds: int) -> str:
    """Hours and minutes in words."""
    hours, minutes = divmod(seconds // 60, 60)
    said = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if not hours:
        return said
    return _("%(hours)s and %(minutes)s") % {
        "hours": ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours},
        "minutes": said,
    }


@register.simple_tag
def source_kinds() -> list[tuple[str, str]]:
    """The kinds of source that can be proposed; the built-in ones cannot."""
    built_in = (Source.Kind.AUTHOR, Source.Kind.UNSPECIFIED)
    return [(kind.value, str(kind.label)) for kind in Source.Kind if kind not in built_in]
