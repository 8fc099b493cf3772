"""Keep the limits of the contingent and the neutralised days in tables, seeded with those known (student declarations §3.3).

The joint commissions of health care are named here although Dimona writes XXX for them: an operator adds the employers.
"""

from datetime import date

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from domain.contingent import LIMITS

ENVIRONMENTS = [("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")]
UNITS = [("HOURS", "HOURS"), ("DAYS", "DAYS")]
EVERYONE = ""
HEALTH_CARE = ("318", "319", "330", "331", "332")
NEUTRALISATIONS = (
    (date(2020, 4, 1), date(2020, 6, 30), (EVERYONE,), None),
    (date(2021, 1, 1), date(2021, 6, 30), HEALTH_CARE, None),
    (date(2021, 7, 1), date(2021, 9, 30), (EVERYONE,), None),
    (date(2022, 1, 1), date(2022, 3, 31), (EVERYONE,), 45),
    (date(2022, 1, 1), date(2022, 6, 30), HEALTH_CARE, None),
    (date(2022, 7, 1), date(2022, 12, 31), HEALTH_CARE, None),
)


def seed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    limits = apps.get_model("student_days", "QuotaLimit")
    neutralisations = apps.get_model("student_days", "Neutralisation")
    for environment, _ in ENVIRONMENTS:
        limits.objects.bulk_create(
            limits(environment=environment, first_year=one.first_year, amount=one.amount, unit=str(one.unit))
            for one in LIMITS
        )
        neutralisations.objects.bulk_create(
            neutralisations(
                environment=environment,
                first_day=first_day,
                last_day=last_day,
                joint_commission=commission,
                most_hours=most,
            )
            for first_day, last_day, commissions, most in NEUTRALISATIONS
            for commission in commissions
        )


class Migration(migrations.Migration):
    dependencies = [("student_days", "0006_ledger_of_students"), ("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="QuotaLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(choices=ENVIRONMENTS, max_length=1)),
                ("first_year", models.PositiveSmallIntegerField()),
                ("amount", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(choices=UNITS, max_length=5)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "first_year"), name="quota_limit_once_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="quota_limit_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["HOURS", "DAYS"])), name="quota_limit_unit_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Neutralisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(choices=ENVIRONMENTS, max_length=1)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("joint_commission", models.CharField(blank=True, max_length=3)),
                ("most_hours", models.PositiveSmallIntegerField(null=True)),
                (
                    "employer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.entity",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="neutralisation_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="neutralisation_not_backwards",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
