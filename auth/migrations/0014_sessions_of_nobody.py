"""Ended sessions in which nobody signed in are found by their end, to be deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0013_keys_of_one_company"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False), ("login__isnull", True)),
                fields=["ended_at"],
                name="session_of_nobody_ended",
            ),
        ),
    ]
