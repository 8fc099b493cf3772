"""Make the table of registrations at which a validation failed, so that others do not wait for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0048_scanner_of_evidence")]
    operations = [
        migrations.CreateModel(
            name="UnjudgedPresence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.BigIntegerField()),
                ("registration_date", models.DateField()),
                ("since", models.DateTimeField()),
                ("retry_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "number"), name="unjudged_presence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="unjudged_presence_environment_known",
                    ),
                ]
            },
        )
    ]
