"""Projects, who works in them, and what they read: articles, sentences and sources."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Replace, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..domain.direction import language_of_script, language_within
from ..domain.normalise import search_key
from ..domain.shortening import shortened
from .base import Entity, Identified

if TYPE_CHECKING:
    from .labelling import Assignment


def default_on_difference() -> dict[str, str]:
    """Minor differences that a rule settles unless the project says otherwise (model.md, 3.3)."""
    return {"chain": "rule", "boundary": "rule", "attribution_type": "rule", "kind": "review"}


def new_pseudonym() -> str:
    """A name for an annotator in released files; random, so that it tells nothing."""
    return f"a-{secrets.token_hex(4)}"


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Projects in which the user is a member today."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Exists(Membership.objects.active().filter(project=OuterRef("pk"), user=user))
        )

    def managed_by(self, user: User | AnonymousUser) -> Self:
        """Projects in which the user is a manager today."""
        if not user.is_authenticated:
            return self.none()
        managers = Membership.objects.active().filter(role=Membership.Role.MANAGER, user=user)
        return self.filter(Exists(managers.filter(project=OuterRef("pk"))))


class Project(Entity):
    """One study: its articles, people, codebook and rules. Two projects never see each other."""

    class Policy(models.TextChoices):
        UNANIMOUS = "unanimous", _("unanimous")
        MAJORITY = "majority", _("majority")
        ADJUDICATE_ALL = "adjudicate_all", _("a reviewer settles everything")

    class Scope(models.TextChoices):
        MAIN = "main", _("main predicates, everything attributed, figures and causes")
        ALL = "all", _("every claim")

    class TextInRelease(models.TextChoices):
        FULL = "full", _("full text of sentences")
        QUOTES = "quotes", _("quotes only")
        OFFSETS = "offsets", _("offsets only")

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    codebook = models.ForeignKey(
        "annotate.CodebookVersion", models.PROTECT, related_name="+", null=True, blank=True
    )
    annotators_per_article = models.PositiveSmallIntegerField(
        _("annotators per article"), default=2
    )
    agreement_policy = models.CharField(
        _("agreement policy"), max_length=20, choices=Policy, default=Policy.UNANIMOUS
    )
    match_threshold = models.FloatField(_("match threshold"), default=0.5)
    boundary_threshold = models.FloatField(_("boundary threshold"), default=0.8)
    on_difference = models.JSONField(_("on difference"), default=default_on_difference)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope, default=Scope.MAIN)
    suggestions = models.BooleanField(_("suggestions"), default=False)
    preset_unmarked = models.BooleanField(_("preset the unmarked values"), default=False)
    second_look = models.BooleanField(_("second look"), default=False)
    tiebreak = models.BooleanField(_("tiebreak"), default=False)
    claim_linking = models.BooleanField(_("link claims in the first pass"), default=False)
    settle_own = models.BooleanField(_("annotators may settle what they annotated"), default=False)
    text_in_release = models.CharField(
        _("text in release"), max_length=10, choices=TextInRelease, default=TextInRelease.FULL
    )
    last_position = models.PositiveBigIntegerField(default=0, editable=False)

    asked_by: Membership | None = None  # for whom it was read, on those of `hot.members_project`

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=Q(annotators_per_article__gte=1), name="project_annotators_per_article"
            ),
            models.CheckConstraint(
                condition=Q(match_threshold__gt=0, match_threshold__lte=1),
                name="project_match_threshold",
            ),
            models.CheckConstraint(
                condition=Q(boundary_threshold__gt=0, boundary_threshold__lte=1),
                name="project_boundary_threshold",
            ),
            models.CheckConstraint(
                condition=Q(agreement_policy__in=["unanimous", "majority", "adjudicate_all"]),
                name="project_agreement_policy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Who works in a project, its managers may see."""
        return self.filter(project__in=Project.objects.managed_by(user))

    def active(self) -> Self:
        return self.filter(ended="")

    def annotating(self) -> Self:
        """Those who may be given articles, by name."""
        found = self.active().exclude(role=Membership.Role.OBSERVER)
        return found.select_related("user").order_by("user__username")

    def by_name(self) -> Self:
        """Those who have ended among them."""
        return self.select_related("user").order_by("user__username")

    def in_order_of_work(self) -> Self:
        """Those who were ever given an article, by when that first was: nobody's place changes."""
        began = self.annotate(began=Min("assignments__created_at")).exclude(began=None)
        return began.select_related("user").order_by("began", "pk")


class Membership(Entity):
    """A person in a project, with a role and the languages this person is given to read."""

    class Role(models.TextChoices):
        ANNOTATOR = "annotator", _("annotator")
        REVIEWER = "reviewer", _("reviewer")
        MANAGER = "manager", _("manager")
        OBSERVER = "observer", _("observer")

    class Ended(models.TextChoices):
        ACTIVE = "", _("active")
        LEFT = "left", _("left")
        EXCLUDED = "excluded", _("excluded")

    project = models.ForeignKey(Project, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    pseudonym = models.CharField(max_length=20, default=new_pseudonym, editable=False)
    cursor = models.PositiveBigIntegerField(default=0, editable=False)
    ended = models.CharField(max_length=10, choices=Ended, default=Ended.ACTIVE, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_user"),
            models.UniqueConstraint(fields=["project", "pseudonym"], name="membership_pseudonym"),
            models.CheckConstraint(
                condition=Q(role__in=["annotator", "reviewer", "manager", "observer"]),
                name="membership_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def annotates(self) -> bool:
        """Whether this person may be given articles today, or be asked about them again."""
        return not self.ended and self.role != Membership.Role.OBSERVER


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: User) -> Self:
        """Sources the user may see: accepted ones, one's own proposals, those of complete articles.

        Reviewers see every proposal. Merged sources are redirects and never listed.
        """
        mine = Membership.objects.active().filter(user=user)
        reviews = mine.filter(role__in=[Membership.Role.REVIEWER, Membership.Role.MANAGER])
        return self.filter(project__in=mine.values("project"), merged_into=None).filter(
            Q(status=Source.Status.ACCEPTED)
            | Q(shared=True)
            | Q(created_by=user)
            | Q(project__in=reviews.values("project"))
        )

    def usable_by(self, user: User, article: Article | None = None) -> Self:
        """Sources the user may put into a chain (of this article): a reviewer who annotates is as
        blind as anybody, and unnamed sources stay in their article.
        """
        return (
            self.visible_to(user)
            .filter(Q(status=Source.Status.ACCEPTED) | Q(shared=True) | Q(created_by=user))
            .filter(Q(article=None) | Q(article=article))
            .exclude(kind=Source.Kind.AUTHOR)
        )


class Source(Entity):
    """Who can hold or relay a claim.

    A proposed source is its proposer's and the reviewers' alone until an article that uses it is
    complete; from then on it is `shared`. `merged_into` is a redirect: a merged source keeps its
    id.
    """

    class Kind(models.TextChoices):
        MEDIA = "media", _("media")
        OFFICIAL = "official", _("official")
        INSTITUTION = "institution", _("institution")
        ARMED_GROUP = "armed_group", _("armed group")
        EXPERT = "expert", _("expert")
        PERSON = "person", _("person")
        GROUP = "group", _("group")
        ANONYMOUS = "anonymous", _("anonymous")
        UNSPECIFIED = "unspecified", _("unspecified")
        AUTHOR = "author", _("author")

    class Status(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        PROPOSED = "proposed", _("proposed")

    project = models.ForeignKey(Project, models.PROTECT, related_name="sources")
    name = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    wikidata = models.CharField(_("Wikidata"), max_length=20, blank=True)
    url = models.URLField(_("address"), max_length=2000, blank=True)
    article = models.ForeignKey(
        "annotate.Article", models.PROTECT, related_name="+", null=True, blank=True
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.ACCEPTED)
    shared = models.BooleanField(default=False, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged", null=True, blank=True
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(kind__in=["author", "unspecified"]),
                name="source_built_in_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "proposed"]), name="source_status"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="source_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str) -> str:
        """The name in this language, else English, French, Arabic, else the first there is."""
        for code in (language, language.partition("-")[0], "en", "fr", "ar"):
            if name := self.name.get(code):
                return str(name)
        return str(next(iter(self.name.values())))


ARTICLE = "ال"  # the Arabic one
WITHOUT_ARTICLE = re.compile(rf"^{ARTICLE}(?=\w{{2}})")
WORDS = re.compile(r"\w+")
# Two names may differ in the letter that carries a hamza; who searches may type it without.
CARRIERS = ("ؤئ", "وي")


class SourceAliasQuerySet(models.QuerySet["SourceAlias"]):
    def matching(self, typed: str, *preferred: Case) -> Self:
        """Names that hold every typed word, with or without the Arabic article and hamzas, best
        first.

        Equal ones come first, then those that begin with what was typed, those in which a word
        does, and the rest; among these what is `preferred` decides.
        """
        whole = search_key(typed).translate(str.maketrans(*CARRIERS))
        words = [WITHOUT_ARTICLE.sub("", word) for word in WORDS.findall(whole)] or [whole]
        key = " ".join(words)
        bare: Combinable = F("folded")
        for carrier, letter in zip(*CARRIERS, strict=True):
            bare = Replace(bare, Value(carrier), Value(letter))
        held = Q(*(Q(bare__contains=word) for word in words))
        begins = Q(bare__startswith=key) | Q(bare__startswith=ARTICLE + key)
        in_word = Q(bare__contains=f" {key}") | Q(bare__contains=f" {ARTICLE}{key}")
        rank = Case(
            When(bare__in=[whole, key, ARTICLE + key], then=Value(0)),
            When(begins, then=Value(1)),
            When(in_word, then=Value(2)),
            default=3,
        )
        return self.alias(bare=bare).filter(held).order_by(rank, *preferred, "folded", "source")

    def named(self, keys: Iterable[str]) -> Self:
        """The names with one of these folded keys."""
        return self.filter(folded__in=keys)


class SourceAlias(Identified):
    """A name or alias of a source, folded for matching; accepted ones are unique in the project."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=200)
    language = models.CharField(max_length=35, blank=True)
    folded = models.CharField(max_length=200)
    accepted = models.BooleanField(default=True)

    objects = SourceAliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "folded"], condition=Q(accepted=True), name="alias_accepted_once"
            ),
            models.UniqueConstraint(
                fields=["project", "source", "folded"], name="alias_of_source_once"
            ),
        ]
        indexes = [models.Index(fields=["project", "folded"], name="alias_folded")]

    def __str__(self) -> str:
        return self.text


def _count(rows: models.QuerySet[Any, Any]) -> Coalesce:
    """How many rows there are in each group, as part of a larger query."""
    return Coalesce(Subquery(rows.order_by().annotate(n=Count("*")).values("n")), 0)


BEGINNING = 300  # characters of an article's text: enough to shorten to a name


class ArticleQuerySet(models.QuerySet["Article"]):
    def in_project(self, project: Project) -> Self:
        return self.filter(project=project)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Articles the user may open: one's own assignments; those who do not annotate, all."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.active().filter(project=OuterRef("project"), user=user)
        return self.filter(
            Exists(mine.exclude(role=Membership.Role.ANNOTATOR))
            | Exists(mine.filter(assignments__article=OuterRef("pk")))
        )

    def off_desk_of(self, user: User | AnonymousUser) -> Self:
        """Articles of projects in which the user reviews, but those open on the user's own desk."""
        if not user.is_authenticated:
            return self.none()
        reviewers = Membership.objects.active().filter(
            project=OuterRef("project"),
            user=user,
            role__in=[Membership.Role.REVIEWER, Membership.Role.MANAGER],
        )
        on_own_desk = Membership.objects.filter(
            user=user,
            assignments__article=OuterRef("pk"),
            assignments__state__in=["assigned", "in_progress", "reopened"],
        )
        return self.filter(Exists(reviewers), ~Exists(on_own_desk))

    def reviewable_by(self, user: User | AnonymousUser) -> Self:
        """Articles on which the user may read others' work: complete, and not open on one's own
        desk.
        """
        return self.off_desk_of(user).filter(completed_at__isnull=False)

    def unjudged(self) -> Self:
        """Articles of which nobody has judged a sentence or asked about one: their sentences may
        still be moved.
        """
        same = Article.objects.filter(pk=OuterRef("pk"))
        judged = same.filter(assignments__judgements__isnull=False)
        asked = same.filter(assignments__remarks__isnull=False)
        return self.filter(~Exists(judged), ~Exists(asked))

    def newest_first(self, after: UUID | None = None) -> Self:
        """As they came in, the last one first; `after` is the article at which a page ended."""
        articles = self.order_by("-position")
        if after is None:
            return articles
        end = Article.objects.filter(pk=after).values("position")
        return articles.filter(position__lt=Subquery(end))

    def incomplete(self) -> Self:
        """Those that somebody has still to hand in."""
        return self.filter(completed_at=None)

    def ready(self) -> Self:
        """Those that are not complete though they have all their readers, and nobody has them on
        the desk.
        """
        same = Article.objects.filter(pk=OuterRef("pk"))
        states = {"assignments__state__in": ["assigned", "in_progress", "reopened"]}
        read = same.filter(assignments__state="submitted")
        found = self.incomplete().filter(Exists(read), open_slots=0)
        return found.exclude(Exists(same.filter(**states))).order_by("position")

    def ungrouped(self) -> Self:
        """Complete articles whose groups could not be formed: a manager tries again."""
        complete = self.filter(completed_at__isnull=False)
        return complete.exclude(grouping_failure="").order_by("position")

    def with_progress(self) -> Self:
        """Each with `submitted_count`, the assignments handed in; without texts."""
        submitted = Article.objects.filter(pk=OuterRef("pk"), assignments__state="submitted")
        return self.without_texts().annotate(submitted_count=_count(submitted.values("pk")))

    def without_texts(self) -> Self:
        """For lists: each has the `beginning` of its text, which names one without a title."""
        return self.annotate(beginning=Substr("text", 1, BEGINNING)).defer("text", "licence_note")

    def in_language(self, language: str) -> Self:
        return self.filter(language=language)

    def in_languages_of(self, membership: Membership) -> Self:
        """Those that the member reads the language of (`languages.reads`)."""
        read = Q()  # of somebody with none, who is given all
        for language in membership.languages:
            read |= Q(language=language) | Q(language__startswith=f"{language}-")
        return self.filter(read)

    def read_by(self, membership: Membership) -> Self:
        """Those that the member has, or has handed in."""
        return self.filter(
            Exists(membership.assignments.exclude(state="withdrawn").filter(article=OuterRef("pk")))
        )

    def in_queue_order(self, after: int = 0) -> Self:
        """By place in the queue, behind this one."""
        return self.filter(position__gt=after).order_by("position")

    def summed_up(self) -> dict[str, int]:
        """How many there are (`total`), `complete`, `incomplete` and, of these, `begun` ones, and
        free `places`.
        """
        taken = Article.objects.filter(
            pk=OuterRef("pk"), assignments__state__in=["in_progress", "submitted", "reopened"]
        )
        begun = self.filter(Exists(taken), completed_at=None).count()
        return {
            "begun": begun,
            **self.aggregate(
                total=Count("pk"),
                complete=Count("completed_at"),
                incomplete=Count("pk", filter=Q(completed_at=None)),
                places=Coalesce(Sum("open_slots"), 0),
            ),
        }

    def open_for(self, membership: Membership) -> Self:
        """Articles with a free slot ahead of the member's cursor, that the member has not had."""
        return (
            self.filter(
                project=membership.project_id, open_slots__gt=0, position__gt=membership.cursor
            )
            .exclude(
                Exists(
                    membership.assignments.filter(
                        project=membership.project_id, article=OuterRef("pk")
                    )
                )
            )
            .order_by("position")
        )

    def identical_to(self, article: Article) -> Self:
        """The same text from another outlet."""
        return self.filter(project=article.project_id, sha256=article.sha256).exclude(pk=article.pk)


class Article(Entity):
    """A text as it was published. The text is immutable: a correction is a new version.

    `grouping_failure` says why no groups could be formed when it was completed.
    """

    class Direction(models.TextChoices):
        RTL = "rtl", _("right to left")
        LTR = "ltr", _("left to right")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    project = models.ForeignKey(Project, models.PROTECT, related_name="articles")
    external_id = models.CharField(_("external id"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    text = models.TextField(_("text"))
    sha256 = models.CharField(max_length=64, editable=False)
    language = models.CharField(_("language"), max_length=35)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    publisher = models.ForeignKey(
        Source, models.PROTECT, related_name="published_articles", null=True, blank=True
    )
    author_name = models.CharField(_("author"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=2000, blank=True)
    published = models.DateField(pgettext_lazy("an article", "published"), null=True, blank=True)
    published_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=Precision, blank=True
    )
    licence_note = models.TextField(_("licence note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    position = models.PositiveBigIntegerField(editable=False)
    sentence_count = models.PositiveIntegerField(default=0, editable=False)
    open_slots = models.PositiveSmallIntegerField(editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    grouping_failure = models.TextField(blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256", "url"],
                condition=Q(publisher=None),
                name="article_once_without_publisher",
            ),
            models.UniqueConstraint(
                fields=["project", "sha256", "publisher", "url"],
                condition=Q(publisher__isnull=False),
                name="article_once",
            ),
            models.UniqueConstraint(fields=["project", "position"], name="article_position"),
            models.CheckConstraint(condition=Q(open_slots__gte=0), name="article_open_slots"),
            models.CheckConstraint(
                condition=Q(direction__in=["rtl", "ltr"]), name="article_direction"
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "language", "position"],
                condition=Q(open_slots__gt=0),
                name="article_open_by_language",
            ),
            models.Index(
                fields=["project", "position"], condition=Q(open_slots__gt=0), name="article_open"
            ),
            models.Index(
                fields=["project", "position"],
                condition=~Q(grouping_failure=""),
                name="article_ungrouped",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.external_id or shortened(self.beginning)

    @cached_property
    def beginning(self) -> str:
        """Enough of the text to name it by; what `without_texts` finds comes with it."""
        return self.text[:BEGINNING]

    @property
    def published_text(self) -> str:
        """The date as far as it is known: `2024-10-05`, `2024-10`, `2024` or ''."""
        if self.published is None:
            return ""
        length = {"year": 4, "month": 7}.get(self.published_precision, 10)
        return self.published.isoformat()[:length]

    @property
    def is_ready(self) -> bool:
        """It has all its readers, and nobody has it on the desk."""
        return (
            self.completed_at is None
            and self.open_slots == 0
            and not self.assignments.open().exists()
            and self.assignments.counted().exists()
        )

    def language_of(self, sentence: Sentence) -> str:
        """The article's language, unless the sentence's script tells another; '' for one that runs
        the other way and whose script tells none.
        """
        words = self.text[sentence.start : sentence.end]
        if sentence.direction == self.direction:
            return language_within(self.text, self.language, words)
        return language_of_script(words)

    def quote(self, spans: list[list[int]]) -> str:
        """The words of the spans; parts are joined by ` … `."""
        return " … ".join(self.text[start:end] for start, end in spans)


class SentenceQuerySet(models.QuerySet["Sentence"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(article__in=Article.objects.visible_to(user))

    def given_to(self, user: User | AnonymousUser) -> Self:
        """Sentences of the user's own assignments, as an active member who annotates. Plain joins:
        every save asks this.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            article__assignments__membership__user=user,
            article__assignments__membership__ended="",
            article__assignments__membership__role__in=[
                Membership.Role.ANNOTATOR,
                Membership.Role.REVIEWER,
                Membership.Role.MANAGER,
            ],
        )

    def given_in(self, assignment: Assignment) -> Self:
        """The sentences that this assignment asks for: all of the article, or those of a tie."""
        found = self.filter(article=assignment.article_id)
        return found.filter(index__in=assignment.limited_to) if assignment.limited_to else found

    def placed(self) -> Self:
        """With article and project."""
        return self.select_related("article__project")

    def reviewable_by(self, user: User | AnonymousUser) -> Self:
        """Sentences on which the user may read others' work."""
        return self.filter(article__in=Article.objects.reviewable_by(user))

    def around(self, sentence: Sentence) -> Self:
        """The sentences of its paragraph and the two beside it, in reading order, itself among
        them.
        """
        near = Q(paragraph=sentence.paragraph) | Q(index__in=_neighbours(sentence.index))
        return self.filter(near, article=sentence.article_id).order_by("index")


def _neighbours(index: int) -> list[int]:
    return [near for near in (index - 1, index + 1) if near >= 0]


class Sentence(Identified):
    """A unit of the article's text: `article.text[start:end]`. Never edited after the first
    judgement.
    """

    class Block(models.TextChoices):
        TITLE = "title", _("title")
        DATELINE = "dateline", _("date line")
        BYLINE = "byline", _("byline")
        HEADING = "heading", _("heading")
        CAPTION = "caption", _("caption")
        LEDE = "lede", _("lede")
        PULL_QUOTE = "pull_quote", _("pull quote")
        LIST_ITEM = "list_item", _("list item")
        BODY = "body", _("body")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="sentences")
    index = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    paragraph = models.PositiveIntegerField()
    block = models.CharField(max_length=10, choices=Block)
    direction = models.CharField(max_length=3, choices=Article.Direction)
    segmenter = models.CharField(max_length=40)

    objects = SentenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sentence")
        verbose_name_plural = _("sentences")
        ordering = ["article", "index"]
        constraints = [
            models.UniqueConstraint(fields=["project", "article", "index"], name="sentence_index"),
            models.UniqueConstraint(fields=["project", "article", "start"], name="sentence_start"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="sentence_not_empty"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


class Upload(Entity):
    """Files that a manager has dropped and not yet confirmed: what the preview shows and the import
    takes.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="uploads")
    drafts = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return f"{len(self.drafts)} articles"


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The audit trail is for the project's managers."""
        return self.filter(project__in=Project.objects.managed_by(user))

    def on(self, thing: Identified) -> Self:
        """What was done to this thing, the last change first, with who did it."""
        return self.filter(on_id=thing.pk).select_related("by").order_by("-at")

    def of_boundaries(self, article: Article) -> Self:
        """How the article's sentences were moved since it came in, the last change first."""
        return self.filter(
            project=article.project_id, on_id=article.pk, what__in=Event.BOUNDARIES
        ).order_by("-at")


class Event(Identified):
    """Append-only audit row: who did what, when, on what, and how it was before and after.

    Judgements, submissions and decisions are append-only themselves and carry the same facts, so
    they need no event beside them; events tell of every other change of stored state.
    """

    BOUNDARIES = (
        "split_sentence",
        "join_with_next",
        "change_block",
        "resegment_article",
        "undo_boundaries",
    )

    project = models.ForeignKey(Project, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.CharField(max_length=60)
    on = models.CharField(max_length=60)
    on_id = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at"]
        indexes = [models.Index(fields=["project", "on_id", "at"], name="event_on")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.on}"
