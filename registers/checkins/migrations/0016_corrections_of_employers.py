"""Find the requests of an employer's staff, whoever asked, by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0015_environments_never_meet"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["environment", "employer", "asked_at"], name="correction_of_employer"),
        ),
    ]
