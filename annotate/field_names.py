"""What the admin calls the fields of the models.

Django makes a field's name of its attribute, in English; here the same words are given to gettext.
"""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

NAMES = frozenset(
    {
        _("accepted"),
        _("after"),
        _("agreed by"),
        _("annotation id"),
        _("answer"),
        _("article"),
        _("assignment"),
        _("at"),
        _("attribution type"),
        _("before"),
        _("by"),
        _("certainty"),
        _("claim"),
        _("claim relation"),
        _("claim text"),
        _("codebook"),
        _("codebook version"),
        _("completed at"),
        _("confidence"),
        _("confidences"),
        _("counts"),
        _("created at"),
        _("created by"),
        _("cue span"),
        _("decided by"),
        _("deleted"),
        _("differences"),
        _("digest"),
        _("duplicate of"),
        _("end"),
        _("ended"),
        _("first"),
        _("fixed"),
        _("group"),
        _("judged"),
        _("judgement"),
        _("kind"),
        _("labels"),
        _("language"),
        _("last seq"),
        _("level"),
        _("limited to"),
        _("members"),
        _("membership"),
        _("merged into"),
        _("n agree"),
        _("n annotators"),
        _("no claim reason"),
        _("note"),
        _("number"),
        _("on"),
        _("on id"),
        _("outcome"),
        _("parent"),
        _("pattern"),
        _("policy"),
        _("position"),
        _("preset"),
        _("previous"),
        _("project"),
        _("publisher"),
        _("reading"),
        _("reason"),
        _("restores"),
        _("revision"),
        _("ruled"),
        _("seconds"),
        _("seconds active"),
        _("sentence"),
        _("seq"),
        _("sha256"),
        _("skip reason"),
        _("source"),
        _("source chain"),
        _("source span"),
        _("spans"),
        _("spot check"),
        _("stance"),
        _("start"),
        _("state"),
        _("status"),
        _("suggested"),
        _("supersedes"),
        _("text"),
        _("text in release"),
        _("undoes"),
        _("user"),
        _("version"),
        _("votes"),
        _("what"),
    }
)
"""Of every field that has no name of its own and that the admin shows."""


def translate_field_names(models: Iterable[type[Model]]) -> None:
    """Once, at the start: what migrations know of a field stays as it is."""
    for model in models:
        for field in model._meta.local_fields:
            if field.verbose_name in NAMES:
                field.verbose_name = gettext_lazy(str(field.verbose_name))
