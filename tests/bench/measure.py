"""The measurements: each against the floor, in turns, so that both meet the same machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import Annotation, Article, Assignment, Judgement, Membership, Project

from . import corpus
from .agreement import agreement_line
from .client import Browser, Sent
from .corpus import LANGUAGES, Member, Save
from .crowd import Person, Told, act, together
from .table import Line, milliseconds, p50, p95

INSERT = Sent("/floor/insert/", {"text": "One row, as plain as it can be."})
READ = Sent("/floor/read/")
TRANSACTION = ("BEGIN", "COMMIT")
MOST_QUERIES = 12
WARM_UP = 8
AHEAD = 0.9


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each; the numbers of a quick run are smaller, the rows the same."""

    sentences: int = 60
    saves: int = 160
    pages: int = 60
    nexts: int = 60
    small: int = 1_000
    large: int = 50_000
    crowds: tuple[tuple[int, int], ...] = ((8, 30), (32, 10))
    """People at once, and how many saves each of them makes in a round."""
    rounds: int = 4
    """With connections of their own, which the server's processes share by chance."""
    articles: int = 10_000
    """Those whose agreement is computed."""
    disputes: int = 5_000
    """Sentences that wait for a reviewer."""


QUICK = Plan(
    saves=24,
    pages=12,
    nexts=12,
    small=400,
    large=2_000,
    crowds=((8, 4), (32, 2)),
    rounds=2,
    articles=200,
    disputes=400,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of the requests, and of the floor's between them."""

    isnad: list[float]
    floor: list[float]

    @property
    def ratio(self) -> float:
        return p50(self.isnad) / p50(self.floor)


def run(port: int, plan: Plan) -> Iterator[Line]:
    bench = Bench(port, plan)
    yield from bench.workbench()
    yield from bench.nexts()
    yield from bench.review()
    yield from bench.crowds()
    yield agreement_line(plan.articles)


class Bench:
    def __init__(self, port: int, plan: Plan) -> None:
        self.port = port
        self.plan = plan
        self.floor = Browser(port)
        for _ in range(WARM_UP):
            self.floor.send(INSERT)

    def workbench(self) -> Iterator[Line]:
        """A save, and the page with all that was saved."""
        plan = self.plan
        project = corpus.project("reading")
        ada = corpus.member(project, "ada")
        article = corpus.article(project, corpus.long_text(plan.sentences))
        self.next_of(ada)
        saves = iter(corpus.saves(article, plan.saves + WARM_UP + 1))
        save = self.alternate(ada, INSERT, (each.sent for each in saves), plan.saves, status=200)
        queries = count_queries(ada, next(saves).sent)
        yield self.line(
            "save a claim",
            save,
            queries=queries,
            goal=f"≤ 4 × floor, ≤ {MOST_QUERIES} queries",
            met=save.ratio <= 4 and queries <= MOST_QUERIES,
        )
        page = Sent(reverse("workbench", args=[project.slug, article.pk]))
        seen = self.alternate(ada, READ, repeat(page), plan.pages, status=200)
        yield self.line(
            f"workbench, {plan.sentences} sentences", seen, queries=count_queries(ada, page)
        )

    def review(self) -> Iterator[Line]:
        """The reviewers' queue, from its beginning, and a sentence in the midst of it."""
        project = corpus.project("disputes")
        rita = corpus.member(project, "rita", role=Membership.Role.REVIEWER)
        sentence = corpus.disputes(project, self.plan.disputes)
        analyse()
        queue = Sent(reverse("review", args=[project.slug]))
        item = Sent(reverse("review-sentence", args=[project.slug, sentence.pk]))
        for name, page in (("review queue", queue), ("review item", item)):
            pair = self.alternate(rita, READ, repeat(page), self.plan.pages, status=200)
            yield self.line(
                f"{name}, {self.plan.disputes:,} open",
                pair,
                queries=count_queries(rita, page),
                goal="≤ 4 × floor",
                met=pair.ratio <= 4,
            )

    def nexts(self) -> Iterator[Line]:
        """The next article out of few and out of many, for somebody new and for one far ahead."""
        near, far = self.queue_of(self.plan.small), self.queue_of(self.plan.large)
        for name, small, large in zip(("new", "90 % ahead"), near, far, strict=True):
            work = [(small, asks(small)), (large, asks(large))]
            few, many = self.in_turns(INSERT, work, self.plan.nexts, status=302)
            yield self.line(
                f"next of {self.plan.small:,}, {name}", few, queries=queries_of_next(small)
            )
            yield self.line(
                f"next of {self.plan.large:,}, {name}",
                many,
                queries=queries_of_next(large),
                goal="≤ 1.3 × the row above",
                met=p50(many.isnad) <= 1.3 * p50(few.isnad),
            )

    def queue_of(self, size: int) -> tuple[Member, Member]:
        """Somebody who has read nothing of so many articles, and who has read most of them."""
        project = corpus.project(f"queue-{size}")
        new, ahead = (corpus.member(project, name, LANGUAGES) for name in ("new", "ahead"))
        articles = corpus.fill(project, size)
        corpus.read_ahead(ahead, articles[: int(size * AHEAD)])
        analyse()
        return new, ahead

    def crowds(self) -> Iterator[Line]:
        """Many who ask for an article at once and then save at once."""
        project = corpus.project("crowd")
        readers = max(people for people, _saves in self.plan.crowds)
        members = [corpus.member(project, str(number)) for number in range(readers)]
        for people, saves in self.plan.crowds:
            yield self.crowd(project, members[:people], saves)

    def crowd(self, project: Project, members: Sequence[Member], saves: int) -> Line:
        """As many places as people, so that the last ones are fought for; then everybody saves, in
        rounds with the floor between them, and saves the same again, as a browser does that got no
        answer.
        """
        for number in range(len(members) // project.annotators_per_article):
            head = f"Dispatch {len(members)}-{number}.\n"
            corpus.article(project, head + corpus.long_text(20))
        asked = self.act(members, [[next_article(each)] * 2 for each in members])
        work = [
            corpus.saves(article, saves * self.plan.rounds)
            if (article := open_article(each))
            else []
            for each in members
        ]
        sent = [[save.sent for save in each] for each in work]
        inserts = [[INSERT] * saves for _ in members]
        floors, rounds = [self.act(members, inserts)], []
        for start in range(0, saves * self.plan.rounds, saves):
            part = [each[start : start + saves] for each in sent]
            rounds.append(self.act(members, part))
            floors.append(self.act(members, inserts))
        saved, floor = together(rounds), together(floors)
        again = self.act(members, sent)
        wrong = [
            *refused("ask for an article", asked, 302),
            *refused("save", saved, 200),
            *refused("save again", again, 200),
            *wrong_articles(members, asked),
            *wrong_saves(members, work),
        ]
        for each in members:
            hand_in(each)
        least = 0.4 if len(members) <= 8 else None
        ratio = saved.rate / floor.rate
        return Line(
            name=f"{len(members)} people save at once",
            isnad=f"{saved.rate:.0f} /s",
            p95=milliseconds(p95([a.seconds for each in saved.answers for a in each])),
            floor=f"{floor.rate:.0f} /s",
            ratio=ratio,
            goal=f"≥ {least} of floor, nothing wrong" if least else "nothing wrong",
            met=not wrong and (least is None or ratio >= least),
            wrong=wrong,
        )

    def act(self, members: Sequence[Member], requests: Sequence[list[Sent]]) -> Told:
        people = [Person(each.session, sent) for each, sent in zip(members, requests, strict=True)]
        return act(self.port, people)

    def next_of(self, member: Member) -> None:
        answer = Browser(self.port, member.session).send(next_article(member))
        if answer.status != 302:
            raise RuntimeError(f"The first article was answered with {answer.status}.")

    def alternate(
        self, member: Member, floor: Sent, requests: Iterator[Sent], count: int, *, status: int
    ) -> Pair:
        """Time the floor, a request, the floor, a request …, after a few to warm up."""
        return self.in_turns(floor, [(member, requests)], count, status=status)[0]

    def in_turns(
        self,
        floor: Sent,
        work: Sequence[tuple[Member, Iterator[Sent]]],
        count: int,
        *,
        status: int,
    ) -> list[Pair]:
        """Time one request of each member after the other, each after one of the floor."""
        members = [(Browser(self.port, member.session), requests) for member, requests in work]
        pairs = [Pair([], []) for _ in work]
        for _ in range(count + WARM_UP):
            for (browser, requests), pair in zip(members, pairs, strict=True):
                sent = next(requests)
                pair.floor.append(self.floor.send(floor).seconds)
                answer = browser.send(sent)
                if answer.status != status:
                    raise RuntimeError(f"{sent.path} was answered with {answer.status}.")
                pair.isnad.append(answer.seconds)
        return [Pair(pair.isnad[WARM_UP:], pair.floor[WARM_UP:]) for pair in pairs]

    def line(
        self, name: str, pair: Pair, *, queries: int, goal: str = "", met: bool | None = None
    ) -> Line:
        return Line(
            name=name,
            isnad=milliseconds(p50(pair.isnad)),
            p95=milliseconds(p95(pair.isnad)),
            floor=milliseconds(p50(pair.floor)),
            ratio=pair.ratio,
            queries=queries,
            goal=goal,
            met=met,
        )


def analyse() -> None:
    """Let PostgreSQL look at what it holds, as autovacuum would after a while."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def next_article(member: Member) -> Sent:
    return Sent(reverse("next-article", args=[member.membership.project.slug]), {})


def asks(member: Member) -> Iterator[Sent]:
    """One article after the other, each handed in before the next is asked for."""
    while True:
        hand_in(member)
        yield next_article(member)


def queries_of_next(member: Member) -> int:
    hand_in(member)
    return count_queries(member, next_article(member))


def hand_in(member: Member) -> None:
    member.membership.assignments.open().update(state=Assignment.State.SUBMITTED)


def open_article(member: Member) -> Article | None:
    assignment = member.membership.assignments.open().select_related("article").first()
    return assignment.article if assignment else None


def count_queries(member: Member, sent: Sent) -> int:
    """How many statements the request costs, those for session and user among them; BEGIN and
    COMMIT are not counted.
    """
    client = Client(SERVER_NAME="127.0.0.1", headers={"HX-Request": "true"})
    client.force_login(member.user)
    with CaptureQueriesContext(connection) as captured:
        ask = client.get if sent.fields is None else client.post
        answer = ask(sent.path, sent.fields)
    if answer.status_code >= 400:
        raise RuntimeError(f"{sent.path} was answered with {answer.status_code}.")
    return sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries)


def refused(what: str, told: Told, status: int) -> Iterator[str]:
    """Answers that are not as they should be, with how many there are of each."""
    others = Counter(a.status for each in told.answers for a in each if a.status != status)
    for other, count in others.items():
        yield f"{what}: {count} × {other}"


def wrong_articles(members: Sequence[Member], asked: Told) -> Iterator[str]:
    """Each has one article, the one answered both times; no article has more than its readers."""
    project = members[0].membership.project
    for member, answers in zip(members, asked.answers, strict=True):
        had = list(member.membership.assignments.open().values_list("article", flat=True))
        told = {reverse("workbench", args=[project.slug, pk]) for pk in had}
        if len(had) != 1 or {answer.location for answer in answers} != told:
            yield f"{member.user}: {len(had)} articles, not the one that was answered"
    kept = Count("assignments", filter=~Q(assignments__state=Assignment.State.WITHDRAWN))
    uneven = Article.objects.filter(project=project).annotate(kept=kept)
    for article in uneven.exclude(kept=project.annotators_per_article - F("open_slots")):
        yield f"{article}: {article.open_slots} places left of {project.annotators_per_article}"


def wrong_saves(members: Sequence[Member], work: Sequence[Sequence[Save]]) -> Iterator[str]:
    """Each save is stored once: one revision, and one annotation."""
    mine = {
        "assignment__membership__in": [member.membership for member in members],
        "assignment__state__in": Assignment.OPEN,
    }
    sent = [save for each in work for save in each]
    revisions = Judgement.objects.filter(**mine).values_list("revision", flat=True)
    annotations = Annotation.objects.filter(**mine).values_list("annotation_id", flat=True)
    yield from uneven("revisions", (save.revision for save in sent), revisions)
    yield from uneven("annotations", (save.annotation_id for save in sent), annotations)


def uneven(what: str, sent: Iterable[str], stored: Iterable[UUID]) -> Iterator[str]:
    expected, found = Counter(sent), Counter(map(str, stored))
    if expected != found:
        lost, more = (expected - found).total(), (found - expected).total()
        yield f"{what}: {lost} lost, {more} too many"
