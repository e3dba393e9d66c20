"""The whole line in one story: a text becomes sentences, labels, decisions and a released dataset.
Read this first.
"""

import csv
import io
import json
from operator import methodcaller

from django.contrib.auth.models import User

from annotate.domain.judgement import JudgementDraft
from annotate.models import Article, ClaimGroup, Decision, Project, Release
from annotate.workflow.assigning import next_article
from annotate.workflow.labelling import reopen_assignment, submit
from annotate.workflow.releasing import open_release_file, publish_release
from annotate.workflow.review import reading_of, settle
from tests.builders import hand_in, sentence_at, source, words, write

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "ذلك"


def test_from_article_to_agreed_dataset(
    project: Project, article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    le_monde, official = source(project, "Le Monde"), source(project, "An official", "official")
    for annotator in (ada, ben):
        membership = project.memberships.get(user=annotator)
        assert next_article(membership=membership, by=annotator).article == article

    relayed = words(article, HALTED, chain=(le_monde,), kind="causal")
    hand_in(article, ada, relayed, words(article, DENIED))
    assert not ClaimGroup.objects.exists(), "nothing is compared before both have submitted"
    relayed = words(article, HALTED, chain=(le_monde,), kind="causal")
    hand_in(article, ben, relayed, words(article, DENIED, chain=(official,)))

    by_policy = Decision.objects.get()
    assert (by_policy.agreed_by, by_policy.source) == ("unanimous", le_monde)
    waiting = ClaimGroup.objects.waiting().get()
    assert (waiting.level, waiting.differences[0]["dimension"]) == ("critical", "source")

    sentence = sentence_at(article, DENIED)
    choices = reading_of(sentence, assignment_number=2)
    settle(sentence=sentence, by=rita, choices=choices, reason="slip", note="He is quoted.")
    release = publish_release(project=project, by=cora, version="1.0.0")

    rows = list(csv.DictReader(io.StringIO(_text(release, "annotations.csv"))))
    assert [row["agreed_by"] for row in rows] == ["unanimous", "adjudicated"]
    assert all(article.text[int(row["start"]) : int(row["end"])] == row["quote"] for row in rows), (
        "the emoji between the two claims shifts nothing"
    )
    assert [row["source"] for row in rows] == ["Le Monde", "An official"]
    manifest = json.loads(_text(release, "manifest.json"))
    assert manifest["counts"]["annotations"] == 2

    (work,) = article.assignments.filter(membership__user=ada)
    reopen_assignment(assignment=work, by=rita, note="Look again.")
    write(sentence, ada, methodcaller("with_annotation", words(article, "مسؤول في باماكو")))
    write(sentence, ada, JudgementDraft.finished)
    submit(assignment=work, by=ada)
    assert ClaimGroup.objects.waiting().count() == 1, "a new claim waits, what was decided stands"
    assert Decision.objects.standing().count() == 2


def _text(release: Release, name: str) -> str:
    with open_release_file(release=release, name=name) as file:
        return file.read().decode()
