"""The document that was shown in a video call is noted before a number is made; calls before have none."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0017_video_calls_proposed"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document_kind",
                    models.CharField(
                        choices=[
                            ("IDENTITY_CARD", "IDENTITY_CARD"),
                            ("PASSPORT", "PASSPORT"),
                            ("DRIVING_LICENCE", "DRIVING_LICENCE"),
                            ("BANK_CARD", "BANK_CARD"),
                            ("CREDIT_CARD", "CREDIT_CARD"),
                            ("SEASON_TICKET", "SEASON_TICKET"),
                            ("OTHER", "OTHER"),
                        ],
                        max_length=15,
                    ),
                ),
                ("document_country", models.CharField(max_length=2)),
                ("document_key_id", models.CharField(max_length=16)),
                ("document_sealed", models.BinaryField()),
                ("document_expires_on", models.DateField()),
                ("seen_at", models.DateTimeField()),
                (
                    "identity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access_control.pendingidentity",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("document_kind__in", ["IDENTITY_CARD", "PASSPORT"])),
                        name="call_document_accepted",
                    )
                ],
            },
        ),
    ]
