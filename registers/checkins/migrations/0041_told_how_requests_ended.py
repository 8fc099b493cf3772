"""Tell senders of files how their requests for corrections ended, those too that ended before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0040_what_is_missing_of_a_day")]
    operations = [
        migrations.AddField(
            model_name="correction",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                condition=models.Q(("channel", "BATCH"), ("decided_at__isnull", False), ("told_at__isnull", True)),
                fields=["environment", "asked_by"],
                name="untold_correction_by_sender",
            ),
        ),
    ]
