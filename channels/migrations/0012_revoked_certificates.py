"""When the authority of a registered certificate was first seen to have revoked it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0011_earlier_channels_of_staged_files"),
    ]

    operations = [
        migrations.AddField("sendercertificate", "revoked_at", models.DateTimeField(null=True)),
    ]
