"""Let an official be the reason of a version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("student_days", "0017_doublets_of_merged_persons"),
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
                    ("OFFICIAL", "Official"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="periodversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["GRANTED", "LATE", "FILED", "UPDATED", "CLOSED", "CANCELLED", "MERGED", "DMFA", "OFFICIAL"],
                    )
                ),
                name="period_version_reason_known",
            ),
        ),
    ]
