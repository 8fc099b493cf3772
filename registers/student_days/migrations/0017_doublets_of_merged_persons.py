"""Two periods that a merge brought into one place stay both where what they plan differs; only their employer knows more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("student_days", "0016_waiting_forms_by_age"),
    ]

    operations = [
        migrations.AddField("period", "doublet", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.RemoveConstraint("period", "period_not_twice"),
        migrations.AddConstraint(
            "period",
            models.UniqueConstraint(
                condition=models.Q(("state", "CANCELLED"), _negated=True),
                fields=(
                    "person",
                    "employer",
                    "starting_date",
                    "ending_date",
                    "joint_commission",
                    "worker_type",
                    "using_employer",
                    "starting_hour",
                    "environment",
                    "doublet",
                ),
                name="period_not_twice",
                nulls_distinct=False,
            ),
        ),
    ]
