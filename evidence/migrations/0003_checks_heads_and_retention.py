import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("signature", models.BinaryField()),
            ],
            options={
                "ordering": [models.OrderBy(models.F("position"))],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="audit_head_from_1")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.PositiveSmallIntegerField()),
                ("certificate", models.CharField(max_length=64)),
                ("path", models.JSONField()),
                ("revocation", models.JSONField()),
                (
                    "line_ends",
                    models.CharField(choices=[("AS_IS", "AS_IS"), ("CANONICAL_TEXT", "CANONICAL_TEXT")], max_length=14),
                ),
                ("checked_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="submission",
            name="submission_reception_known",
        ),
        migrations.RemoveIndex(
            model_name="answerfile",
            name="answer_file_offered",
        ),
        migrations.AddField(
            model_name="answer",
            name="acknowledged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="answerfile",
            name="downloaded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="answerfile",
            name="expired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="submission",
            name="reception",
            field=models.CharField(
                choices=[
                    ("COMPLETE", "Complete"),
                    ("MALFORMED_NAME", "Malformed Name"),
                    ("GO_AHEAD_MISSING", "Go Ahead Missing"),
                    ("PARTS_MISSING", "Parts Missing"),
                    ("CANCELLED", "Cancelled"),
                    ("CANCELLED_TOO_LATE", "Cancelled Too Late"),
                    ("RECEIPT", "Receipt"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="answerfile",
            index=models.Index(
                condition=models.Q(("collected_at__isnull", True), ("expired_at__isnull", True)),
                fields=["recipient", "environment", "name"],
                name="answer_file_offered",
            ),
        ),
        migrations.AddIndex(
            model_name="answerfile",
            index=models.Index(
                condition=models.Q(("collected_at__isnull", True), ("expired_at__isnull", True)),
                fields=["offered_at"],
                name="answer_file_age",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reception__in",
                        [
                            "COMPLETE",
                            "MALFORMED_NAME",
                            "GO_AHEAD_MISSING",
                            "PARTS_MISSING",
                            "CANCELLED",
                            "CANCELLED_TOO_LATE",
                            "RECEIPT",
                        ],
                    )
                ),
                name="submission_reception_known",
            ),
        ),
        migrations.AddField(
            model_name="signaturecheck",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="signature_checks", to="evidence.submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="signaturecheck",
            constraint=models.UniqueConstraint(fields=("submission", "part"), name="signature_check_once"),
        ),
        migrations.AddConstraint(
            model_name="signaturecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__range", (1, 9))), name="signature_check_part_1_to_9"
            ),
        ),
        migrations.AddConstraint(
            model_name="signaturecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_ends__in", ["AS_IS", "CANONICAL_TEXT"])),
                name="signature_check_line_ends_known",
            ),
        ),
    ]
