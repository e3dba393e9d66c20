"""Guidelines as sections: a heading that names a dimension or an option belongs to that label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..domain.codebook import Codebook
from ..domain.direction import Direction, prevailing_direction
from ..models import Ruling
from .joining import headed

_LABEL = re.compile(r"([a-z_]+)(?:: *([a-z_]+))?")
_BLOCKS = frozenset(
    f"{block}_open" for block in ("paragraph", "blockquote", "heading", "list_item", "td", "th")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what follows it, as HTML that is safe to show.

    A heading `kind` or `kind: causal` belongs to that label of the codebook: `dimension` and
    `value` name it, `anchor` is `kind` or `kind-causal`, and `title` is the label's own. Any other
    heading has the anchor `section-<number>`; what stands before the first has no title.
    """

    anchor: str
    html: SafeString
    title: str = ""
    level: int = 2
    dimension: str = ""
    value: str = ""
    rulings: tuple[Ruling, ...] = ()

    @property
    def style(self) -> str:
        """The class that gives an option its colour."""
        return f"c-{self.dimension}-{self.value}" if self.value else ""


def sections(markdown: str, codebook: Codebook | None) -> list[Section]:
    """The sections of a Markdown text, in order. HTML in it is shown as text, pictures as links.

    Each block has the direction of most of its letters, since examples come in every one.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(markdown)
    readers: Direction = "rtl" if get_language_bidi() else "ltr"
    for at, token in enumerate(tokens):
        if token.type in _BLOCKS:
            token.attrSet("dir", prevailing_direction(_words_in_block(tokens, at), readers))
    return list(_sections(parser, tokens, codebook))


def _words_in_block(tokens: Sequence[Token], start: int) -> str:
    """What is read between this opening token and the one that closes it, without addresses and
    code.
    """
    inside = takewhile(lambda token: token.level > tokens[start].level, tokens[start + 1 :])
    return "\n".join(
        "".join(child.content for child in token.children or () if child.type == "text")
        for token in inside
    )


def _sections(
    parser: MarkdownIt, tokens: list[Token], codebook: Codebook | None
) -> Iterator[Section]:
    def html(start: int, end: int) -> SafeString:
        rendered: str = parser.renderer.render(tokens[start:end], parser.options, {})
        return mark_safe(rendered)  # noqa: S308 - the parser lets no HTML through

    starts = [
        at for at, token in enumerate(tokens) if token.type == "heading_open" and not token.level
    ]
    if tokens and starts[:1] != [0]:
        yield Section(anchor="section-0", html=html(0, starts[0] if starts else len(tokens)))
    for number, (start, end) in enumerate(pairwise([*starts, len(tokens)]), 1):
        heading = tokens[start + 1].content
        level = max(2, int(tokens[start].tag[1]))
        text = html(start + 3, end)
        dimension, value, title = _label(heading, codebook)
        yield Section(
            anchor="-".join(filter(None, (dimension, value))) or f"section-{number}",
            html=text,
            title=title,
            level=level,
            dimension=dimension,
            value=value,
        )


def _label(heading: str, codebook: Codebook | None) -> tuple[str, str, str]:
    """The dimension and option that the heading names, if they are in the codebook, and its title
    as readers see it.
    """
    named = _LABEL.fullmatch(heading)
    dimension = codebook.dimension(named[1]) if named and codebook else None
    if not named or not dimension:
        return "", "", heading
    language = get_language() or "en"
    title = dimension.title_in(language)
    if not named[2]:
        return dimension.key, "", title
    option = dimension.option(named[2])
    if option is None:
        return "", "", heading
    return dimension.key, option.value, headed(title, option.title_in(language))
