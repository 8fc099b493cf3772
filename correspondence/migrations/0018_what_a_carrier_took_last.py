"""Find what a carrier took last by an index: one that never took anything was looked for through the whole outbox."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0017_reports_that_nobody_answers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)), fields=["carrier", "id"], name="outbox_taken"
            ),
        ),
    ]
