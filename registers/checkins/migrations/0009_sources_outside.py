"""Sources outside this counter that an operator feeds, and the companies of one of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0008_evidence_of_its_owner"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferenceSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("limosa", "Limosa"),
                            ("companies", "Companies"),
                            ("founders", "Founders"),
                            ("national-register", "National Register"),
                        ],
                        max_length=20,
                    ),
                ),
                ("read_at", models.DateTimeField()),
                ("lines", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "name"), name="reference_source_open_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="reference_source_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["limosa", "companies", "founders", "national-register"])),
                        name="reference_source_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisteredCompany",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.CharField(max_length=10)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("environment", "number", "valid_from"), name="registered_company_told_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="registered_company_not_backwards",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="registered_company_environment_known",
                    ),
                ],
            },
        ),
    ]
