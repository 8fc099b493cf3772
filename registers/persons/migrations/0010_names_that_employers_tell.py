"""Keep how employers call those whose employment they declared, one word a company."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0009_names_that_were_proved"),
    ]

    operations = [
        migrations.CreateModel(
            name="ToldName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("company", models.CharField(max_length=10)),
                ("family_name", models.CharField(max_length=100)),
                ("first_name", models.CharField(blank=True, max_length=100)),
                ("told_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["told_at"], name="told_names_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "company"), name="told_name_of_company"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("family_name", ""), _negated=True), models.Q(("company", ""), _negated=True)
                        ),
                        name="told_name_is_there",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="told_name_environment_known"
                    ),
                ],
            },
        ),
    ]
