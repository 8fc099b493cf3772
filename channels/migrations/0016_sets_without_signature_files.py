"""Let a sender leave out its FS files over the web service, where an operator said so."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0015_who_suspended_senders"),
    ]

    operations = [
        migrations.AddField("senderchannel", "is_unsigned", models.BooleanField(db_default=False, default=False)),
        migrations.AddConstraint(
            "senderchannel",
            models.CheckConstraint(
                condition=Q(is_unsigned=False) | Q(channel="WEB_SERVICE"), name="sender_channel_unsigned_by_web"
            ),
        ),
    ]
