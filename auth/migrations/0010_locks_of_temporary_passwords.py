"""Failures in a row lock a temporary password too; they are counted beside the misses of the national number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access_control", "0009_old_traces_are_found")]

    operations = [
        migrations.AddField(
            model_name="temporarycredential",
            name="wrong_passwords",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="temporarycredential", name="locked_until", field=models.DateTimeField(null=True)
        ),
    ]
