"""The corpus: its articles, and how they come in: upload, preview, then confirm or discard."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ..domain.direction import sentence_direction
from ..errors import Refusal
from ..exchange.candidates import summary
from ..models import Article, Project, Sentence, Upload
from ..permissions import can_manage, can_read_corpus, membership_of
from ..workflow.intake import (
    Held,
    already_there,
    choose_block,
    confirm_upload,
    discard_upload,
    held_drafts,
    hold_upload,
)
from .corpus_forms import PasteForm, UploadForm, language_choices, language_name
from .forms import read_id
from .guards import STATUS, UserRequest, in_project

PAGE = 50


@require_GET
@in_project(can_read_corpus)
def corpus(request: UserRequest, project: Project) -> HttpResponse:
    return _page(request, project)


@require_POST
@in_project(can_manage)
def upload(request: UserRequest, project: Project) -> HttpResponse:
    """Read files, and keep what they hold until it is confirmed."""
    form = UploadForm(project, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, project, upload_form=form)
    held = hold_upload(project=project, by=request.user, drafts=form.drafts, problems=form.problems)
    return redirect("upload-preview", project.slug, held.pk)


@require_POST
@in_project(can_manage)
def paste(request: UserRequest, project: Project) -> HttpResponse:
    """Keep one pasted text until it is confirmed."""
    form = PasteForm(project, request.POST)
    if not form.is_valid():
        return _page(request, project, paste_form=form)
    held = hold_upload(project=project, by=request.user, drafts=form.drafts, problems=[])
    return redirect("upload-preview", project.slug, held.pk)


@require_GET
@in_project(can_manage)
def preview(request: UserRequest, project: Project, upload: UUID) -> HttpResponse:
    """What would go in, and what not, before anything is stored."""
    held = get_object_or_404(project.uploads, pk=upload)
    rows = list(_rows(project, held))
    context = {
        **_here(request, project),
        "upload": held,
        "rows": rows,
        "asking": [row for row in rows if row.is_asking],
        "refused": [row for row in rows if row.is_refused],
        "in_order": [row for row in rows if not row.is_asking and not row.is_refused],
    }
    return render(request, "annotate/upload.html", context)


@require_GET
@in_project(can_manage)
def sentences(request: UserRequest, project: Project, upload: UUID, place: int) -> HttpResponse:
    """The sentences found in one text of an upload: a part of the preview, or a page."""
    drafts = held_drafts(get_object_or_404(project.uploads, pk=upload))
    if place >= len(drafts):
        raise Http404
    return _sentences(request, project, upload, place, drafts[place])


@require_POST
@in_project(can_manage)
def block(request: UserRequest, project: Project, upload: UUID, place: int) -> HttpResponse:
    """Say what a sentence of a text is before it goes in."""
    draft = choose_block(
        upload=get_object_or_404(project.uploads, pk=upload),
        by=request.user,
        place=place,
        start=_number(request.POST.get("start", "")),
        block=request.POST.get("block", ""),
    )
    if request.htmx:
        return _sentences(request, project, upload, place, draft)
    start = request.POST["start"]
    page = reverse("upload-sentences", args=[project.slug, upload, place])
    return redirect(f"{page}?start={start}#unit-{place}-{start}")


@require_POST
@in_project(can_manage)
def confirm(request: UserRequest, project: Project, upload: UUID) -> HttpResponse:
    """Take the articles in; those that are refused keep waiting, with the reason."""
    held = get_object_or_404(project.uploads, pk=upload)
    report = confirm_upload(upload=held, by=request.user, languages=_chosen(request, project, held))
    told = summary(report, refused=len(report.refused))
    if report.refused:
        messages.warning(request, told)
        return redirect("upload-preview", project.slug, held.pk)
    messages.success(request, told)
    return redirect("corpus", project.slug)


@require_POST
@in_project(can_manage)
def discard(request: UserRequest, project: Project, upload: UUID) -> HttpResponse:
    discard_upload(upload=get_object_or_404(project.uploads, pk=upload), by=request.user)
    return redirect("corpus", project.slug)


@dataclass(frozen=True, slots=True)
class Row:
    """One text of an upload: `known` is the article it would be taken for, `twice` says that the
    same stands above it; `choices` are offered where its language is not certain.
    """

    place: int
    draft: Held
    known: Article | None
    twice: bool
    choices: list[tuple[str, str]]

    @property
    def language(self) -> str:
        return language_name(self.draft.candidate.language)

    @property
    def is_asking(self) -> bool:
        """Whether it goes in once its language is chosen."""
        return not self.draft.candidate.language

    @property
    def is_refused(self) -> bool:
        """Whether it was refused when the upload was confirmed, and will be again."""
        return bool(self.draft.refusal) and not self.is_asking

    @property
    def first_line(self) -> str:
        return self.draft.candidate.text.strip().partition("\n")[0][:200]


def _rows(project: Project, upload: Upload) -> Iterator[Row]:
    drafts = held_drafts(upload)
    known = already_there(project, [draft.candidate for draft in drafts])
    seen: set[tuple[str, str, str]] = set()
    for place, (draft, article) in enumerate(zip(drafts, known, strict=True)):
        candidate = draft.candidate
        key = (candidate.text, candidate.publisher, candidate.url)
        choices = [] if candidate.language else language_choices(project, draft.languages)
        yield Row(place, draft, article, key in seen, choices)
        seen.add(key)


def _chosen(request: UserRequest, project: Project, upload: Upload) -> dict[int, str]:
    """The languages chosen in the preview, by the text's place in the upload."""
    sent = {place: request.POST.get(f"language-{place}") for place in range(len(upload.drafts))}
    known = dict(language_choices(project))
    return {place: language for place, language in sent.items() if language in known}


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a text that waits."""

    start: int
    text: str
    direction: str
    block: Sentence.Block


def _found(draft: Held) -> Iterator[Found]:
    for start, end, block in draft.sentences:
        text = draft.candidate.text[start:end]
        direction = sentence_direction(text, draft.direction)
        yield Found(start, text, direction, Sentence.Block(block))


def _sentences(
    request: UserRequest, project: Project, upload: UUID, place: int, draft: Held
) -> HttpResponse:
    """The text with the sentence in focus: the first where none was named."""
    found = list(_found(draft))
    wanted = _number(request.POST.get("start") or request.GET.get("start", ""))
    context = {
        **_here(request, project),
        "upload": upload,
        "place": place,
        "draft": draft,
        "sentences": found,
        "here": wanted if wanted >= 0 else found[0].start,
        "blocks": Sentence.Block.choices,
    }
    template = "_upload_sentences.html" if request.htmx else "upload_sentences.html"
    return render(request, f"annotate/{template}", context)


def _number(sent: str) -> int:
    """The number in a field, -1 where there is none."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


def _here(request: UserRequest, project: Project) -> dict[str, Any]:
    return {"project": project, "membership": membership_of(request.user, project)}


def _page(
    request: UserRequest,
    project: Project,
    *,
    upload_form: UploadForm | None = None,
    paste_form: PasteForm | None = None,
) -> HttpResponse:
    """The list, and for managers the forms; one that was filled in wrongly is shown again."""
    visible = Article.objects.in_project(project).visible_to(request.user)
    after = read_id(request.GET, "after")
    found = visible.newest_first(after).with_progress().select_related("publisher")[: PAGE + 1]
    articles = list(found)
    context = {
        **_here(request, project),
        "articles": articles[:PAGE],
        "next": articles[PAGE - 1].pk if len(articles) > PAGE else None,
        "after": after,
    }
    if can_manage(request.user, project):
        context |= {
            "upload_form": upload_form or UploadForm(project),
            "paste_form": paste_form or PasteForm(project),
            "waiting": project.uploads.annotate(nothing_in_order=Q(drafts=[]))
            .defer("drafts", "problems")
            .order_by("-created_at"),
        }
    wrong = upload_form or paste_form
    return render(
        request, "annotate/corpus.html", context, status=STATUS[Refusal.INVALID] if wrong else 200
    )
