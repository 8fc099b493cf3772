"""Attestations with access codes, and the log of every look at personal data."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

FACTS = ("student_days_consultationlog",)
SHORTEST_YEARS = 5
"""However short the setting, nothing younger is ever deleted."""

GUARDS = f"""
CREATE TRIGGER append_only BEFORE UPDATE ON student_days_consultationlog
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER kept_for_years BEFORE DELETE ON student_days_consultationlog
    FOR EACH ROW WHEN (OLD.asked_at > now() - interval '{SHORTEST_YEARS} years')
    EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON student_days_consultationlog
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0004_append_only_heads_and_no_truncation"),
        ("persons", "0002_large_references"),
        ("student_days", "0009_pending_forms"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attestation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.CharField(max_length=14)),
                ("year", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(choices=[("HOURS", "HOURS"), ("DAYS", "DAYS")], max_length=5)),
                ("limit", models.PositiveSmallIntegerField()),
                ("remaining", models.PositiveSmallIntegerField()),
                ("code_hash", models.BinaryField(max_length=32)),
                ("sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("uses", models.PositiveIntegerField(default=0)),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConsultationLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "asker_kind",
                    models.CharField(
                        choices=[
                            ("STUDENT", "STUDENT"),
                            ("EMPLOYER", "EMPLOYER"),
                            ("SENDER", "SENDER"),
                            ("OPERATOR", "OPERATOR"),
                        ],
                        max_length=8,
                    ),
                ),
                ("asker", models.CharField(max_length=64)),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("BALANCE", "Balance"),
                            ("CALENDAR", "Calendar"),
                            ("ATTESTATION", "Attestation"),
                            ("REMAINING", "Remaining"),
                            ("PERIOD", "Period"),
                            ("HISTORY", "History"),
                            ("SEARCH", "Search"),
                            ("DECLARATION", "Declaration"),
                        ],
                        max_length=11,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=32)),
                ("reason", models.CharField(max_length=200)),
            ],
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["received_at"], name="declaration_by_reception"
            ),
        ),
        migrations.AddField(
            model_name="attestation",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"),
        ),
        migrations.AddField(
            model_name="consultationlog",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="persons.person",
            ),
        ),
        migrations.AddIndex(
            model_name="attestation",
            index=models.Index(fields=["sha256"], name="attestation_by_bytes"),
        ),
        migrations.AddIndex(
            model_name="attestation",
            index=models.Index(fields=["expires_at"], name="attestation_by_end"),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="attestation_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["HOURS", "DAYS"])), name="attestation_unit_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.UniqueConstraint(fields=("environment", "number"), name="attestation_number_once"),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.UniqueConstraint(fields=("environment", "code_hash"), name="attestation_code_once"),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="attestation_valid_a_while"
            ),
        ),
        migrations.AddIndex(
            model_name="consultationlog",
            index=models.Index(fields=["person", "asked_at"], name="consultation_of_person"),
        ),
        migrations.AddIndex(
            model_name="consultationlog",
            index=models.Index(fields=["asker_kind", "asker", "question", "asked_at"], name="consultation_of_asker"),
        ),
        migrations.AddIndex(
            model_name="consultationlog",
            index=models.Index(fields=["asked_at"], name="consultation_by_age"),
        ),
        migrations.AddConstraint(
            model_name="consultationlog",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="consultation_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationlog",
            constraint=models.CheckConstraint(
                condition=models.Q(("asker_kind__in", ["STUDENT", "EMPLOYER", "SENDER", "OPERATOR"])),
                name="consultation_asker_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationlog",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "question__in",
                        [
                            "BALANCE",
                            "CALENDAR",
                            "ATTESTATION",
                            "REMAINING",
                            "PERIOD",
                            "HISTORY",
                            "SEARCH",
                            "DECLARATION",
                        ],
                    )
                ),
                name="consultation_question_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationlog",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="consultation_has_reason"
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
