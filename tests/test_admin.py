"""The admin: as blind as the pages, superusers too; what it changes goes through the workflow."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils.functional import Promise
from rest_framework.authtoken.models import Token

from annotate.models import Annotation, Article, Event, Membership, Project, Release, Source
from annotate.workflow.releasing import publish_release
from tests.builders import give, hand_in, mark, words

QUOTE = "روسيا أوقفت الهجوم"
OURS = [model for model in admin.site._registry if model._meta.app_label == "annotate"]


def as_chief(user: User) -> Client:
    """Signed in as somebody who runs the server."""
    user.is_staff = user.is_superuser = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


def listing(model: Any) -> str:
    return f"/admin/annotate/{model._meta.model_name}/"


@pytest.fixture
def worked(article: Article, ada: User, ben: User) -> Article:
    """Ada has labelled and not handed in; Ben has not begun."""
    give(article, ada, ben)
    mark(article, ada, words(article, QUOTE))
    return article


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_who_runs_the_server_and_is_no_member_sees_nothing(worked: Article, model: Any) -> None:
    client = as_chief(User.objects.create_user("root"))
    page = client.get(listing(model))
    assert page.status_code == 200
    assert page.context["cl"].result_count == 0
    for row in model._default_manager.all():
        answer = client.get(f"{listing(model)}{row.pk}/change/")
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/admin/"


def test_labels_are_read_by_their_annotator_and_by_a_reviewer_when_the_article_is_complete(
    worked: Article, ada: User, ben: User, cora: User
) -> None:
    seen = {user.username: as_chief(user) for user in (ada, ben, cora)}

    def found() -> dict[str, int]:
        return {
            name: client.get(listing(Annotation)).context["cl"].result_count
            for name, client in seen.items()
        }

    assert found() == {"ada": 1, "ben": 0, "cora": 0}
    hand_in(worked, ada)
    hand_in(worked, ben)
    assert found() == {"ada": 1, "ben": 0, "cora": 1}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_every_page_opens_and_offers_no_deletion(
    worked: Article, ada: User, ben: User, cora: User, model: Any
) -> None:
    hand_in(worked, ada)
    hand_in(worked, ben, words(worked, QUOTE, stance="denies"))
    client = as_chief(cora)
    assert client.get(listing(model)).status_code == 200
    for row in model._default_manager.visible_to(cora)[:2]:
        assert client.get(f"{listing(model)}{row.pk}/change/").status_code == 200
        assert client.get(f"{listing(model)}{row.pk}/delete/").status_code == 403


def form_of(client: Client, path: str) -> dict[str, Any]:
    """The fields of an admin's page as they are, to be changed and sent back."""
    context = client.get(path).context
    data = {
        name: value if value is not None else ""
        for name, value in ((bound.html_name, bound.value()) for bound in context["adminform"].form)
        if value is not False
    }
    for inline in context["inline_admin_formsets"]:
        management = inline.formset.management_form
        data |= {bound.html_name: bound.value() for bound in management}
    return data


def test_a_changed_setting_is_recorded_with_what_it_was(project: Project, cora: User) -> None:
    client, path = as_chief(cora), f"{listing(Project)}{project.pk}/change/"
    data = form_of(client, path) | {"name": "Sahel 2", "agreement_policy": "adjudicate_all"}
    data |= {"languages": "ar, fr-CA", "on_difference": '{"chain": "rule"}'}
    assert client.post(path, data).status_code == 302
    event = Event.objects.get(what="change_project")
    assert event.before == {**(event.before or {}), "name": "Sahel"}
    assert event.after == {**(event.after or {}), "name": "Sahel 2", "languages": ["ar", "fr-CA"]}
    project.refresh_from_db()
    assert (project.name, project.agreement_policy) == ("Sahel 2", "adjudicate_all")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"languages": "ar; fr"}, "is not a language tag"),
        ({"on_difference": "[1]"}, "differences are chain"),
        ({"on_difference": '{"stance": "rule"}'}, "differences are chain"),
        ({"on_difference": '{"kind": "never"}'}, "differences are chain"),
        ({"match_threshold": "2"}, "less than or equal to 1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    project: Project, cora: User, changes: dict[str, str], told: str
) -> None:
    client, path = as_chief(cora), f"{listing(Project)}{project.pk}/change/"
    data = form_of(client, path) | {"on_difference": '{"chain": "rule"}', **changes}
    page = client.post(path, data)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert not Event.objects.filter(what="change_project").exists()


@pytest.mark.parametrize(
    "name",
    [
        '["RFI"]',
        '"RFI"',
        '{"fr": ""}',
        '{"fr": 7}',
        '{"french x": "A"}',
        '{"fr%s": "A"}' % ("-ab" * 12),
    ],
)
def test_the_name_of_a_source_is_text_by_language(project: Project, cora: User, name: str) -> None:
    data = {"project": project.pk, "name": name, "kind": "media"}
    data |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    page = as_chief(cora).post(f"{listing(Source)}add/", data)
    assert page.status_code == 200
    assert "such as {“fr”: “Le Monde”}" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "alias", "told"),
    [
        ("ص" * 201, "", "has 201"),
        ("RFI", "ص" * 250, "has 250"),
        ("Le Monde > RFI", "", "may not contain"),
    ],
)
def test_a_name_that_cannot_stand_is_told_beside_it_and_what_was_typed_is_kept(
    project: Project, cora: User, name: str, alias: str, told: str
) -> None:
    client, path = as_chief(cora), f"{listing(Source)}add/"
    assert not re.search(r'aliases-0-text"[^>]* maxlength', client.get(path).content.decode())
    data = {
        "project": project.pk,
        "name": json.dumps({"ar": name}, ensure_ascii=False),
        "kind": "media",
    }
    data |= {"aliases-TOTAL_FORMS": 1, "aliases-INITIAL_FORMS": 0, "aliases-0-text": alias}
    page = client.post(path, data)
    assert (page.status_code, told in page.content.decode()) == (200, True)
    assert (alias or name[:8]) in page.content.decode()
    assert not Source.objects.filter(kind="media").exists()


def test_a_member_who_manages_nothing_changes_no_setting(project: Project, ada: User) -> None:
    client, path = as_chief(ada), f"{listing(Project)}{project.pk}/change/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"name": "Mine"}).status_code == 403


def test_a_member_is_added_and_changed_and_the_last_manager_stays(
    project: Project, cora: User
) -> None:
    client, path = as_chief(cora), listing(Membership)
    new = User.objects.create_user("noor")
    data = {"project": project.pk, "user": new.pk, "role": "annotator", "languages": "fr"}
    assert client.post(f"{path}add/", data).status_code == 302
    member = Membership.objects.get(user=new)
    assert (member.role, member.languages, member.created_by) == ("annotator", ["fr"], cora)

    again = client.post(f"{path}add/", data)
    assert again.status_code in (200, 302)
    assert Membership.objects.filter(user=new).count() == 1

    own = Membership.objects.get(user=cora)
    data = {"role": "observer", "languages": "", "ended": ""}
    page = client.post(f"{path}{own.pk}/change/", data, follow=True)
    assert "A project needs a manager" in page.content.decode()
    own.refresh_from_db()
    assert own.role == "manager"


def test_a_source_is_added_with_its_aliases_and_an_alias_later(
    project: Project, cora: User
) -> None:
    client, path = as_chief(cora), listing(Source)
    data = {
        "project": project.pk,
        "name": '{"fr": "Le Monde"}',
        "kind": "media",
        "aliases-TOTAL_FORMS": 1,
        "aliases-INITIAL_FORMS": 0,
        "aliases-0-text": "لوموند",
        "aliases-0-language": "ar",
    }
    assert client.post(f"{path}add/", data).status_code == 302
    source = Source.objects.get(kind="media")
    assert set(source.aliases.values_list("text", flat=True)) == {"Le Monde", "لوموند"}

    taken = client.post(f"{path}add/", data, follow=True).content.decode()
    assert "is already a name of the source" in taken
    assert Source.objects.filter(kind="media").count() == 1

    data |= {"aliases-INITIAL_FORMS": 0, "aliases-0-text": "LM"}
    assert client.post(f"{path}{source.pk}/change/", data).status_code == 302
    assert source.aliases.filter(text="LM").exists()


def test_a_release_links_to_its_files(
    worked: Article, ada: User, ben: User, cora: User, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    hand_in(worked, ada)
    hand_in(worked, ben)
    release = publish_release(project=worked.project, by=cora, version="1.0.0")
    page = as_chief(cora).get(f"{listing(Release)}{release.pk}/change/").content.decode()
    for file in release.files:
        assert f'href="/p/sahel/releases/1.0.0/files/{file["name"]}"' in page


def test_people_are_not_deleted(worked: Article, ada: User, cora: User) -> None:
    client = as_chief(cora)
    assert client.get(f"/admin/auth/user/{ada.pk}/delete/").status_code == 403


def test_the_admin_needs_no_exception_from_the_security_policy(
    cora: User, project: Project
) -> None:
    client = as_chief(cora)
    for path in ("/admin/", f"{listing(Article)}import/", f"{listing(Article)}export/"):
        page = client.get(path)
        assert page.status_code == 200
        assert b'<link rel="icon" href="data:' in page.content  # else browsers ask for one
        assert "unsafe" not in page["Content-Security-Policy"]


def test_the_token_of_somebody_else_is_neither_shown_nor_made(ada: User, ben: User) -> None:
    own, other = Token.objects.create(user=ada), Token.objects.create(user=ben)
    client = as_chief(ada)
    shown = client.get("/admin/authtoken/tokenproxy/").content.decode()
    assert own.key in shown
    assert other.key not in shown
    assert client.get(f"/admin/authtoken/tokenproxy/{ben.pk}/change/").status_code == 302
    other.delete()
    answer = client.post("/admin/authtoken/tokenproxy/add/", {"user": ben.pk})
    assert answer.status_code == 200
    assert not Token.objects.filter(user=ben).exists()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_that_is_shown_has_a_name_in_the_readers_language(
    rf: RequestFactory, ada: User, model: Any
) -> None:
    as_chief(ada)
    site, request = admin.site._registry[model], rf.get("/")
    request.user = ada
    shown = {*site.get_list_display(request)}
    for row in (None, model()):
        shown |= {*flatten_fieldsets(site.get_fieldsets(request, row))}
    fields = {field.name: field.verbose_name for field in model._meta.fields}
    english = {name: told for name, told in fields.items() if not isinstance(told, Promise)}
    assert shown & english.keys() <= {"id"}
