"""A lock of a password is told by a timer, which finds those that nobody was told of; earlier locks were told at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0014_sessions_of_nobody"),
    ]

    operations = [
        migrations.AddField(
            model_name="digitalkey",
            name="lock_to_tell",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="temporarycredential",
            name="lock_to_tell",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="digitalkey",
            index=models.Index(
                condition=models.Q(("lock_to_tell__isnull", False)),
                fields=["lock_to_tell"],
                name="digital_key_lock_to_tell",
            ),
        ),
        migrations.AddIndex(
            model_name="temporarycredential",
            index=models.Index(
                condition=models.Q(("lock_to_tell__isnull", False)),
                fields=["lock_to_tell"],
                name="temporary_lock_to_tell",
            ),
        ),
    ]
