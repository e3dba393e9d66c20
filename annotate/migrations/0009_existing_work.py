"""What is derived since 0004 and 0007 is derived for the work that was there before: the reviewers'
queue, the patterns of differences, and the words of claims for searching.
"""

from collections import defaultdict

from django.db import migrations

from annotate.domain.normalise import fold

LEVELS = ["none", "minor", "major", "critical"]
WAITING = ("to_review", "stale")
AT_ONCE = 500


def fold_words(apps, schema_editor):
    Annotation = apps.get_model("annotate", "Annotation")
    rows = Annotation.objects.filter(folded="").select_related("sentence__article")
    changed = []
    for row in rows.only("spans", "folded", "sentence__article__text").iterator(AT_ONCE):
        text = row.sentence.article.text
        row.folded = fold(" … ".join(text[start:end] for start, end in row.spans))
        changed.append(row)
        if len(changed) == AT_ONCE:
            Annotation.objects.bulk_update(changed, ["folded"])
            changed.clear()
    Annotation.objects.bulk_update(changed, ["folded"])


def name_patterns(apps, schema_editor):
    """By the dimensions alone; the answers are named when the article is aligned anew."""
    ClaimGroup = apps.get_model("annotate", "ClaimGroup")
    for group in ClaimGroup.objects.filter(pattern="").only("differences").iterator(AT_ONCE):
        dimensions = [difference["dimension"] for difference in group.differences]
        if dimensions:
            pattern = f"|{'|'.join(dict.fromkeys(dimensions))}|"
            ClaimGroup.objects.filter(pk=group.pk).update(pattern=pattern)


def fill_queue(apps, schema_editor):
    ClaimGroup = apps.get_model("annotate", "ClaimGroup")
    ReviewItem = apps.get_model("annotate", "ReviewItem")
    groups = defaultdict(list)
    queued = ReviewItem.objects.values("sentence")
    for group in (
        ClaimGroup.objects.exclude(sentence__in=queued)
        .select_related("sentence", "article")
        .defer("article__text")
        .iterator(AT_ONCE)
    ):
        groups[group.sentence_id].append(group)
    ReviewItem.objects.bulk_create([item_of(ReviewItem, found) for found in groups.values()], AT_ONCE)


def item_of(ReviewItem, groups):
    first = groups[0]
    waiting = [group for group in groups if group.status in WAITING]
    closed = first.article.completed_at is None or any(g.status == "sent_back" for g in groups)
    return ReviewItem(
        project_id=first.project_id,
        article_id=first.article_id,
        sentence_id=first.sentence_id,
        position=first.article.position,
        index=first.sentence.index,
        status="closed" if closed else "waiting" if waiting else "settled",
        severity=max((LEVELS.index(group.level) for group in waiting), default=0),
    )


class Migration(migrations.Migration):
    dependencies = [("annotate", "0008_newest_decisions")]
    operations = [
        migrations.RunPython(fold_words, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_patterns, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(fill_queue, migrations.RunPython.noop, elidable=True),
    ]
