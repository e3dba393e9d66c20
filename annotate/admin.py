"""The admin: what a member may see, project by project; it changes nothing but by the workflow.

It is as blind as the pages: every list is `visible_to` the user, superusers too, so that whoever
runs the server and annotates reads nobody's labels before the article is complete. Labelling,
review and releases are read-only. Its pages, import and export among them, run under the same
content security policy as all others: they need no exception, because the preview of an import
shows values and not django-import-export's coloured differences, which are style attributes.
"""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import models
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override, pgettext_lazy
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import Result
from rest_framework.authtoken.admin import TokenAdmin
from rest_framework.authtoken.models import TokenProxy

from .errors import WorkflowError
from .exchange.articles import LANGUAGE_TAG, LENGTHS
from .exchange.resources import CSV, JSON, XLSX, ArticleResource, ReadError, SpreadsheetCSV
from .exchange.waiting import WaitingFile
from .models import (
    Annotation,
    Article,
    Assignment,
    ClaimGroup,
    CodebookVersion,
    Decision,
    Event,
    Judgement,
    Membership,
    Project,
    Regrouping,
    Release,
    SecondLook,
    Source,
    SourceAlias,
)
from .models.corpus import default_on_difference
from .permissions import can_manage
from .signing_in import AdminSignInForm
from .workflow.policy import change_settings
from .workflow.projects import add_member, change_member
from .workflow.sources import add_alias, add_source, checked_key

Row = TypeVar("Row", bound=models.Model)
IMPORTED = [CSV, JSON, XLSX]
IN_PROJECT = ("project", admin.RelatedOnlyFieldListFilter)
admin.site.login_form = AdminSignInForm


def _user(request: HttpRequest) -> User:
    """The admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


class Scoped(admin.ModelAdmin[Row]):
    """Lists what is visible to the user; nothing is deleted, nothing is changed unless a class says
    how.
    """

    list_select_related: ClassVar[bool | list[str] | tuple[str, ...]] = True
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Row]:
        manager: Any = self.model._default_manager  # that of each registered model: `visible_to`
        rows: models.QuerySet[Row] = manager.visible_to(_user(request))
        return rows.order_by(*self.get_ordering(request) or rows.query.order_by)

    def log_addition(self, request: HttpRequest, obj: Row, message: Any) -> LogEntry:
        with override(None):  # others read the log
            return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Row, message: Any) -> LogEntry:
        with override(None):
            return super().log_change(request, obj, message)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


class Managed(Scoped[Row]):
    """What managers of its project change. A refusal of the workflow is told on the same page."""

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        if not admin.ModelAdmin.has_change_permission(self, request, obj):
            return False
        if obj is None:
            return True
        project = obj if isinstance(obj, Project) else getattr(obj, "project", None)
        return isinstance(project, Project) and can_manage(_user(request), project)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except WorkflowError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "project":
            kwargs["queryset"] = Project.objects.managed_by(_user(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class LanguagesField(forms.CharField):
    """Language tags between commas: `ar, fr`."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        tags = [tag.strip() for tag in str(value or "").split(",") if tag.strip()]
        for tag in tags:
            if not LANGUAGE_TAG.fullmatch(tag):
                raise forms.ValidationError(
                    _("“%s” is not a language tag such as ar or pt-BR.") % tag
                )
        return tags

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != self.to_python(data))


class ProjectForm(forms.ModelForm[Project]):
    languages = LanguagesField(label=gettext_lazy("Languages"), required=False)
    match_threshold = forms.FloatField(
        label=gettext_lazy("Match threshold"), min_value=0.01, max_value=1
    )
    boundary_threshold = forms.FloatField(
        label=gettext_lazy("Boundary threshold"), min_value=0.01, max_value=1
    )

    class Meta:
        model = Project
        fields = "__all__"  # noqa: DJ007 - the admin's `fields` are those

    def clean_on_difference(self) -> dict[str, str]:
        """Only the differences that a rule can settle, each settled by rule or review."""
        rules = self.cleaned_data["on_difference"]
        known = default_on_difference()
        if not isinstance(rules, dict) or not (
            rules.keys() <= known.keys() and all(v in ("rule", "review") for v in rules.values())
        ):
            raise forms.ValidationError(
                _("Write {“difference”: “rule” or “review”}; differences are %s.")
                % ", ".join(known)
            )
        return rules


@admin.register(Project)
class ProjectAdmin(Managed[Project]):
    """Settings of a project; how many annotate an article is fixed when it starts."""

    list_display = ["name", "slug", "annotators_per_article", "agreement_policy"]
    form = ProjectForm
    fields = [
        "name",
        "slug",
        "annotators_per_article",
        "codebook",
        "languages",
        "agreement_policy",
        "match_threshold",
        "boundary_threshold",
        "on_difference",
        "scope",
        "text_in_release",
        "suggestions",
        "preset_unmarked",
        "second_look",
        "tiebreak",
        "settle_own",
    ]
    readonly_fields = ["slug", "annotators_per_article", "codebook"]

    def save_model(
        self, request: HttpRequest, obj: Project, form: forms.ModelForm[Project], change: bool
    ) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        change_settings(project=obj, by=_user(request), **changes)


class MemberForm(forms.ModelForm[Membership]):
    """The end of a membership changes articles and decisions: it is no matter of this form."""

    languages = LanguagesField(
        label=gettext_lazy("Languages"),
        required=False,
        help_text=gettext_lazy("What this person is given to read; if it is empty, everything."),
    )

    class Meta:
        model = Membership
        fields = ["project", "user", "role", "languages"]


@admin.register(Membership)
class MembershipAdmin(Managed[Membership]):
    list_display = ["user", "project", "role", "languages", "ended"]
    list_filter = [IN_PROJECT, "role"]
    form = MemberForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> Any:
        fields = ["project", "user", "role", "languages"]
        return [*fields, "ended"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["project", "user", "ended"] if obj else []

    def save_model(
        self,
        request: HttpRequest,
        obj: Membership,
        form: forms.ModelForm[Membership],
        change: bool,
    ) -> None:
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            change_member(membership=obj, by=_user(request), **changes)
            return
        made = add_member(
            project=obj.project,
            by=_user(request),
            user=obj.user,
            role=obj.role,
            languages=obj.languages,
        )
        obj.pk = made.pk


def _check_name(name: str) -> None:
    """What the workflow refuses is told beside the field, and nothing that was typed is lost."""
    try:
        checked_key(name)
    except WorkflowError as error:
        raise forms.ValidationError(error.message) from error


class SourceForm(forms.ModelForm[Source]):
    def clean_name(self) -> dict[str, str]:
        name = self.cleaned_data["name"]
        if not isinstance(name, dict) or not all(
            LANGUAGE_TAG.fullmatch(language)
            and len(language) <= LENGTHS["language"]
            and isinstance(text, str)
            and text.strip()
            for language, text in name.items()
        ):
            raise forms.ValidationError(
                _("Write {“language”: “name”}, such as {“fr”: “Le Monde”}.")
            )
        for text in name.values():
            _check_name(text)
        return name

    class Meta:
        model = Source
        fields = ["project", "name", "kind"]


class AliasForm(forms.ModelForm[SourceAlias]):
    # A field with a `max_length` would have the browser cut what is pasted, and say nothing.
    text = forms.CharField(label=gettext_lazy("Name"), validators=[_check_name])

    class Meta:
        model = SourceAlias
        fields = ["text", "language"]


class AliasInline(admin.TabularInline[SourceAlias, Source]):
    model = SourceAlias
    form = AliasForm
    fields = ["text", "language"]
    extra = 1

    def has_change_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(Managed[Source]):
    """Sources and their names; a name is added, and never changed under those who used it."""

    list_display = ["__str__", "kind", "status", "project"]
    list_filter = [IN_PROJECT, "kind", "status"]
    search_fields = ["aliases__text"]
    form = SourceForm
    inlines = [AliasInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        fields = ["project", "name", "kind"]
        return [*fields, "status", "merged_into"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        return self.get_fields(request, obj) if obj else []

    def save_model(
        self, request: HttpRequest, obj: Source, form: forms.ModelForm[Source], change: bool
    ) -> None:
        if not change:
            made = add_source(project=obj.project, by=_user(request), name=obj.name, kind=obj.kind)
            obj.pk = made.pk

    def save_formset(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Source],
        formset: BaseModelFormSet[Any, Any],
        change: bool,
    ) -> None:
        formset.save(commit=False)
        for alias in formset.new_objects:
            add_alias(
                source=form.instance, by=_user(request), text=alias.text, language=alias.language
            )


class ArticleImportForm(ImportForm):
    """Which file, and into which project."""

    project = forms.ModelChoiceField(Project.objects.none(), label=gettext_lazy("Project"))
    field_order = ["resource", "project", "import_file", "format"]


class ArticleConfirmForm(ConfirmImportForm):
    format = forms.ChoiceField(
        choices=[(str(place), "") for place in range(len(IMPORTED))], widget=forms.HiddenInput()
    )
    project = forms.ModelChoiceField(Project.objects.none(), widget=forms.HiddenInput())


@admin.register(Article)
class ArticleAdmin(ImportExportMixin, Scoped[Article]):
    """Articles, read-only; they come in by an import, and go out with all that an import takes."""

    list_display = ["__str__", "publisher", "published_text", "language", "project"]
    list_filter = [IN_PROJECT, "language"]
    search_fields = ["title", "external_id"]
    ordering = ["-position"]
    fields = [
        "project",
        "external_id",
        "title",
        "language",
        "direction",
        "publisher",
        "author_name",
        "url",
        "published_text",
        "licence_note",
        "sha256",
        "version",
        "supersedes",
        "text",
    ]
    resource_classes = [ArticleResource]
    import_formats = IMPORTED
    export_formats = [CSV, SpreadsheetCSV, JSON, XLSX]
    import_form_class = ArticleImportForm
    confirm_form_class = ArticleConfirmForm
    tmp_storage_class = WaitingFile
    export_form_class = ExportForm
    import_template_name = "admin/annotate/article/import.html"

    @admin.display(description=pgettext_lazy("an article", "published"))
    def published_text(self, article: Article) -> str:
        return article.published_text

    def has_import_permission(self, request: HttpRequest) -> bool:
        user = _user(request)
        may_add = user.has_perm("annotate.add_article")
        return may_add and Project.objects.managed_by(user).exists()

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def create_import_form(self, request: HttpRequest) -> ArticleImportForm:
        form: ArticleImportForm = super().create_import_form(request)
        _offer_projects(form, request)
        return form

    def create_confirm_form(
        self, request: HttpRequest, import_form: ArticleImportForm | None = None
    ) -> ArticleConfirmForm:
        form: ArticleConfirmForm = super().create_confirm_form(request, import_form)
        _offer_projects(form, request)
        return form

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The preview; rows that are refused do not keep the others out."""
        page: TemplateResponse = super().import_action(request, **kwargs)
        context: dict[str, Any] = page.context_data or {}
        result = context.get("result")
        if result is not None and result.has_validation_errors() and result.totals["new"]:
            context["confirm_form"] = self.create_confirm_form(request, context["form"])
        return page

    def get_confirm_form_initial(
        self, request: HttpRequest, import_form: ArticleImportForm | None
    ) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            initial["project"] = import_form.cleaned_data["project"].pk
        return initial

    def get_import_resource_kwargs(
        self, request: HttpRequest, *, form: forms.Form, **kwargs: Any
    ) -> dict[str, Any]:
        cleaned = getattr(form, "cleaned_data", {})
        return {"project": cleaned.get("project"), "by": _user(request)}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {}

    def get_export_queryset(self, request: HttpRequest) -> models.QuerySet[Article]:
        found: models.QuerySet[Article] = super().get_export_queryset(request)
        return found.select_related("publisher")

    def add_data_read_fail_error_to_form(self, form: forms.Form, error: Exception) -> None:
        if not isinstance(error, ReadError):
            raise error
        form.add_error("import_file", str(error))

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(request, _("This file is not kept any more: send it again."))
            return HttpResponseRedirect(reverse("admin:annotate_article_import"))
        return response

    def generate_log_entries(self, result: Result, request: HttpRequest) -> None:
        with override(None):
            super().generate_log_entries(result, request)

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        super().add_success_message(result, request)
        if left := len(result.invalid_rows):
            told = ngettext("%(count)d row was left out.", "%(count)d rows were left out.", left)
            messages.warning(request, told % {"count": left})


def _offer_projects(form: forms.Form, request: HttpRequest) -> None:
    """Those into which the user may import."""
    field = form.fields["project"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Project.objects.managed_by(_user(request))


@admin.register(CodebookVersion)
class CodebookVersionAdmin(Scoped[CodebookVersion]):
    list_display = ["__str__", "project", "status", "created_at"]
    list_filter = [IN_PROJECT]


@admin.register(Assignment)
class AssignmentAdmin(Scoped[Assignment]):
    list_display = ["article", "membership", "state", "judged"]
    list_filter = [IN_PROJECT, "state"]
    list_select_related = ["article", "membership__user"]


@admin.register(Judgement)
class JudgementAdmin(Scoped[Judgement]):
    list_display = ["sentence", "assignment", "number", "status", "no_claim_reason"]
    list_filter = [IN_PROJECT, "status"]
    list_select_related = ["sentence__article", "assignment__membership__user"]


@admin.register(Annotation)
class AnnotationAdmin(Scoped[Annotation]):
    list_display = ["annotation_id", "quote", "kind", "source", "stance", "certainty", "deleted"]
    list_filter = [IN_PROJECT, "kind", "stance", "certainty"]
    list_select_related = ["sentence__article", "source"]

    @admin.display(description=gettext_lazy("quote"))
    def quote(self, annotation: Annotation) -> str:
        return annotation.sentence.article.quote(annotation.spans)


@admin.register(ClaimGroup)
class ClaimGroupAdmin(Scoped[ClaimGroup]):
    list_display = ["__str__", "article", "level"]
    list_filter = [IN_PROJECT, "status", "level"]


@admin.register(Decision)
class DecisionAdmin(Scoped[Decision]):
    list_display = ["group", "number", "outcome", "agreed_by", "decided_by", "created_at"]
    list_filter = [IN_PROJECT, "outcome", "agreed_by"]
    list_select_related = ["group__article", "decided_by"]


@admin.register(Regrouping)
class RegroupingAdmin(Scoped[Regrouping]):
    list_display = ["created_at", "created_by", "kind", "article", "reason"]
    list_filter = [IN_PROJECT, "kind"]
    list_select_related = ["created_by", "article"]


@admin.register(SecondLook)
class SecondLookAdmin(Scoped[SecondLook]):
    list_display = ["created_at", "assignment", "sentence", "answer"]
    list_filter = [IN_PROJECT, "answer"]
    list_select_related = ["assignment__article", "assignment__membership__user", "sentence"]


@admin.register(Event)
class EventAdmin(Scoped[Event]):
    list_display = ["at", "by", "what", "on", "on_id"]
    list_filter = [IN_PROJECT, "what"]


@admin.register(Release)
class ReleaseAdmin(Scoped[Release]):
    """Releases with their files; the links lead to the bytes that were published."""

    list_display = ["version", "project", "created_at", "created_by"]
    list_filter = [IN_PROJECT]
    fields = [
        "project",
        "version",
        "created_at",
        "created_by",
        "codebook_version",
        "text_in_release",
        "licence",
        "notes",
        "counts",
        "downloads",
    ]

    @admin.display(description=gettext_lazy("files"))
    def downloads(self, release: Release) -> SafeString:
        place = [release.project.slug, release.version]
        return format_html(
            "<ul>{}</ul>",
            format_html_join(
                "",
                '<li><a href="{}"><bdi>{}</bdi></a> <bdi>({})</bdi></li>',
                (
                    (
                        reverse("release-file", args=[*place, file["name"]]),
                        file["name"],
                        filesizeformat(file["bytes"]),
                    )
                    for file in release.files
                ),
            ),
        )


class PeopleAdmin(UserAdmin[User]):
    """People are deactivated, never deleted: what they said stays, and the page that asks whether
    to delete somebody would list it.
    """

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


class OwnTokenAdmin(TokenAdmin):
    """One's own token for the API: with another's, one would read what that person alone reads."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TokenProxy]:
        return TokenProxy.objects.filter(user=_user(request))

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        kwargs["queryset"] = User.objects.filter(pk=_user(request).pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


admin.site.site_header = admin.site.site_title = "Isnad"
admin.site.unregister(User)
admin.site.register(User, PeopleAdmin)
admin.site.unregister(TokenProxy)
admin.site.register(TokenProxy, OwnTokenAdmin)
