from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0004_review'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='guidelines',
            field=models.TextField(blank=True, verbose_name='guidelines'),
        ),
    ]
