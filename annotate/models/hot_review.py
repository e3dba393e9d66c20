"""The reads that every page of the review makes, written as SQL, for the reason in hot.py.

Each function says which queryset it stands for; tests/test_hot_review.py holds the two against one
another.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User

from .corpus import BEGINNING, Article, Project, Sentence
from .labelling import Annotation, Assignment, Judgement
from .review import ClaimGroup, Decision
from .settling import ReviewItem
from .sql import all_joined, all_of, each_of, first_joined, first_of, rows_of

OWN = """
    SELECT 1 FROM annotate_assignment o JOIN annotate_membership m ON m.id = o.membership_id
    WHERE o.article_id = i.article_id AND m.user_id = %s AND m.ended = ''
"""
OPEN = "('assigned', 'in_progress', 'reopened')"
ITEMS = f"""
    SELECT i.*, a.title, a.external_id, a.language, s.direction,
    SUBSTR(a.text, 1, {BEGINNING}) AS beginning,
    SUBSTR(a.text, s.start + 1, s."end" - s.start) AS words,
    EXISTS ({OWN} AND o.state <> 'withdrawn') AS mine
    FROM annotate_reviewitem i
    JOIN annotate_sentence s ON s.id = i.sentence_id
    JOIN annotate_article a ON a.id = i.article_id
"""  # noqa: S608 - put together from the constants above
ITEM = f"""
    SELECT i.*, EXISTS ({OWN} AND o.state <> 'withdrawn') AS mine
    FROM annotate_reviewitem i WHERE i.sentence_id = %s
"""  # noqa: S608 - put together from the constants above
WAITING = f"""
    {ITEMS} WHERE i.project_id = %s AND i.status = 'waiting'
    AND NOT EXISTS ({OWN} AND o.state IN {OPEN})
"""
ANOTHERS = f"AND NOT EXISTS ({OWN} AND o.state <> 'withdrawn')"
BEHIND = """AND i.position >= %s AND (i.position > %s OR i."index" > %s)"""
BEHIND_WORST = """AND i.severity <= %s
    AND (i.severity < %s OR (i.position >= %s AND (i.position > %s OR i."index" > %s)))"""
READING_ORDER = """ORDER BY i.position, i."index" LIMIT %s"""
WORST_FIRST = """ORDER BY i.severity DESC, i.position, i."index" LIMIT %s"""

# Counted over the indexes alone; what the user has a part in is few and counted apart.
COUNTS = f"""
    SELECT 'all' AS what, l.severity, (
        SELECT COUNT(*) FROM annotate_reviewitem i
        WHERE i.project_id = %s AND i.status = 'waiting' AND i.severity = l.severity
    )
    FROM (SELECT 0 AS severity UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) AS l
    UNION ALL
    SELECT 'articles', 0, COUNT(*) FROM (
        SELECT DISTINCT position FROM annotate_reviewitem
        WHERE project_id = %s AND status = 'waiting'
    ) AS p
    UNION ALL
    SELECT CASE WHEN a.state IN {OPEN} THEN 'desk' ELSE 'mine' END, i.severity, COUNT(*)
    FROM annotate_membership m JOIN annotate_assignment a ON a.membership_id = m.id
    JOIN annotate_reviewitem i ON i.article_id = a.article_id AND i.status = 'waiting'
    WHERE m.project_id = %s AND m.user_id = %s AND m.ended = '' AND a.state <> 'withdrawn'
    GROUP BY 1, 2
    UNION ALL
    SELECT 'articles on desk', 0, COUNT(DISTINCT i.article_id)
    FROM annotate_membership m JOIN annotate_assignment a ON a.membership_id = m.id
    JOIN annotate_reviewitem i ON i.article_id = a.article_id AND i.status = 'waiting'
    WHERE m.project_id = %s AND m.user_id = %s AND m.ended = '' AND a.state IN {OPEN}
"""  # noqa: S608 - put together from the constants above
REVIEWABLE = f"""
    SELECT s.*, a.* FROM annotate_sentence s JOIN annotate_article a ON a.id = s.article_id
    JOIN annotate_membership r ON r.project_id = s.project_id AND r.user_id = %s AND r.ended = ''
    AND r.role IN ('reviewer', 'manager')
    WHERE s.id = %s AND s.project_id = %s AND a.completed_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM annotate_assignment o JOIN annotate_membership m ON m.id = o.membership_id
        WHERE o.article_id = a.id AND m.user_id = %s AND o.state IN {OPEN}
    )
"""  # noqa: S608 - put together from the constants above
QUESTIONS = f"""
    SELECT COUNT(*) FROM annotate_remark q JOIN annotate_assignment a ON a.id = q.assignment_id
    WHERE q.project_id = %s AND q.wants_answer AND q.created_by_id <> %s
    AND NOT EXISTS (SELECT 1 FROM annotate_answer r WHERE r.remark_id = q.id)
    AND EXISTS (
        SELECT 1 FROM annotate_membership m WHERE m.project_id = q.project_id AND m.user_id = %s
        AND m.ended = '' AND m.role IN ('reviewer', 'manager')
    )
    AND NOT EXISTS (
        SELECT 1 FROM annotate_assignment o JOIN annotate_membership m ON m.id = o.membership_id
        WHERE o.article_id = a.article_id AND m.user_id = %s AND o.state IN {OPEN}
    )
"""  # noqa: S608 - put together from the constants above
DIFFERENCES = """
    SELECT id, sentence_id, differences FROM annotate_claimgroup
    WHERE status IN ('to_review', 'stale') AND sentence_id IN (%s) ORDER BY start
"""
CLAIMS = """
    SELECT g.*, a.* FROM annotate_claimgroup g
    LEFT JOIN annotate_groupmember m ON m.group_id = g.id
    LEFT JOIN annotate_annotation a ON a.id = m.annotation_id
    WHERE g.sentence_id = %s AND g.status <> 'joined' ORDER BY g.start, g."end", g.id
"""
READERS = """
    SELECT a.*, m.pseudonym, u.username, m.ended = '' AND m.role <> 'observer' AS annotates
    FROM annotate_assignment a
    JOIN annotate_membership m ON m.id = a.membership_id JOIN auth_user u ON u.id = m.user_id
    WHERE a.article_id = %s AND a.state = 'submitted' AND m.ended <> 'excluded' ORDER BY a.number
"""
READINGS = """
    SELECT j.* FROM annotate_judgement j WHERE j.sentence_id = %s AND NOT EXISTS (
        SELECT 1 FROM annotate_judgement n WHERE n.project_id = j.project_id
        AND n.assignment_id = j.assignment_id AND n.sentence_id = j.sentence_id
        AND n.number > j.number
    )
"""
AROUND = """
    SELECT * FROM annotate_sentence
    WHERE article_id = %s AND (paragraph = %s OR "index" IN (%s, %s)) ORDER BY "index"
"""
TRACES = """
    SELECT EXISTS (
        SELECT 1 FROM annotate_decision d JOIN annotate_claimgroup g ON g.id = d.group_id
        WHERE g.sentence_id = %s
    ),
    EXISTS (SELECT 1 FROM annotate_regrouping WHERE article_id = %s),
    EXISTS (SELECT 1 FROM annotate_remark WHERE sentence_id = %s)
"""
OTHERS = """
    SELECT u.* FROM annotate_presence p JOIN auth_user u ON u.id = p.user_id
    WHERE p.sentence_id = %s AND p.user_id <> %s AND p.seen_at >= %s ORDER BY u.username
"""
UNGROUPED = f"""
    SELECT id, title, external_id, SUBSTR(text, 1, {BEGINNING}) AS beginning, grouping_failure
    FROM annotate_article
    WHERE project_id = %s AND completed_at IS NOT NULL AND NOT (grouping_failure = '')
    ORDER BY position
"""  # noqa: S608 - put together from a constant
SPOT_CHECKS = """
    SELECT COUNT(*) FROM annotate_claimgroup
    WHERE project_id = %s AND spot_check = 'drawn' AND status = 'decided'
"""
PEOPLE = """
    SELECT m.id, u.username FROM annotate_membership m JOIN auth_user u ON u.id = m.user_id
    WHERE m.project_id = %s
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many sentences wait for a reviewer, by severity, and in how many articles; `mine` of them
    are in articles that the reviewer annotated.
    """

    by_severity: Counter[int] = field(default_factory=Counter)
    articles: int = 0
    mine: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A group with the annotations that are in it and every decision on it, the last one last."""

    group: ClaimGroup
    said: list[Annotation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def last(self) -> Decision | None:
        return self.decisions[-1] if self.decisions else None


class Traces(NamedTuple):
    """What was ever done about a sentence: whether anything was decided of it, split or joined in
    its article, and told the reviewers. Where nothing was, nothing has to be read.
    """

    decided: bool
    regrouped: bool
    remarked: bool


def waiting_counts(project: Project, user: User) -> Waiting:
    """Of `ReviewItem.objects.waiting(project).off_desk_of(user)`: `by_severity()`, its articles,
    and how many there are in `annotated_by(user)`.
    """
    values = (project.pk, project.pk, *(project.pk, user.pk) * 2)
    kinds: dict[str, Counter[int]] = {"all": Counter(), "desk": Counter(), "mine": Counter()}
    articles = 0
    for what, severity, count in rows_of(COUNTS, *values):
        if what in kinds:
            kinds[what][severity] = count
        else:
            articles += count if what == "articles" else -count
    return Waiting(kinds["all"] - kinds["desk"], articles, kinds["mine"].total())


def waiting_items(
    project: Project,
    user: User,
    place: Sequence[int],
    limit: int,
    *,
    worst_first: bool,
    anothers: bool,
) -> list[ReviewItem]:
    """`ReviewItem.objects.waiting(project).off_desk_of(user).in_reading_order(place)` or
    `.worst_first(place)`, `.with_words(user)[:limit]`; with `anothers`, `.not_annotated_by(user)`.
    """
    sql, values = [WAITING], [user.pk, project.pk, user.pk]
    if anothers:
        sql.append(ANOTHERS)
        values.append(user.pk)
    if place:
        *severity, position, index = place
        sql.append(BEHIND_WORST if severity else BEHIND)
        values += [*severity * 2, position, position, index]
    sql.append(WORST_FIRST if worst_first else READING_ORDER)
    return all_of(ReviewItem, " ".join(sql), *values, limit)


def item_on(sentence: Sentence, user: User) -> ReviewItem | None:
    """`ReviewItem.objects.with_words(user).filter(sentence=sentence).first()`; the words are those
    that are known of the sentence.
    """
    item = first_of(ReviewItem, ITEM, user.pk, sentence.pk)
    if item is not None:
        item.words, item.direction = sentence.text, sentence.direction
        item.title, item.language = sentence.article.title, sentence.article.language
        item.external_id = sentence.article.external_id
        item.beginning = sentence.article.beginning
    return item


def reviewable_sentence(user: User, project: Project, pk: UUID) -> Sentence | None:
    """`Sentence.objects.reviewable_by(user).filter(project=project, pk=pk).first()`, with its
    article.
    """
    found = first_joined((Sentence, Article), REVIEWABLE, user.pk, pk, project.pk, user.pk)
    if not found:
        return None
    sentence: Sentence
    sentence, sentence.article = found
    sentence.article.project = project
    return sentence


def questions_open(user: User, project: Project) -> int:
    """`Remark.objects.addressed_to(user).filter(project=project).open().count()`."""
    ((count,),) = rows_of(QUESTIONS, project.pk, user.pk, user.pk, user.pk)
    return int(count)


def waiting_groups(sentences: Collection[UUID]) -> list[ClaimGroup]:
    """`ClaimGroup.objects.waiting().filter(sentence__in=sentences).order_by("start")`, with what
    differs in them alone.
    """
    if not sentences:
        return []
    return all_of(ClaimGroup, DIFFERENCES % each_of(sentences), *sentences)


def readings_of(sentence: Sentence) -> list[Judgement]:
    """`Judgement.objects.current().filter(sentence=sentence)`."""
    return all_of(Judgement, READINGS, sentence.pk)


def claims_of(sentence: Sentence, *, decided: bool) -> list[Claimed]:
    """`ClaimGroup.objects.living().filter(sentence=sentence).with_readings()`; the decisions are
    left out unless any is known of.
    """
    found: dict[UUID, Claimed] = {}
    for group, annotation in all_joined((ClaimGroup, Annotation), CLAIMS, sentence.pk):
        claim = found.setdefault(group.pk, Claimed(group=group))
        if annotation is not None:
            claim.said.append(annotation)
    if decided:
        decisions = Decision.objects.filter(group__in=list(found)).order_by("number")
        for decision in decisions.select_related("decided_by", "codebook_version"):
            found[decision.group_id].decisions.append(decision)
    return list(found.values())


def readers_of(article: Article) -> list[Assignment]:
    """`article.assignments.counted().by_number()`, with pseudonyms and usernames, and whether they
    annotate in the project today.
    """
    return all_of(Assignment, READERS, article.pk)


def sentences_around(sentence: Sentence) -> list[Sentence]:
    """`sentence.article.sentences.around(sentence)`."""
    near = (sentence.index - 1, sentence.index + 1)
    return all_of(Sentence, AROUND, sentence.article_id, sentence.paragraph, *near)


def traces_of(sentence: Sentence) -> Traces:
    """Whether there is any of `Decision.objects.filter(group__sentence=sentence)`,
    `sentence.article.regroupings` and `Remark.objects.on([sentence])`.
    """
    ((decided, regrouped, remarked),) = rows_of(
        TRACES, sentence.pk, sentence.article_id, sentence.pk
    )
    return Traces(bool(decided), bool(regrouped), bool(remarked))


def people_on(sentence: Sentence, since: datetime, *, but: User) -> list[User]:
    """Who has had this sentence before them since then, by name, without this one."""
    return all_of(User, OTHERS, sentence.pk, but.pk, since)


def ungrouped_articles(project: Project) -> list[Article]:
    """`project.articles.ungrouped()`, with name and failure alone."""
    return all_of(Article, UNGROUPED, project.pk)


def spot_checks_left(project: Project) -> int:
    """`ClaimGroup.objects.spot_checks(project).count()`."""
    ((count,),) = rows_of(SPOT_CHECKS, project.pk)
    return int(count)


def people_of(project: Project) -> list[tuple[UUID, str]]:
    """Everybody who is or was a member: the membership's id and the username, by name."""
    named = [(UUID(str(pk)), name) for pk, name in rows_of(PEOPLE, project.pk)]
    return sorted(named, key=itemgetter(1))
