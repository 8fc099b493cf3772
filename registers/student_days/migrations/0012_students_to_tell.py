"""Submissions whose students are still to be told in their e-Boxes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
        ("student_days", "0011_withdrawn_attestations"),
    ]

    operations = [
        migrations.CreateModel(
            name="UntoldSubmission",
            fields=[
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="evidence.submission",
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("next_form", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="untold_submission_environment_known",
                    )
                ],
            },
        ),
    ]
