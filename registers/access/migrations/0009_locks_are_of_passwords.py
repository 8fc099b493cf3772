"""Wrong tries lock the password of a person; an account was never locked by them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_chiefs_who_resign"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="useraccount",
            name="locked_until",
        ),
    ]
