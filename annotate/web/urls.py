"""The addresses of the pages; each line is one click: URL → view → one workflow function."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from . import (
    agreement,
    agreement_items,
    asking,
    boundaries,
    checks,
    codebook_style,
    corpus,
    desk,
    elsewhere,
    guidelines,
    history,
    jobs,
    people,
    progress,
    project_settings,
    releases,
    review,
    review_patterns,
    rulings,
    second_look,
    session,
    sources,
    suggestions,
    workbench,
)

in_sentence: list[URLPattern] = [
    path("", workbench.sentence_state, name="sentence-state"),
    path("claim/", workbench.save_claim, name="save-claim"),
    path("claim/source/", workbench.propose_named, name="propose-named-source"),
    path("claims/<uuid:annotation>/delete/", workbench.delete_claim, name="delete-claim"),
    path("finish/", workbench.finish_sentence, name="finish-sentence"),
    path("no-claim/", workbench.no_claim, name="no-claim"),
    path("skip/", workbench.skip_sentence, name="skip-sentence"),
    path("ask/", asking.ask, name="ask"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
]
in_questions: list[URLPattern] = [
    path("", asking.questions, name="questions"),
    path("<uuid:remark>/answer/", asking.answer_question, name="answer-question"),
]
in_rulings: list[URLPattern] = [
    path("", rulings.rulings, name="rulings"),
    path("make/", rulings.make_ruling, name="make-ruling"),
    path("<uuid:ruling>/withdraw/", rulings.end_ruling, name="withdraw-ruling"),
]
in_releases: list[URLPattern] = [
    path("", releases.releases, name="releases"),
    path("preview/", releases.preview, name="release-preview"),
    path("publish/", releases.publish, name="publish-release"),
    path("<version:version>/", releases.release, name="release"),
    path("<version:version>/files/<str:name>", releases.release_file, name="release-file"),
]
in_review: list[URLPattern] = [
    path("", review.review, name="review"),
    path("<uuid:sentence>/", review.review_sentence, name="review-sentence"),
    path("<uuid:sentence>/settle/", review.settle_sentence, name="settle"),
    path("<uuid:sentence>/empty/", review.settle_empty, name="settle-as-empty"),
    path("<uuid:sentence>/source/", review.missing_named, name="missing-source"),
    path("<uuid:sentence>/source/add/", review.add_named, name="name-source"),
    path("<uuid:sentence>/undo/", review.undo_sentence, name="undo-settling"),
    path("<uuid:sentence>/reopen/", review.reopen_sentence, name="reopen-sentence"),
    path("<uuid:sentence>/back/", review.send_sentence_back, name="send-sentence-back"),
    path("<uuid:sentence>/split/", review.split, name="split-claim"),
    path("<uuid:sentence>/join/", review.join, name="join-claims"),
    path(
        "<uuid:sentence>/regroupings/<uuid:regrouping>/take-back/",
        review.take_back,
        name="undo-regrouping",
    ),
    path("<uuid:sentence>/presence/", review.presence, name="hold-sentence"),
    path("claims/<uuid:group>/elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("patterns/", review_patterns.patterns, name="review-patterns"),
    path("patterns/settle/", review_patterns.settle_pattern, name="settle-pattern"),
    path("patterns/undo/", review_patterns.undo_pattern, name="undo-pattern"),
    path("spot-checks/", review_patterns.spot_checks, name="spot-checks"),
    path("spot-checks/<uuid:group>/confirm/", review_patterns.confirm, name="confirm-rule"),
    path("spot-checks/<uuid:group>/overturn/", review_patterns.overturn, name="overturn-rule"),
    path("articles/<uuid:article>/regroup/", review.regroup_article, name="regroup-article"),
]
in_progress: list[URLPattern] = [
    path("", progress.progress, name="progress"),
    path("articles/<uuid:article>/assign/", progress.assign_article, name="assign-article"),
    path(
        "assignments/<uuid:assignment>/withdraw/",
        progress.withdraw_assignment,
        name="withdraw-assignment",
    ),
    path(
        "assignments/<uuid:assignment>/reassign/",
        progress.reassign_article,
        name="reassign-article",
    ),
    path(
        "assignments/<uuid:assignment>/reopen/",
        progress.reopen_submitted,
        name="reopen-assignment",
    ),
]
in_people: list[URLPattern] = [
    path("", people.people, name="people"),
    path("add/", people.add_person, name="add-person"),
    path("readers/", people.change_readers, name="change-readers"),
    path("<uuid:membership>/", people.person, name="person"),
    path("<uuid:membership>/change/", people.change_person, name="change-person"),
    path("<uuid:membership>/end/", people.end_person, name="end-person"),
    path("<uuid:membership>/take-back/", people.take_person_back, name="take-person-back"),
]
in_corpus: list[URLPattern] = [
    path("", corpus.corpus, name="corpus"),
    path("upload/", corpus.upload, name="upload"),
    path("paste/", corpus.paste, name="paste"),
    path("uploads/<uuid:upload>/", corpus.preview, name="upload-preview"),
    path("uploads/<uuid:upload>/<int:place>/", corpus.sentences, name="upload-sentences"),
    path("uploads/<uuid:upload>/<int:place>/block/", corpus.block, name="upload-block"),
    path("uploads/<uuid:upload>/confirm/", corpus.confirm, name="upload-confirm"),
    path("uploads/<uuid:upload>/discard/", corpus.discard, name="upload-discard"),
]
in_agreement: list[URLPattern] = [
    path("", agreement.agreement, name="agreement"),
    path("compute/", agreement.compute, name="compute-figures"),
    path("items/", agreement_items.agreement_items, name="agreement-items"),
    path("<slug:table>.csv", agreement.download, name="agreement-csv"),
]
in_article: list[URLPattern] = [
    path("", boundaries.article_sentences, name="article-sentences"),
    path("split/", boundaries.split, name="split-sentence"),
    path("join/", boundaries.join, name="join-sentences"),
    path("block/", boundaries.block, name="change-block"),
    path("undo/", boundaries.undo, name="undo-boundaries"),
]
in_project: list[URLPattern | URLResolver] = [
    path("sentences/<uuid:sentence>/", include(in_sentence)),  # first: nothing is asked so often
    path("", desk.desk, name="desk"),
    path("next/", desk.next_one, name="next-article"),
    path("decided/", desk.decided, name="decided"),
    path("second-look/", second_look.second_look, name="second-look"),
    path("second-look/<uuid:sentence>/", second_look.answer, name="answer-second-look"),
    path("ties/next/", second_look.break_next_tie, name="next-tie"),
    path("questions/", include(in_questions)),
    path("rulings/", include(in_rulings)),
    path("articles/<uuid:article>/", workbench.workbench, name="workbench"),
    path("articles/<uuid:article>/check/", checks.submit_check, name="submit-check"),
    path("articles/<uuid:article>/submit/", workbench.submit_article, name="submit-article"),
    path("guidelines/", guidelines.guidelines, name="guidelines"),
    path("guidelines/edit/", guidelines.edit_guidelines, name="edit-guidelines"),
    path("history/", history.history, name="history"),
    path("articles/<uuid:article>/undo/", workbench.undo_change, name="undo"),
    path("articles/<uuid:article>/redo/", workbench.redo_change, name="redo"),
    path("sources/", sources.sources, name="sources"),
    path("sources/propose/", sources.propose, name="propose-source"),
    path("review/", include(in_review)),
    path("progress/", include(in_progress)),
    path("progress/people/", include(in_people)),
    path("settings/", project_settings.project_settings, name="settings"),
    path("settings/rules/", project_settings.change_rules, name="change-rules"),
    path("settings/switches/", project_settings.change_switches, name="change-switches"),
    path("corpus/", include(in_corpus)),
    path("corpus/<uuid:article>/", include(in_article)),
    path("releases/", include(in_releases)),
    path("agreement/", include(in_agreement)),
    path("jobs/<uuid:job>/", jobs.job, name="job"),
    path("jobs/<uuid:job>/run/", jobs.run, name="run-job"),
]
urlpatterns = [
    path("p/<slug:slug>/", include(in_project)),
    path("", session.home, name="desk-home"),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("invitation/<uidb64>/<token>/", session.invitation, name="invitation"),
    path("language/", require_POST(set_language), name="set-language"),
    path("codebooks/<slug:sha256>.css", codebook_style.codebook_style, name="codebook-style"),
]
