"""Remember since when the scanner of evidence fails, or answers again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0047_reports_to_who_brought"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceScanner",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("answers_since", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="evidence_scanner_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answers_since__isnull", True), ("failing_since__isnull", False), _connector="OR"
                        ),
                        name="evidence_scanner_failed_before_it_answers_again",
                    ),
                ],
            },
        ),
    ]
