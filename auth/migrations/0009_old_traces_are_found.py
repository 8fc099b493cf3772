"""Ended stays of which address, browser or data are still kept are found by their end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_locks_are_of_passwords"),
        ("access_control", "0008_inspectors"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(
                    models.Q(
                        ("address__isnull", False),
                        models.Q(("agent", ""), _negated=True),
                        models.Q(("data", ""), _negated=True),
                        _connector="OR",
                    ),
                    ("ended_at__isnull", False),
                ),
                fields=["ended_at"],
                name="session_ended_traced",
            ),
        ),
    ]
