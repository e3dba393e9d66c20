"""Languages that came in before they were kept in one form take it: `AR` and `ara` become `ar`.

An article that ran the other way for it (`ara` from left to right) is turned around with its
sentences; and who passed articles by for the form of their language comes back, in the queue, to
the first of them.
"""

from django.db import migrations
from django.db.models import Q

from annotate.domain.direction import direction_of_language, sentence_direction
from annotate.domain.languages import canonical, each_once

AT_ONCE = 500


def name_languages(apps, schema_editor):
    Article = apps.get_model("annotate", "Article")
    for language in Article.objects.values_list("language", flat=True).distinct():
        if canonical(language) == language:
            continue
        direction = direction_of_language(language)
        for article in Article.objects.filter(language=language).exclude(direction=direction):
            turn_around(apps, article, direction)
        Article.objects.filter(language=language).update(language=canonical(language))
    for model in ("Project", "Membership"):
        for row in apps.get_model("annotate", model).objects.only("languages").iterator(AT_ONCE):
            if row.languages != each_once(row.languages):
                row.languages = each_once(row.languages)
                row.save(update_fields=["languages"])


def turn_around(apps, article, direction):
    Sentence = apps.get_model("annotate", "Sentence")
    sentences = list(Sentence.objects.filter(article=article))
    for sentence in sentences:
        words = article.text[sentence.start : sentence.end]
        sentence.direction = sentence_direction(words, direction)
    Sentence.objects.bulk_update(sentences, ["direction"], AT_ONCE)
    article.direction = direction
    article.save(update_fields=["direction"])


def put_cursors_back(apps, schema_editor):
    Article = apps.get_model("annotate", "Article")
    Assignment = apps.get_model("annotate", "Assignment")
    Membership = apps.get_model("annotate", "Membership")
    for member in Membership.objects.filter(cursor__gt=0).exclude(languages=[]):
        read = Q()
        for language in member.languages:
            read |= Q(language=language) | Q(language__startswith=f"{language}-")
        passed_by = (
            Article.objects.filter(read, project=member.project_id, open_slots__gt=0)
            .filter(position__lte=member.cursor)
            .exclude(pk__in=Assignment.objects.filter(membership=member).values("article"))
            .order_by("position")
            .values_list("position", flat=True)
            .first()
        )
        if passed_by is not None:
            member.cursor = passed_by - 1
            member.save(update_fields=["cursor"])


class Migration(migrations.Migration):
    dependencies = [("annotate", "0013_what_figures_rest_on")]
    operations = [
        migrations.RunPython(name_languages, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(put_cursors_back, migrations.RunPython.noop, elidable=True),
    ]
