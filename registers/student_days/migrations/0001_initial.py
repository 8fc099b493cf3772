import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        ("evidence", "0001_initial"),
        ("persons", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.CharField(max_length=12)),
                ("joint_commission", models.CharField(max_length=3)),
                ("worker_type", models.CharField(max_length=3)),
                ("using_employer", models.CharField(blank=True, max_length=96)),
                ("starting_date", models.DateField()),
                ("ending_date", models.DateField()),
                ("unit", models.CharField(choices=[("HOURS", "HOURS"), ("DAYS", "DAYS")], max_length=5)),
                ("planned", models.PositiveSmallIntegerField()),
                ("granted", models.PositiveSmallIntegerField()),
                ("actual", models.PositiveSmallIntegerField(null=True)),
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
                ("first_declared_at", models.DateTimeField()),
                ("last_changed_at", models.DateTimeField()),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "employer", "starting_date"], name="period_of_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "number"), name="period_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="period_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "CLOSED", "LOCKED", "BLOCKED", "CANCELLED"])),
                        name="period_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["HOURS", "DAYS"])), name="period_unit_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "CANCELLED"), _negated=True),
                        fields=(
                            "environment",
                            "person",
                            "employer",
                            "joint_commission",
                            "worker_type",
                            "using_employer",
                            "starting_date",
                            "ending_date",
                        ),
                        name="period_not_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ending_date__gte", models.F("starting_date"))), name="period_not_backwards"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("granted__lte", models.F("planned"))), name="period_grant_within_plan"
                    ),
                ],
            },
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
                ("ticket", models.CharField(max_length=13, unique=True)),
                ("action", models.CharField(blank=True, max_length=32)),
                ("accepted", models.BooleanField()),
                ("is_late", models.BooleanField(default=False)),
                ("codes", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.submission"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="student_days.period",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("environment", "submission", "form_index"), name="declaration_filed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="declaration_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeriodVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.PositiveIntegerField()),
                ("starting_date", models.DateField()),
                ("ending_date", models.DateField()),
                ("planned", models.PositiveSmallIntegerField()),
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
                ("is_late", models.BooleanField()),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="student_days.declaration"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="student_days.period"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "period", "number"), name="period_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="period_version_environment_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "person", "year"), name="quota_account_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="quota_account_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["HOURS", "DAYS"])), name="quota_account_unit_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("granted__lte", models.F("limit"))), name="quota_never_exceeded"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[("GRANTED", "Granted"), ("LATE", "Late"), ("CANCELLED", "Cancelled")], max_length=9
                    ),
                ),
                ("planned", models.PositiveSmallIntegerField()),
                ("granted", models.PositiveSmallIntegerField()),
                ("change", models.SmallIntegerField()),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="student_days.quotaaccount",
                    ),
                ),
                (
                    "declaration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_entry",
                        to="student_days.declaration",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_entries",
                        to="student_days.period",
                    ),
                ),
            ],
        ),
    ]
