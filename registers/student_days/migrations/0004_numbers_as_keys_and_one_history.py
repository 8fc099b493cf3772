"""Make numbers the keys of periods, and one table of their history and of the movements of the contingent.

Rows that are there are taken over. A version made before tells the grants of its ledger entry; the reasons are the same.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("quotaentry", "periodversion", "declaration", "period", "quotaaccount")
SET_ASIDE = "\n".join(
    f"CREATE TEMP TABLE old_{table} ON COMMIT DROP AS SELECT * FROM student_days_{table};"  # noqa: S608 - our own tables
    for table in TABLES
)
TAKE_OVER = """
INSERT INTO student_days_quotaaccount (environment, person_id, year, unit, "limit", granted)
SELECT environment, person_id, year, unit, "limit", granted FROM old_quotaaccount;

INSERT INTO student_days_period (
    id, environment, person_id, employer_id, joint_commission, worker_type, using_employer, sub_entity,
    starting_date, starting_hour, ending_date, ending_hour, unit, planned, granted, neutralised, actual,
    is_late, locked_by_dmfa, state, version, first_declared_at, last_changed_at)
SELECT number::bigint, environment, person_id, employer_id, joint_commission, worker_type, using_employer, '',
    starting_date, '', ending_date, '', unit, planned, granted, 0, actual,
    is_late, locked_by_dmfa, state,
    (SELECT max(v.number) FROM old_periodversion v WHERE v.period_id = p.id), first_declared_at, last_changed_at
FROM old_period p;

INSERT INTO student_days_declaration (
    id, environment, submission_id, form_index, ticket, action, accepted, is_late, codes, period_id, received_at, filed_at)
OVERRIDING SYSTEM VALUE
SELECT d.id, d.environment, submission_id, form_index, ticket, action, accepted, d.is_late, codes, p.number::bigint,
    received_at, filed_at
FROM old_declaration d LEFT JOIN old_period p ON p.id = d.period_id;
SELECT setval(pg_get_serial_sequence('student_days_declaration', 'id'),
    coalesce((SELECT max(id) FROM student_days_declaration), 1), EXISTS (SELECT FROM student_days_declaration));

INSERT INTO student_days_periodversion (
    environment, period_id, number, declaration_id, reason, starting_date, starting_hour, ending_date, ending_hour,
    planned, granted, neutralised, change, state, is_late, received_at, filed_at)
SELECT v.environment, p.number::bigint, v.number, v.declaration_id, e.reason, v.starting_date, '', v.ending_date, '',
    v.planned, e.granted, 0, e.change, v.state, v.is_late, e.received_at, e.filed_at
FROM old_periodversion v JOIN old_period p ON p.id = v.period_id
    JOIN old_quotaentry e ON e.declaration_id = v.declaration_id;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("access", "0001_initial"),
        ("evidence", "0002_append_only"),
        ("persons", "0001_initial"),
        ("student_days", "0003_never_emptied"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(SET_ASIDE, migrations.RunSQL.noop),
        migrations.DeleteModel("QuotaEntry"),
        migrations.DeleteModel("PeriodVersion"),
        migrations.DeleteModel("Declaration"),
        migrations.DeleteModel("Period"),
        migrations.DeleteModel("QuotaAccount"),
        migrations.CreateModel(
            name="QuotaEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("environment", models.CharField(max_length=1)),
                ("year", models.PositiveSmallIntegerField()),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("GRANTED", "Granted"),
                            ("LATE", "Late"),
                            ("FILED", "Filed"),
                            ("UPDATED", "Updated"),
                            ("CLOSED", "Closed"),
                            ("CANCELLED", "Cancelled"),
                            ("MERGED", "Merged"),
                        ],
                        max_length=9,
                    ),
                ),
                ("planned", models.PositiveSmallIntegerField()),
                ("granted", models.PositiveSmallIntegerField()),
                ("exceeding", models.PositiveSmallIntegerField()),
                ("change", models.SmallIntegerField()),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "student_days_quotaentry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("joint_commission", models.CharField(max_length=3)),
                ("worker_type", models.CharField(max_length=3)),
                ("using_employer", models.CharField(blank=True, max_length=96)),
                ("sub_entity", models.CharField(blank=True, max_length=10)),
                ("starting_date", models.DateField()),
                ("starting_hour", models.CharField(blank=True, max_length=4)),
                ("ending_date", models.DateField(null=True)),
                ("ending_hour", models.CharField(blank=True, max_length=4)),
                ("unit", models.CharField(choices=[("HOURS", "HOURS"), ("DAYS", "DAYS")], max_length=5, null=True)),
                ("planned", models.PositiveSmallIntegerField(null=True)),
                ("granted", models.PositiveSmallIntegerField(default=0)),
                ("neutralised", models.PositiveSmallIntegerField(default=0)),
                ("actual", models.PositiveSmallIntegerField(null=True)),
                ("place_of_work", models.JSONField(null=True)),
                ("control_cards", models.JSONField(null=True)),
                ("small_statutes", models.JSONField(null=True)),
                ("is_late", models.BooleanField(default=False)),
                ("locked_by_dmfa", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ACTIVE", "Active"),
                            ("CLOSED", "Closed"),
                            ("LOCKED", "Locked"),
                            ("BLOCKED", "Blocked"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="ACTIVE",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("first_declared_at", models.DateTimeField()),
                ("last_changed_at", models.DateTimeField()),
                (
                    "employer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.entity",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("form_index", models.PositiveIntegerField()),
                ("ticket", models.CharField(max_length=13)),
                ("action", models.CharField(blank=True, max_length=32)),
                ("accepted", models.BooleanField()),
                ("is_late", models.BooleanField(default=False)),
                ("codes", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                (
                    "submission",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.submission",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="student_days.period",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeriodVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("GRANTED", "Granted"),
                            ("LATE", "Late"),
                            ("FILED", "Filed"),
                            ("UPDATED", "Updated"),
                            ("CLOSED", "Closed"),
                            ("CANCELLED", "Cancelled"),
                            ("MERGED", "Merged"),
                        ],
                        max_length=9,
                    ),
                ),
                ("starting_date", models.DateField()),
                ("starting_hour", models.CharField(blank=True, max_length=4)),
                ("ending_date", models.DateField(null=True)),
                ("ending_hour", models.CharField(blank=True, max_length=4)),
                ("planned", models.PositiveSmallIntegerField(null=True)),
                ("granted", models.PositiveSmallIntegerField(default=0)),
                ("neutralised", models.PositiveSmallIntegerField(default=0)),
                ("change", models.SmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ACTIVE", "Active"),
                            ("CLOSED", "Closed"),
                            ("LOCKED", "Locked"),
                            ("BLOCKED", "Blocked"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        max_length=9,
                    ),
                ),
                ("is_late", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                (
                    "declaration",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="student_days.declaration",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="student_days.period",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuotaAccount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person", "year", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(choices=[("HOURS", "HOURS"), ("DAYS", "DAYS")], max_length=5)),
                ("limit", models.PositiveSmallIntegerField()),
                ("granted", models.PositiveIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.person",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="period",
            index=models.Index(fields=["employer", "first_declared_at"], name="period_of_employer"),
        ),
        migrations.AddIndex(
            model_name="period",
            index=models.Index(
                condition=models.Q(("state", "CANCELLED")), fields=["person"], name="cancelled_period_of_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="period_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ACTIVE", "CLOSED", "LOCKED", "BLOCKED", "CANCELLED"])),
                name="period_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit__isnull", True),
                    ("unit__in", ["HOURS", "DAYS"]),
                    _connector="OR",
                ),
                name="period_unit_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(
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
                ),
                name="period_not_twice",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ending_date__isnull", True), ("ending_date__gte", models.F("starting_date")), _connector="OR"
                ),
                name="period_not_backwards",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("granted", 0), ("neutralised", 0), ("planned__isnull", True)),
                    (
                        "planned__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("granted"), "+", models.F("neutralised")
                        ),
                    ),
                    _connector="OR",
                ),
                name="period_grant_within_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                fields=("submission", "form_index", "environment"), name="declaration_filed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(fields=("ticket",), name="declaration_ticket_once"),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="declaration_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="periodversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="period_version_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="periodversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["GRANTED", "LATE", "FILED", "UPDATED", "CLOSED", "CANCELLED", "MERGED"])
                ),
                name="period_version_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ACTIVE", "CLOSED", "LOCKED", "BLOCKED", "CANCELLED"])),
                name="period_version_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="quota_account_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["HOURS", "DAYS"])), name="quota_account_unit_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="quotaaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("granted__lte", models.F("limit"))), name="quota_never_exceeded"
            ),
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
    ]
