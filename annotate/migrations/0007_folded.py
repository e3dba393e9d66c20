from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0006_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='annotation',
            name='folded',
            field=models.TextField(blank=True, default='', editable=False),
            preserve_default=False,
        ),
    ]
