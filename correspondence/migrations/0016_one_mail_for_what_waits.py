"""Say of a message what it is about, where no second is written while one waits; what waits at the upgrade is about nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0015_answers_to_workers"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="topic",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(
                    ("given_up_at__isnull", True), ("sent_at__isnull", True), models.Q(("topic", ""), _negated=True)
                ),
                fields=["topic"],
                name="outbox_waiting_topics",
            ),
        ),
    ]
