"""An officer proposes a time for a video call to who waits; nobody who waits already was proposed one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0016_countries_with_a_means"),
    ]

    operations = [
        migrations.AddField(
            model_name="pendingidentity",
            name="call_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pendingidentity",
            name="call_key_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="pendingidentity",
            name="call_officer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="pendingidentity",
            name="call_proposed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pendingidentity",
            name="call_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="pendingidentity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("call_at__isnull", True),
                        ("call_key_id", ""),
                        ("call_officer__isnull", True),
                        ("call_proposed_at__isnull", True),
                        ("call_sealed__isnull", True),
                    ),
                    models.Q(
                        models.Q(("call_key_id", ""), _negated=True),
                        ("call_at__isnull", False),
                        ("call_officer__isnull", False),
                        ("call_proposed_at__isnull", False),
                        ("call_sealed__isnull", False),
                        ("state", "WAITING"),
                    ),
                    _connector="OR",
                ),
                name="identity_call_is_whole_and_of_who_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingidentity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("call_at__isnull", True), ("call_at__gt", models.F("call_proposed_at")), _connector="OR"
                ),
                name="identity_call_was_to_come",
            ),
        ),
    ]
