"""Every URL × method × role: who gets what. A URL without a row fails.

Nobody is signed in · Dan manages another project · Ada annotates the article of the URL · Ben
annotates, but not this article · Olga observes · Rita reviews · Cora manages. Requests carry no
data, so 422, 400, 409 and 415 mean: let through, and told what is missing.
"""

import re
from collections.abc import Iterator
from copy import copy
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from annotate.models import Article, Job, Project
from annotate.workflow.asking import RulingDraft, rule
from annotate.workflow.figures import compute_figures
from annotate.workflow.intake import Candidate, Draft, hold_upload
from annotate.workflow.jobs import ask_for_job
from annotate.workflow.releasing import publish_release
from tests.builders import ask, give, hand_in, sentence_at, source, take_in_text, words

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "ذلك"
METHODS = ("get", "post", "put", "patch", "delete")

#               nobody dan  ada  ben  olga rita cora
MEMBERS = "        302  404  200  200  200  200  200"
ITS_ANNOTATOR = "  302  404  200  404  403  404  404"
FILLED_IN = "      302  404  422  404  403  404  404"
REVIEWERS = "      302  404  403  403  403  200  200"
MANAGER = "        302  404  403  403  403  403  200"
MANAGER_DID = "    302  404  403  403  403  403  302"
MANAGER_FILLED = " 302  404  403  403  403  403  422"
READERS = "        302  404  403  403  200  200  200"
API_MEMBERS = "    401  404  200  200  200  200  200"
API_READERS = "    401  404  403  403  200  200  200"

# Name of the URL, method, statuses. What is not listed is answered with 405.
ACCESS = [
    ("desk-home", "get", "302  302  302  302  302  302  302"),
    ("sign-in", "get", "200  302  302  302  302  302  302"),
    ("sign-in", "post", "422  302  302  302  302  302  302"),
    ("sign-out", "post", "302  302  302  302  302  302  302"),
    ("invitation", "get", "200  200  200  200  200  200  200"),  # the link is the key
    ("invitation", "post", "200  200  200  200  200  200  200"),
    ("set-language", "post", "302  302  302  302  302  302  302"),
    ("codebook-style", "get", "302  200  200  200  200  200  200"),
    ("desk", "get", MEMBERS),
    ("next-article", "post", "302  404  302  302  403  302  302"),
    ("workbench", "get", ITS_ANNOTATOR),
    ("sentence-state", "get", ITS_ANNOTATOR),
    ("suggestions", "get", "302  404  404  404  403  404  404"),  # where the project has them on
    ("save-claim", "post", FILLED_IN),
    ("propose-named-source", "post", FILLED_IN),
    ("delete-claim", "post", FILLED_IN),
    ("finish-sentence", "post", FILLED_IN),
    ("no-claim", "post", FILLED_IN),
    ("skip-sentence", "post", FILLED_IN),
    ("undo", "post", FILLED_IN),
    ("redo", "post", FILLED_IN),
    ("submit-check", "get", ITS_ANNOTATOR),
    ("guidelines", "get", MEMBERS),
    ("edit-guidelines", "get", MANAGER),
    ("edit-guidelines", "post", MANAGER_DID),
    ("history", "get", "        302  404  200  200  403  200  200"),
    ("ask", "post", FILLED_IN),
    ("decided", "get", MEMBERS),
    ("second-look", "get", "   302  404  200  200  403  200  200"),
    ("answer-second-look", "post", "302  404  409  404  403  409  409"),
    ("next-tie", "post", "      302  404  302  302  403  302  302"),
    ("questions", "get", REVIEWERS),
    ("answer-question", "post", "302  404  403  403  403  422  422"),
    ("rulings", "get", MEMBERS),
    ("make-ruling", "post", "302  404  403  403  403  422  422"),
    ("withdraw-ruling", "post", "302  404  403  403  403  422  422"),
    ("submit-article", "post", "302  404  409  404  403  404  404"),
    ("sources", "get", "302  404  200  200  403  200  200"),
    ("propose-source", "post", "302  404  404  404  403  404  404"),
    ("review", "get", REVIEWERS),
    ("review-sentence", "get", REVIEWERS),
    ("settle", "post", "302  404  403  403  403  422  422"),
    ("reopen-sentence", "post", "302  404  403  403  403  302  302"),
    ("settle-as-empty", "post", "302  404  403  403  403  422  422"),
    ("missing-source", "get", "  302  404  403  403  403  422  422"),
    ("name-source", "post", "    302  404  403  403  403  422  422"),
    ("undo-settling", "post", "  302  404  403  403  403  409  409"),
    ("send-sentence-back", "post", "302  404  403  403  403  422  422"),
    ("split-claim", "post", "    302  404  403  403  403  422  422"),
    ("join-claims", "post", "    302  404  403  403  403  422  422"),
    ("undo-regrouping", "post", "302  404  403  403  403  404  404"),
    ("hold-sentence", "post", "  302  404  403  403  403  200  200"),
    ("regroup-article", "post", "302  404  403  403  403  403  302"),
    ("elsewhere", "get", REVIEWERS),
    ("review-patterns", "get", REVIEWERS),
    ("settle-pattern", "post", " 302  404  403  403  403  422  422"),
    ("undo-pattern", "post", "   302  404  403  403  403  302  302"),
    ("spot-checks", "get", REVIEWERS),
    ("confirm-rule", "post", "   302  404  403  403  403  404  404"),
    ("overturn-rule", "post", "  302  404  403  403  403  404  404"),
    ("progress", "get", REVIEWERS),
    ("assign-article", "post", "302  404  403  403  403  403  404"),
    ("withdraw-assignment", "post", MANAGER_DID),
    ("reassign-article", "post", "302  404  403  403  403  403  404"),
    ("reopen-assignment", "post", MANAGER_FILLED),
    ("people", "get", MANAGER),
    ("add-person", "post", MANAGER_FILLED),
    ("change-readers", "post", MANAGER_FILLED),
    ("person", "get", MANAGER),
    ("change-person", "post", MANAGER_FILLED),
    ("end-person", "post", MANAGER_FILLED),
    ("take-person-back", "post", "302  404  403  403  403  403  409"),
    ("settings", "get", MANAGER),
    ("change-rules", "post", MANAGER_FILLED),
    ("change-switches", "post", MANAGER_DID),
    ("corpus", "get", READERS),
    ("upload", "post", MANAGER_FILLED),
    ("paste", "post", MANAGER_FILLED),
    ("upload-preview", "get", MANAGER),
    ("upload-sentences", "get", MANAGER),
    ("upload-block", "post", MANAGER_FILLED),
    ("upload-confirm", "post", MANAGER_DID),
    ("upload-discard", "post", MANAGER_DID),
    ("article-sentences", "get", MANAGER),
    ("split-sentence", "post", MANAGER_FILLED),
    ("join-sentences", "post", MANAGER_FILLED),
    ("change-block", "post", MANAGER_FILLED),
    ("undo-boundaries", "post", "302  404  403  403  403  403  409"),
    ("releases", "get", READERS),
    ("release-preview", "get", MANAGER),
    ("publish-release", "post", MANAGER_FILLED),
    ("release", "get", READERS),
    ("release-file", "get", READERS),
    ("agreement", "get", REVIEWERS),
    ("compute-figures", "post", "302  404  403  403  403  302  302"),
    ("agreement-items", "get", "302  404  403  403  403  404  404"),  # without a cell there is none
    ("agreement-csv", "get", REVIEWERS),
    ("job", "get", REVIEWERS),
    ("run-job", "post", "302  404  403  403  403  403  302"),
    ("api-schema", "get", "200  200  200  200  200  200  200"),
    ("api-docs", "get", "200  200  200  200  200  200  200"),
    ("api-articles", "get", API_MEMBERS),
    ("api-articles", "post", "401  404  403  403  403  403  415"),
    ("api-article", "get", "401  404  200  404  200  200  200"),
    ("api-boundaries", "get", "401  404  403  403  403  403  200"),
    ("api-undo-boundaries", "post", "401  404  403  403  403  403  409"),
    ("api-split", "post", "401  404  403  403  403  403  415"),
    ("api-join", "post", "401  404  403  403  403  403  200"),
    ("api-block", "post", "401  404  403  403  403  403  415"),
    ("api-submit", "post", "401  404  409  404  403  404  404"),
    ("api-next", "post", "401  404  200  200  403  200  200"),
    ("api-judgement", "get", "401  404  200  404  404  404  404"),
    ("api-judgement", "put", "401  404  400  404  403  400  400"),
    ("api-sources", "get", API_MEMBERS),
    ("api-releases", "get", API_READERS),
    ("api-release-file", "get", API_READERS),
]


def named_patterns() -> dict[str, URLPattern]:
    """All named URLs but those of Django's admin, which tests/test_admin.py looks at."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            elif pattern.app_name != "admin":
                yield from walk(pattern.url_patterns)

    return {p.name: p for p in walk(get_resolver().url_patterns) if p.name}


@pytest.fixture
def urls(project: Project, article: Article, ada: User, chloe: User, cora: User) -> dict[str, str]:
    """Each URL by its name, in a project where everything there can be is there.

    Ada works on `article`; in another article, complete, one sentence waits and one is agreed.
    """
    (assignment,) = give(article, ada)
    done = take_in_text(project, article.text + "ختام.", language="ar")
    handed_in, _ = give(done, ada, chloe)
    official = source(project, "An official", "official")
    hand_in(done, ada, words(done, HALTED), words(done, DENIED))
    hand_in(done, chloe, words(done, HALTED), words(done, DENIED, chain=(official,)))
    publish_release(project=project, by=cora, version="1.0.0")
    compute_figures(project=project, by=cora)
    draft = Draft(candidate=Candidate(text="Le port a fermé.", language="fr"), file="a.txt")
    upload = hold_upload(project=project, by=cora, drafts=[draft], problems=[])
    job = ask_for_job(
        project=project, by=cora, kind=Job.Kind.PUBLISH_RELEASE, asked={"version": "1.1.0"}
    )
    question = ask(sentence_at(done, HALTED), ada, "A source?")
    ruling = rule(pk=uuid4(), project=project, by=cora, draft=RulingDraft(text="Titles count."))
    common = {
        "remark": question.pk,
        "ruling": ruling.pk,
        "slug": project.slug,
        "article": article.pk,
        "sentence": sentence_at(article, HALTED).pk,
        "annotation": UUID(int=1),
        "assignment": assignment.pk,
        "membership": assignment.membership_id,
        "uidb64": "MQ",
        "token": "set-password",
        "upload": upload.pk,
        "job": job.pk,
        "table": "figures",
        "place": 0,
        "regrouping": UUID(int=2),
        "group": UUID(int=3),
        "version": "1.0.0",
        "name": "annotations.csv",
        "sha256": project.codebook.sha256 if project.codebook else "",
    }
    special = {
        "review-sentence": {"sentence": sentence_at(done, DENIED).pk},
        "settle": {"sentence": sentence_at(done, DENIED).pk},
        **{
            name: {"sentence": sentence_at(done, DENIED).pk}
            for name in (
                "settle-as-empty",
                "missing-source",
                "name-source",
                "undo-settling",
                "send-sentence-back",
                "split-claim",
                "join-claims",
                "undo-regrouping",
                "hold-sentence",
            )
        },
        "regroup-article": {"article": done.pk},
        "elsewhere": {"group": sentence_at(done, DENIED).groups.get().pk},
        "reopen-sentence": {"sentence": sentence_at(done, HALTED).pk},
        "reopen-assignment": {"assignment": handed_in.pk},
    }
    return {
        name: reverse(name, kwargs=_arguments(name, {**common, **special.get(name, {})}))
        for name in named_patterns()
    }


def _arguments(name: str, known: dict[str, object]) -> dict[str, object]:
    (_, parameters), *_ = get_resolver().reverse_dict.getlist(name)[0][0]
    return {parameter: known[parameter] for parameter in parameters}


@pytest.fixture
def clients(dan: User, ada: User, ben: User, olga: User, rita: User, cora: User) -> list[Client]:
    """Nobody's, then one a role, in the order of the columns."""
    signed_in = [Client() for _ in range(7)]
    for client, user in zip(signed_in[1:], (dan, ada, ben, olga, rita, cora), strict=True):
        client.force_login(user)
    return signed_in


def test_every_url_gives_each_role_what_it_may_have(
    urls: dict[str, str], clients: list[Client]
) -> None:
    expected = {(name, method): statuses.split() for name, method, statuses in ACCESS}
    wrong = []
    for name, url in urls.items():
        for method in METHODS:
            got = [_status(client, method, url) for client in clients]
            want = expected.get((name, method), _refused(name, got))
            if got != want:
                wrong.append(f"{name} {method}: {' '.join(got)}, not {' '.join(want)}")
    assert not wrong, "\n".join(wrong)


def test_head_is_answered_as_get_is_or_not_taken(
    urls: dict[str, str], clients: list[Client]
) -> None:
    wrong = []
    for name, url in urls.items():
        got, asked = ([_status(c, method, url) for c in clients] for method in ("get", "head"))
        if asked != got and (name.startswith("api-") or asked != ["405"] * 7):
            wrong.append(f"{name} head: {' '.join(asked)}, not {' '.join(got)}")
    assert not wrong, "\n".join(wrong)


def test_no_address_of_the_api_takes_options_and_says_so_in_json(
    urls: dict[str, str], clients: list[Client]
) -> None:
    for name, url in urls.items():
        if name.startswith("api-") and name != "api-docs":  # which is a page
            answers = [client.options(url) for client in clients]
            got = [str(answer.status_code) for answer in answers]
            assert got == _refused(name, got), name
            assert all(answer.json()["code"] and answer.json()["message"] for answer in answers)


def test_the_schema_declares_every_status_that_a_role_meets(client: Client) -> None:
    paths = client.get("/api/schema/").json()["paths"]
    missing = []
    for name, method, statuses in ACCESS:
        if name.startswith("api-") and statuses.startswith("401"):
            (route, _), *_ = get_resolver().reverse_dict.getlist(name)[0][0]
            operation = paths["/" + re.sub(r"%\((\w+)\)s", r"{\1}", route)][method]
            missing += [
                (name, method, s) for s in statuses.split() if s not in operation["responses"]
            ]
    assert not missing


def test_every_url_has_a_row() -> None:
    assert set(named_patterns()) == {name for name, _, _ in ACCESS}


def _refused(name: str, got: list[str]) -> list[str]:
    """What a method that does not exist is answered with; who is let in is said before that."""
    if name.startswith("api-") and got[0] == "401":
        return ["401", "404", "405", "405", "405", "405", "405"]
    return ["405"] * 7


def _status(client: Client, method: str, url: str) -> str:
    """The answer's status; whatever the request changed is taken back."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(url)
        b"".join(answer)  # a file is closed when it has been read
        transaction.set_rollback(True)
    client.cookies = cookies
    return str(answer.status_code)
