"""The rows of the dialog of keys: what each screen can do by a key (static/annotate/keymap.js)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from ..models import CodebookVersion
from ..web.joining import headed

register = template.Library()

_UNDO = (("undo", gettext_lazy("undo")),)
_MOVES = (("next", gettext_lazy("next sentence")), ("previous", gettext_lazy("previous sentence")))
SCREENS = {
    "workbench": (
        *_MOVES,
        ("begin", gettext_lazy("begin a claim")),
        ("save", gettext_lazy("save the claim")),
        ("finish", gettext_lazy("finish the sentence")),
        ("no-claim", gettext_lazy("no claim in this sentence")),
        ("source", gettext_lazy("the source")),
        ("same-source", gettext_lazy("the same source as last")),
        ("delete", gettext_lazy("delete the claim")),
        ("discard", gettext_lazy("discard the changes of the claim")),
        *_UNDO,
        ("redo", gettext_lazy("redo")),
        ("leave", gettext_lazy("leave a field or the claim; the draft stays")),
        ("history", gettext_lazy("how did I label this before?")),
        ("guidelines", gettext_lazy("guidelines")),
        ("ask", gettext_lazy("ask the reviewers")),
        ("pause", gettext_lazy("pause")),
        ("submit", gettext_lazy("submit the article")),
    ),
    "review": (
        ("next", gettext_lazy("next claim or row")),
        ("previous", gettext_lazy("previous claim or row")),
        ("begin", gettext_lazy("write another answer in the row")),
        ("no-claim", gettext_lazy("none is right")),
        ("option:KeyE", gettext_lazy("rightly empty")),
        ("save", gettext_lazy("settle")),
        *_UNDO,
        ("leave", gettext_lazy("leave a field or the options of a row")),
        ("option:KeyS", gettext_lazy("they differ because: slip")),
        ("option:KeyU", gettext_lazy("they differ because: guideline unclear")),
        ("option:KeyT", gettext_lazy("they differ because: truly ambiguous")),
        ("option:KeyO", gettext_lazy("they differ because: other")),
        ("option:KeyX", gettext_lazy("split the claim")),
        ("option:KeyM", gettext_lazy("join claims")),
        ("option:KeyB", gettext_lazy("send back")),
        ("option:KeyR", gettext_lazy("reopen")),
        ("option:KeyW", gettext_lazy("who is who")),
    ),
    "boundaries": (
        *_MOVES,
        ("option:KeyS", gettext_lazy("split here")),
        ("delete", gettext_lazy("join with next")),
        *_UNDO,
    ),
    "upload": _MOVES,
}
FIXED = frozenset(("undo", "redo", "submit", "leave"))  # they work everywhere, even in a field


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What a key does. `name` is that of keymap.js: an action, or `option:` and a code."""

    name: str
    title: str

    @property
    def code(self) -> str:
        """The code of an option's key; '' for an action."""
        return self.name.partition(":")[2]

    @property
    def changeable(self) -> bool:
        """Whether the user may put it on another key."""
        return self.name not in FIXED


@register.simple_tag
def keys_dialog(screen: str, version: CodebookVersion | None = None) -> SafeString:
    """The dialog; on the workbench with the options of this version of the codebook."""
    return _dialog(screen, version, get_language() or "en")


@lru_cache(maxsize=64)
def _dialog(screen: str, version: CodebookVersion | None, language: str) -> SafeString:
    """Written once a process for each screen, version and language, on which alone it depends."""
    return render_to_string("annotate/_keys.html", {"screen": screen, "version": version})


@register.simple_tag
def key_rows(screen: str) -> list[KeyRow]:
    """What the screen does by a key, in the order of use."""
    return [KeyRow(name, str(title)) for name, title in SCREENS[screen]]


@register.simple_tag
def option_rows(version: CodebookVersion) -> list[KeyRow]:
    """The codebook's options that have a key, each with the title of its dimension."""
    return list(_options(version, get_language() or "en"))


def _options(version: CodebookVersion, language: str) -> Iterator[KeyRow]:
    for dimension in version.parsed().dimensions:
        for option in dimension.options:
            if option.hotkey and dimension.enabled and not option.deprecated:
                title = headed(dimension.title_in(language), option.title_in(language))
                yield KeyRow(f"option:{option.hotkey}", title)
