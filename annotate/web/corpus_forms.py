"""The forms by which articles come in: files, or one pasted text."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from ..domain.decoding import ENCODINGS
from ..domain.segmentation.words import languages
from ..errors import WorkflowError
from ..exchange.articles import LENGTHS, SUFFIXES, read_articles
from ..exchange.candidates import candidate_from, candidate_of
from ..models import Project
from ..workflow.intake import Candidate, Draft, Trial

MIB = 1024 * 1024
MOST_BYTES = 32 * MIB
MOST_ARTICLES = 1_000
MOST_PROBLEMS = 1_000


UNKNOWN_TO_DJANGO = {"ha": gettext_lazy("Hausa")}  # of those that have a word file


def language_name(code: str) -> str:
    """The language's name in the reader's, with what of the tag the name does not tell: `French
    (SN)`; or the tag.
    """
    try:
        info = get_language_info(code.lower())
    except KeyError:
        known = code.partition("-")[0]
        if known not in UNKNOWN_TO_DJANGO:
            return code
        name = str(UNKNOWN_TO_DJANGO[known])
    else:
        known, name = info["code"], str(info["name_translated"])
    untold = [subtag for subtag in code.split("-")[1:] if subtag.lower() not in known.split("-")]
    return f"{name} ({'-'.join(untold)})" if untold else name


def language_choices(project: Project, first: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Tags and names: `first`, then the project's languages, then those with a word file."""
    codes = dict.fromkeys([*first, *project.languages, *sorted(languages())])
    return [(code, language_name(code)) for code in codes]


def at_most(characters: int, **attributes: str) -> dict[str, Any]:
    """How a field refuses a longer text in words, in the browser (lengths.js) and here. With a
    `max_length`, the browser would cut what is pasted, and say nothing.
    """
    return {
        "validators": [MaxLengthValidator(characters)],
        "widget": forms.TextInput(attrs={"data-most": characters, **attributes}),
    }


class IntakeForm(forms.Form):
    """What is said of articles on the way in, for a project."""

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.drafts: list[Draft] = []
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("as recognised")), *language_choices(project)]

    def clean_publisher(self) -> str:
        """A name that no source can have is refused here, not at each article."""
        name = str(self.cleaned_data["publisher"])
        try:
            Trial(self.project).publisher(Candidate(text="", publisher=name))
        except WorkflowError as error:
            raise forms.ValidationError(error.message) from error
        return name


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is checked as one."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list) and data else [None]
        return [super(FilesField, self).clean(file, initial) for file in files]


class UploadForm(IntakeForm):
    """Files with articles; what is said here fills what they leave empty."""

    articles = FilesField(
        label=gettext_lazy("Files"),
        widget=SeveralFiles(attrs={"accept": ",".join(SUFFIXES)}),
        allow_empty_file=True,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    publisher = forms.CharField(
        label=gettext_lazy("Publisher"),
        required=False,
        **at_most(LENGTHS["publisher"]),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        required=False,
        choices=[
            ("", gettext_lazy("as recognised")),
            *((name, name.upper()) for name in ENCODINGS),
        ],
    )

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(project, *args, **kwargs)
        self.problems: list[dict[str, object]] = []

    def clean_articles(self) -> list[UploadedFile[bytes]]:
        files: list[UploadedFile[bytes]] = self.cleaned_data["articles"]
        size = sum(file.size or 0 for file in files)
        if size > MOST_BYTES:
            raise forms.ValidationError(
                _(
                    "These files have %(size)s; %(most)s go in at once. Send fewer at a time, "
                    "or use the command import_articles."
                )
                % {"size": filesizeformat(size), "most": filesizeformat(MOST_BYTES)}
            )
        return files

    def clean(self) -> None:
        """Read the files; what cannot be read is a problem to show, not a fault of the form."""
        if self.errors:
            return
        for file in self.cleaned_data["articles"]:
            reading = read_articles(
                file.name,
                file.read(),
                encoding=self.cleaned_data["encoding"] or None,
                most=MOST_ARTICLES + MOST_PROBLEMS + 1,  # more is refused, whatever it is
            )
            self.problems += map(asdict, reading.problems)
            self.drafts += (
                Draft(
                    candidate=candidate_of(
                        draft,
                        language=self.cleaned_data["language"],
                        publisher=self.cleaned_data["publisher"],
                    ),
                    file=draft.file,
                    row=draft.row,
                    encoding=draft.encoding,
                    guessed=draft.guessed,
                )
                for draft in reading.articles
            )
            self._check_numbers()

    def _check_numbers(self) -> None:
        if len(self.drafts) > MOST_ARTICLES:
            raise forms.ValidationError(
                _(
                    "These files hold more than %(most)d articles, and no more go in at once. Send "
                    "fewer at a time, or use the command import_articles."
                )
                % {"most": MOST_ARTICLES}
            )
        if len(self.problems) > MOST_PROBLEMS:
            raise forms.ValidationError(
                _(
                    "These files hold more than %(most)d faults. The first, in row %(row)s of "
                    "%(file)s: %(message)s"
                )
                % {"most": MOST_PROBLEMS, **self.problems[0]}
            )


class PasteForm(IntakeForm):
    """One text, pasted; nothing in it is changed but the line ends that browsers put in."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "class": "reading"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        help_text=gettext_lazy("If it is left empty, it is looked for in the text."),
        **at_most(LENGTHS["title"], dir="auto"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    publisher = forms.CharField(
        label=gettext_lazy("Publisher"),
        required=False,
        **at_most(LENGTHS["publisher"], dir="auto"),
    )

    def clean_text(self) -> str:
        """A text area sends every line end as CRLF."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean(self) -> None:
        if self.errors:
            return
        try:
            candidate = candidate_from(self.cleaned_data)
        except WorkflowError as error:
            self.add_error(error.details["field"], error.message)
        else:
            self.drafts = [Draft(candidate=candidate, file=_("pasted text"))]
