"""Keep when a manager confirmed that a user still needs the account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_access_declarations"),
    ]

    operations = [
        migrations.AddField(
            model_name="useraccount",
            name="attested_at",
            field=models.DateTimeField(null=True),
        ),
    ]
