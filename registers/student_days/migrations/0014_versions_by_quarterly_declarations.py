"""Let the quarterly declaration be the reason of a version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("student_days", "0013_versions_without_end"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="periodversion",
            name="period_version_reason_known",
        ),
        migrations.AlterField(
            model_name="periodversion",
            name="reason",
            field=models.CharField(
                choices=[
                    ("GRANTED", "Granted"),
                    ("LATE", "Late"),
                    ("FILED", "Filed"),
                    ("UPDATED", "Updated"),
                    ("CLOSED", "Closed"),
                    ("CANCELLED", "Cancelled"),
                    ("MERGED", "Merged"),
                    ("DMFA", "Dmfa"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="periodversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["GRANTED", "LATE", "FILED", "UPDATED", "CLOSED", "CANCELLED", "MERGED", "DMFA"])
                ),
                name="period_version_reason_known",
            ),
        ),
    ]
