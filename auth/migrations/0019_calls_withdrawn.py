"""When a video call was withdrawn is kept with who waits; of those withdrawn before, nothing is known here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0018_documents_of_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="pendingidentity",
            name="call_withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
    ]
