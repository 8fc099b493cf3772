"""Index those who turned out to be another person alone: the register makes a hundred thousand persons who never do."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0010_names_that_employers_tell"),
    ]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="persons.person",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(merged_into__isnull=False), fields=["merged_into"], name="person_merged"
            ),
        ),
    ]
