"""The demo corpus of `seeds/`, read into projects by the same workflow functions that people use.

Judgements give spans by their words, never by offsets or sentence numbers; seeds/README.md
describes the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction

from ..domain.codebook import FIVE
from ..domain.judgement import AnnotationDraft, JudgementDraft
from ..domain.offsets import Span
from ..models import Article, Assignment, ClaimGroup, Project, Sentence, Source
from ..workflow.asking import RulingDraft, answer, remark
from ..workflow.assigning import assign
from ..workflow.figures import compute_figures
from ..workflow.intake import take_in
from ..workflow.labelling import Change, judge, submit
from ..workflow.projects import add_member, start_project
from ..workflow.releasing import publish_release
from ..workflow.review import Choice, reading_of, settle, waiting_groups
from ..workflow.sources import add_alias, add_source
from .articles import read_articles
from .candidates import candidate_of


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who can sign in to the demo, and how."""

    username: str
    password: str
    projects: Sequence[str]
    roles: Sequence[str]


def load_demo(folder: Path) -> list[SignIn]:
    """Build the projects that are not there yet; return the sign-ins of all of them."""
    projects: list[dict[str, Any]] = _read(folder / "project.json")
    users = {m["username"]: _user(m["username"]) for p in projects for m in p["members"]}
    for plan in projects:
        if not Project.objects.filter(slug=plan["slug"]).exists():
            with transaction.atomic():
                _build(folder, plan, users)
    return [
        SignIn(
            username=name,
            password=_password(name),
            projects=[p["slug"] for p in projects for m in p["members"] if m["username"] == name],
            roles=[m["role"] for p in projects for m in p["members"] if m["username"] == name],
        )
        for name in users
    ]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _password(username: str) -> str:
    return f"{username}-demo"


def _user(username: str) -> User:
    user, created = User.objects.get_or_create(username=username)
    if created:
        user.set_password(_password(username))
        user.save()
    return user


def _build(folder: Path, plan: Mapping[str, Any], users: Mapping[str, User]) -> None:
    """One project from its articles to its release."""
    manager = next(users[m["username"]] for m in plan["members"] if m["role"] == "manager")
    manager.is_staff = manager.is_superuser = True
    manager.save()
    project = start_project(
        by=manager,
        name=plan["name"],
        slug=plan["slug"],
        codebook=_read(folder / plan["codebook"]),
        languages=plan["languages"],
        guidelines=(folder / plan["guidelines"]).read_text(encoding="utf-8"),
        annotators_per_article=plan["annotators_per_article"],
        agreement_policy=plan["agreement_policy"],
    )
    for member in plan["members"]:
        if users[member["username"]] != manager:
            add_member(
                project=project,
                by=manager,
                user=users[member["username"]],
                role=member["role"],
                languages=member["languages"],
            )
    entries = _read(folder / plan["sources"])
    sources = {
        entry["key"]: _source(project, manager, entry)
        for entry in entries
        if "article" not in entry
    }
    articles = {}
    for name in plan["articles"]:
        reading = read_articles(name, (folder / "articles" / name).read_bytes())
        candidate = candidate_of(reading.articles[0])
        articles[name] = take_in(project=project, by=manager, candidate=candidate).article
    for entry in entries:
        if "article" in entry:
            article = articles[entry["article"]]
            sources[entry["key"]] = _source(project, manager, entry, article)
    if "judgements" not in plan:
        return
    for name, work in _read(folder / plan["judgements"]).items():
        for username, entries in work.items():
            _hand_in(articles[name], users[username], manager, entries, sources)
    for question in _read(folder / plan["questions"]):
        _ask(articles[question["article"]], question, users, manager)
    for decision in _read(folder / plan["decisions"]):
        _decide(articles[decision["article"]], decision, users, manager, sources)
    publish_release(project=project, by=manager, version=plan["release"])
    compute_figures(project=project, by=manager)


def _source(
    project: Project, by: User, entry: Mapping[str, Any], article: Article | None = None
) -> Source:
    """The source of this entry, an unnamed one in its article; the built-in ones are there and take
    more aliases.
    """
    aliases = [(alias["text"], alias["language"]) for alias in entry["aliases"]]
    built_in = project.sources.filter(
        kind=entry["kind"], kind__in=[Source.Kind.AUTHOR, Source.Kind.UNSPECIFIED]
    ).first()
    if built_in is None:
        return add_source(
            project=project,
            by=by,
            name=entry["name"],
            kind=entry["kind"],
            aliases=aliases,
            article=article,
        )
    for text, language in aliases:
        add_alias(source=built_in, by=by, text=text, language=language)
    return built_in


def _hand_in(
    article: Article,
    annotator: User,
    manager: User,
    entries: Iterable[Mapping[str, Any]],
    sources: Mapping[str, Source],
) -> None:
    """One annotator's work on an article, sentence by sentence, to the submission."""
    membership = article.project.memberships.get(user=annotator)
    assignment = assign(article=article, membership=membership, by=manager)
    for entry in entries:
        sentence = _sentence(article, entry)
        parent = None
        for change in _changes(article, sentence, entry, sources):
            saved = judge(
                sentence=sentence, by=annotator, revision=uuid4(), parent=parent, change=change
            )
            parent = saved.judgement.revision
    submit(assignment=assignment, by=annotator)


def _changes(
    article: Article,
    sentence: Sentence,
    entry: Mapping[str, Any],
    sources: Mapping[str, Source],
) -> list[Change]:
    """The saves that lead to the entry, as an annotator makes them."""
    if reason := entry.get("no_claim"):
        repeated = None
        if words := entry.get("duplicate_of"):
            repeated = _sentence(article, {"at": words}).pk
        return [methodcaller("as_no_claim", reason, repeated)]
    if reason := entry.get("skipped"):
        return [methodcaller("as_skipped", reason)]
    claims = [_annotation(article, sentence, claim, sources) for claim in entry["claims"]]
    return [*(methodcaller("with_annotation", claim) for claim in claims), JudgementDraft.finished]


def _annotation(
    article: Article,
    sentence: Sentence,
    claim: Mapping[str, Any],
    sources: Mapping[str, Source],
) -> AnnotationDraft:
    return AnnotationDraft(
        annotation_id=uuid4(),
        spans=tuple(_span(article, sentence, words) for words in claim["spans"]),
        quotes=tuple(claim["spans"]),
        labels={key: claim[key] for key in FIVE if key in claim},
        source_chain=tuple(sources[key].pk for key in claim["source_chain"]),
        source_span=_span(article, sentence, claim["source_words"])
        if "source_words" in claim
        else None,
        cue_span=_span(article, sentence, claim["cue"]) if "cue" in claim else None,
        note=claim.get("note", ""),
    )


def _ask(
    article: Article, question: Mapping[str, Any], users: Mapping[str, User], manager: User
) -> None:
    """What an annotator asks or tells, with the manager's answer and ruling if there are any."""
    asked = remark(
        pk=uuid4(),
        sentence=_sentence(article, question),
        by=users[question["by"]],
        text=question["text"],
        wants_answer=not question.get("comment", False),
    )
    if "answer" in question:
        answer(
            pk=uuid4(),
            question=asked,
            by=manager,
            text=question["answer"],
            seen=0,
            ruling=RulingDraft(**question["ruling"]) if "ruling" in question else None,
        )


def _decide(
    article: Article,
    decision: Mapping[str, Any],
    users: Mapping[str, User],
    manager: User,
    sources: Mapping[str, Source],
) -> None:
    """What the manager settles of one sentence."""
    sentence = _sentence(article, decision)
    settle(
        sentence=sentence,
        by=manager,
        choices=_choices(article, sentence, decision, users, sources),
        reason=decision.get("reason", ""),
        note=decision.get("note", ""),
    )


def _choices(
    article: Article,
    sentence: Sentence,
    decision: Mapping[str, Any],
    users: Mapping[str, User],
    sources: Mapping[str, Source],
) -> dict[UUID, Choice]:
    if taken := decision.get("take"):
        reader = Assignment.objects.get(article=article, membership__user=users[taken])
        return reading_of(sentence, reader.number)
    if decision.get("none"):
        return {
            group.pk: Choice(seen=group.decisions.count(), reject=True)
            for group in waiting_groups(sentence)
        }
    values = decision["values"]
    return {
        group.pk: Choice(
            seen=group.decisions.count(),
            take=_drawn_by(group, [list(_span(article, sentence, w)) for w in values["spans"]]),
            values={key: values[key] for key in FIVE if key in values},
            source_chain=tuple(sources[key].pk for key in values["source_chain"]),
        )
        for group in waiting_groups(sentence)
    }


def _drawn_by(group: ClaimGroup, spans: list[list[int]]) -> UUID | None:
    """The member who drew these spans, if any."""
    return next(
        (
            member.annotation.annotation_id
            for member in group.members.all()
            if member.annotation.spans == spans
        ),
        None,
    )


def _sentence(article: Article, entry: Mapping[str, Any]) -> Sentence:
    """The sentence that holds the words of `at`."""
    start = -1
    for _ in range(entry.get("occurrence", 1)):
        start = article.text.index(entry["at"], start + 1)
    return article.sentences.select_related("article").get(start__lte=start, end__gt=start)


def _span(article: Article, sentence: Sentence, words: str) -> Span:
    start = article.text.index(words, sentence.start)
    return start, start + len(words)
