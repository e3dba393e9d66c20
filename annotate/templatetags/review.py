"""What the templates of the review need said: readings drawn as lines under the words, the rows of
the tables, the entries of the queue.

Where there are hundreds of a thing it is written in Python: in the template's language they took
most of the page's time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..domain.shortening import shortened
from ..models import Article, Decision, Membership, Project, ReviewItem
from ..web.markup import marked, safe
from ..web.review_queue import LEVELS, Entry, Queue
from ..web.review_table import NONE, Answer, Cell, Field, Item, Reader, Row, Table, Take
from ..web.review_tracks import Track, TrackPiece
from ..web.review_words import SIGNS, level_words
from ..workflow.tiebreak import ties_for

register = template.Library()

REASONS = {
    Decision.Reason.SLIP: "S",
    Decision.Reason.GUIDELINE_UNCLEAR: "U",
    Decision.Reason.TRULY_AMBIGUOUS: "T",
    Decision.Reason.OTHER: "O",
}
"""Why readers may differ, and the key that says so."""


@register.simple_tag
def queue_entries(entries: Iterable[Entry], here: UUID | None = None) -> SafeString:
    """The sentences of the queue as the items of a list; `here` is the one on the screen."""
    badges = {level: _badge(level) for level in LEVELS}
    only, number = escape(_("Only this article")), _("sentence %(number)s")
    return safe("".join(_entry(entry, here, badges, only, number) for entry in entries))


def _entry(
    entry: Entry, here: UUID | None, badges: Mapping[str, str], only: str, number: str
) -> str:
    item = entry.item
    language = escape(item.language)
    said = "".join(f'<span class="level">✓ <bdi>{escape(it)}</bdi></span>' for it in entry.decided)
    if not said:
        differs = escape(" · ".join(entry.differs))
        said = f'{badges[entry.level]} <span class="soft">{differs}</span>'
    name = named(item)
    article = f'<a href="{escape(entry.article_address)}" title="{only}">{name}</a> · '
    others = ""
    if entry.by_others:
        told = _("settled by somebody else: you annotated this article")
        others = f" · <strong>{escape(told)}</strong>"
    current = ' aria-current="true"' if item.sentence_id == here else ""
    return (
        f'<li class="entry"{current}><span class="row">{said}</span> '
        f'<a class="open" href="{escape(entry.address)}" lang="{language}" '
        f'dir="{item.direction}">{escape(item.words)}</a> '
        f'<span class="soft">{article}{escape(number % {"number": entry.number})}{others}</span>'
        "</li>"
    )


@register.filter
def named(article: Article | ReviewItem) -> SafeString:
    """What an article, or that of an item, is called: its title, else its id where it came from,
    else the beginning of its text.
    """
    name = article.title or article.external_id or shortened(article.beginning)
    return safe(f'<bdi lang="{escape(article.language)}">{escape(name)}</bdi>')


def _badge(level: str) -> str:
    """How far readers differ: a sign, and in words."""
    return (
        f'<span class="level is-{level}"><span aria-hidden="true">{SIGNS[level]}</span> '
        f"{escape(level_words(level))}</span>"
    )


@register.simple_tag
def left_to_settle(left: Mapping[str, int], project: Project) -> SafeString:
    """How much waits, in sentences of a paragraph."""
    said = _left(left, project) if left["total"] else [_("Nothing is left to settle.")]
    return safe(f'<p id="review-left" class="left">{" ".join(said)}</p>')


def _left(left: Mapping[str, int], project: Project) -> Iterator[str]:
    yield ngettext(
        "<strong>%(count)s sentence</strong> is left to settle,",
        "<strong>%(count)s sentences</strong> are left to settle,",
        left["total"],
    ) % {"count": left["total"]}
    yield ngettext("in %(count)s article:", "in %(count)s articles:", left["articles"]) % {
        "count": left["articles"]
    }
    yield _("%(critical)s critical, %(major)s major, %(minor)s minor.") % left
    if left["equal"]:
        yield ngettext(
            "In %(count)s nothing differs: one reading stands alone, or the policy wants a "
            "reviewer.",
            "In %(count)s nothing differs: one reading stands alone, or the policy wants a "
            "reviewer.",
            left["equal"],
        ) % {"count": left["equal"]}
    if left["mine"] and not project.settle_own:
        yield ngettext(
            "%(count)s of them is in an article that you annotated: somebody else settles it.",
            "%(count)s of them are in articles that you annotated: somebody else settles them.",
            left["mine"],
        ) % {"count": left["mine"]}
    if left["found"] != left["total"]:
        yield ngettext(
            "These filters show %(count)s sentence.",
            "These filters show %(count)s sentences.",
            left["found"],
        ) % {"count": left["found"]}


@register.simple_tag
def at(name: str, queue: Queue, sentence: UUID) -> str:
    """Where a form of this sentence is sent, with the reviewer's view of the queue."""
    return queue.at(sentence, name)


@register.filter
def options(answers: Iterable[tuple[str, str, bool]]) -> SafeString:
    """The options of a field: value, title, whether it is chosen."""
    return safe("".join(_answer(Answer(*answer)) for answer in answers))


@register.filter
def track_paragraph(track: Track) -> SafeString:
    """The sentence with a `<mark>` round each stretch over which the same lines run.

    Nothing else stands between the stretches, no space and no number, so that Arabic letters stay
    joined; the style sheet draws the lines and `data-n`, the numbers of the claims.
    """
    sentence, article = track.sentence, track.sentence.article
    inner = "".join(map(_piece, track.pieces)) or escape(sentence.text)
    classes = "" if track.pieces else ' class="dim"'
    language = escape(article.language_of(sentence))
    return safe(f'<p lang="{language}" dir="{sentence.direction}"{classes}>{inner}</p>')


@register.filter
def told(cell: Cell, language: str) -> SafeString:
    """A value of the table; `language` is that of the article's words."""
    parts = [f'<span class="tag {tag.style}">{escape(tag.title)}</span>' for tag in cell.tags]
    if cell.chain:
        names = "<i>›</i>".join(f"<bdi>{escape(name)}</bdi>" for name in cell.chain)
        parts.append(f'<span class="chain">{names}</span>')
    if cell.words:
        parts.append(f'<bdi class="words" lang="{escape(language)}">{escape(cell.words)}</bdi>')
    if cell.soft:
        parts.append(f'<span class="soft">{escape(cell.soft)}</span>')
    return safe("".join(parts))


def _language(item: Item) -> str:
    return item.sentence.article.language_of(item.sentence)


@register.simple_tag
def claim_table(item: Item, table: Table, *, names: bool, decide: bool) -> SafeString:
    """What the readers of a claim say beside what is decided, a row for each dimension; with their
    `names` or their letters alone, and with fields where there is something to `decide`.
    """
    language = _language(item)
    heads = "".join(f'<th scope="col">{reader_mark(it, names=names)}</th>' for it in item.readers)
    decision = escape(_("Decision"))
    rows = [_row(row, table, language, decide=decide) for row in table.rows]
    if decide:
        rows.insert(0, _takes(table))
    if table.waits and table.folded:
        rows.append(_fold(table, language, columns=len(item.readers) + 1))
    return safe(
        f'<table class="table readings"><thead><tr><td></td>{heads}'
        f'<th scope="col">{decision}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


@register.simple_tag
def reader_mark(reader: Reader, *, names: bool) -> SafeString:
    """The letter of a reader in the colour of its lines; with the name, where `names` are shown."""
    name = f" <bdi>{escape(reader.name)}</bdi>" if names else ""
    return safe(f'<span class="reader line-{reader.place}"><b>{reader.letter}</b>{name}</span>')


@register.simple_tag
def reason_choices(chosen: str, *, wanting: bool) -> SafeString:
    """Why readers may differ, each with the key that chooses it; where the reason is `wanting`, the
    first has the focus.
    """
    choices = [_reason(reason, key, chosen) for reason, key in REASONS.items()]
    if wanting:
        choices[0] = choices[0].replace("<input", "<input autofocus", 1)
    return safe(" ".join(choices))


def _reason(reason: Decision.Reason, key: str, chosen: str) -> str:
    checked = " checked" * (reason == chosen)
    return (
        f'<label class="check"><input type="radio" name="reason" value="{reason.value}" required '
        f'data-keys-act data-code="Key{key}"{checked}> {escape(str(reason.label))} '
        f'<kbd data-code="Key{key}">{key}</kbd></label>'
    )


@register.filter
def whole_readings(readers: Iterable[Reader]) -> SafeString:
    """Buttons that take all that one reader says of the sentence, with their keys."""
    title = _("Take %(letter)s whole")
    return safe(
        "".join(
            f'<button type="submit" name="reading" value="{it.number}" data-takes="{key}">'
            f"{escape(title % {'letter': it.letter})} <kbd>{key}</kbd></button> "
            for key, it in enumerate(readers, start=1)
            if it.can_be_taken
        )
    )


@register.filter
def asked_again(readers: Iterable[Reader]) -> SafeString:
    """Each reader to whom the sentence can go back, by letter."""
    title = _("who read it as %(letter)s")
    return safe(
        " ".join(
            _chosen("radio", "readers", str(reader.number), title % {"letter": reader.letter})
            for reader in readers
        )
    )


@register.filter
def readings_to_split(takes: Iterable[Take]) -> SafeString:
    """Each reading of a claim, by letter, to be told apart from the others."""
    found = (take for take in takes if take.value)
    return safe(" ".join(_chosen("checkbox", "member", it.value, it.reader) for it in found))


def _chosen(kind: str, name: str, value: str, title: str) -> str:
    return (
        f'<label class="check"><input type="{kind}" name="{name}" value="{value}"> '
        f"{escape(title)}</label>"
    )


def _takes(table: Table) -> str:
    """Whose reading is taken, or that none is."""
    by_whom = _("as %(letter)s")
    cells = [
        _take(table, take.value, str(at), by_whom % {"letter": take.reader}, take.checked)
        for at, take in enumerate(table.takes, start=1)
    ]
    cells.append(_take(table, NONE, NONE, _("none is right"), table.none))
    take = escape(_("Take"))
    head = f'<tr class="takes"{_wanting(table)}><th scope="row">{take}</th>'
    return f"{head}{''.join(cells)}</tr>"


def _wanting(asks: Row | Table) -> str:
    """What to tell where nothing was decided of it."""
    return f' data-wanting="{escape(asks.wanting)}"' if asks.wanting else ""


def _take(table: Table, value: str, key: str, title: str, checked: bool) -> str:
    if not value:
        return "<td></td>"
    return (
        f'<td><label class="check"><input type="radio" name="take-{table.group.pk}" '
        f'value="{value}" data-keys-act data-take="{key}"{" checked" * checked}> '
        f"{escape(title)}</label></td>"
    )


def _fold(table: Table, language: str, *, columns: int) -> str:
    """The rows in which the readers are at one, in a line, with what unfolds them."""
    title = _("Same in all") if len(table.found_by) > 1 else _("Read by one")
    return (
        '<tr class="fold"><th scope="row"><label class="check"><input type="checkbox" '
        f"data-unfolds> <span>{escape(title)}</span> "
        f'<kbd data-code="KeyV">V</kbd></label></th>'
        f'<td colspan="{columns}">{_folded(table, language)}</td></tr>'
    )


def _row(row: Row, table: Table, language: str, *, decide: bool) -> str:
    field = row.field if decide else None
    classes = f"row-{escape(row.key)}"
    classes += " differs" * row.differs + " same" * (table.waits and row in table.folded)
    stop = f' tabindex="-1" data-stop{_wanting(row)}' if field else ""
    head = escape(row.title)
    if row.differs:
        head += f' <span class="sign" title="{escape(_("differs"))}">≠</span>'
    if row.says:
        head += f" <small>{escape(row.says)}</small>"
    cells = "".join(
        _cell(cell, take.reader, language, decide=decide)
        for cell, take in zip(row.cells, table.takes, strict=True)
    )
    decision = fields(row) if field else told(row.decision, language)
    return (
        f'<tr class="{classes}"{stop}><th scope="row">{head}</th>{cells}'
        f'<td class="decision">{decision}</td></tr>'
    )


def _cell(cell: Cell, reader: str, language: str, *, decide: bool) -> str:
    differs = ' class="differs"' if cell.differs else ""
    value = f' data-value="{escape(cell.value)}"' if decide and cell.value else ""
    return f'<td{differs} data-reader="{reader}"{value}>{told(cell, language)}</td>'


def _folded(table: Table, language: str) -> str:
    """What readers of a claim are at one in, in a line: each dimension once. Their confidence, of
    which nothing is decided, stands here too, with who has which.
    """
    return "".join(f"<span>{_once(row, table.takes, language)}</span>" for row in table.folded)


def _once(row: Row, takes: Sequence[Take], language: str) -> str:
    said = {
        take.reader: told(cell, language)
        for cell, take in zip(row.cells, takes, strict=True)
        if take.value
    }
    values: Iterable[str] = dict.fromkeys(said.values())
    if len(set(said.values())) > 1:
        values = (f"{value} ({reader})" for reader, value in said.items())
    return f"<b>{escape(row.title)}</b> {' '.join(values)}"


@register.filter
def decided(table: Table, item: Item) -> SafeString:
    """What stands of a claim, in a line: its words and its source."""
    language = _language(item)
    return safe(" · ".join(filter(None, (told(row.decision, language) for row in table.rows[:2]))))


@register.filter
def fields(row: Row) -> SafeString:
    """Where the reviewer writes a value of one's own, and what the first field does not list."""
    named = [_named_field(row.named, row)] if row.named else []
    if row.missing:
        named.append(render_to_string("annotate/_review_new_source.html", {"missing": row.missing}))
    return safe("".join([_field(row.field, row.title), *named]) if row.field else "")


def _field(field: Field, title: str) -> str:
    label = escape(_("%s: decision") % title)
    if field.kind in ("text", "number"):
        mode = ' inputmode="decimal"' if field.kind == "number" else ""
        most = 'data-most="2000" ' if field.kind == "text" else ""
        return (
            f'<input type="text" name="{field.name}" value="{escape(field.value)}" '
            f'{most}dir="auto"{mode} aria-label="{label}">'
        )
    multiple = " multiple" if field.kind == "multi" else ""
    answers = "".join(map(_answer, field.answers))
    return f'<select name="{field.name}" aria-label="{label}"{multiple}>{answers}</select>'


def _named_field(field: Field, row: Row) -> str:
    offered = ' list="sources"' if row.key == "source" else ""
    hint = escape(row.hint)
    return (
        f'<input type="text" class="named" name="{field.name}" value="{escape(field.value)}" '
        f'dir="auto" autocomplete="off"{offered} '
        f'aria-label="{hint}" placeholder="{hint}">'
    )


def _answer(answer: Answer) -> str:
    code = f' data-code="{answer.code}"' if answer.code else ""
    selected = " selected" if answer.chosen else ""
    return f'<option value="{escape(answer.value)}"{code}{selected}>{escape(answer.title)}</option>'


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
    return marked(piece.text, (f"at-{lane}" for lane in piece.lanes), piece.first)
