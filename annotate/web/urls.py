"""The addresses of the pages; each line is one click: URL → view → one workflow function."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from . import codebook_style, desk, session, sources, workbench

in_sentence: list[URLPattern] = [
    path("form/", workbench.claim_form, name="claim-form"),
    path("claim/", workbench.save_claim, name="save-claim"),
    path("claims/<uuid:annotation>/delete/", workbench.delete_claim, name="delete-claim"),
    path("finish/", workbench.finish_sentence, name="finish-sentence"),
    path("no-claim/", workbench.no_claim, name="no-claim"),
    path("skip/", workbench.skip_sentence, name="skip-sentence"),
    path("undo/", workbench.undo_change, name="undo"),
]
in_project: list[URLPattern | URLResolver] = [
    path("", desk.desk, name="desk"),
    path("next/", desk.next_one, name="next-article"),
    path("articles/<uuid:article>/", workbench.workbench, name="workbench"),
    path("articles/<uuid:article>/submit/", workbench.submit_article, name="submit-article"),
    path("sentences/<uuid:sentence>/", include(in_sentence)),
    path("sources/", sources.sources, name="sources"),
    path("sources/propose/", sources.propose, name="propose-source"),
]
urlpatterns = [
    path("", session.home, name="desk-home"),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("language/", set_language, name="set-language"),
    path("p/<slug:slug>/", include(in_project)),
    path("codebooks/<str:sha256>.css", codebook_style.codebook_style, name="codebook-style"),
]
