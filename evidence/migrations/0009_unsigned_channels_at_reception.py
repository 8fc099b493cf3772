"""Keep through which channels the sender of a set needed no FS files at its reception; None of what came before."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0008_how_senders_stood_at_reception"),
    ]

    operations = [
        migrations.AddField(
            "submission",
            "unsigned_channels",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), null=True, size=None),
        ),
        migrations.AddConstraint(
            "submission",
            models.CheckConstraint(
                condition=models.Q(("unsigned_channels__contained_by", ["SFTP", "FTP", "WEB_SERVICE"])),
                name="submission_unsigned_channels_known",
            ),
        ),
    ]
