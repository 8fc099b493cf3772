"""Numbers that sources outside this counter know, by their keyed index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0007_identities_from_abroad"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourcedNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("source", models.CharField(max_length=20)),
                ("lookup", models.BinaryField(max_length=32)),
                ("about", models.CharField(blank=True, max_length=10)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["environment", "source", "about"], name="sourced_number_about")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("environment", "lookup", "source", "about", "valid_from"),
                        name="sourced_number_told_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="sourced_number_not_backwards",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="sourced_number_environment_known",
                    ),
                ],
            },
        ),
    ]
