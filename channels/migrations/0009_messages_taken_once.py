"""Signed messages that were taken, so that none is taken twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0008_telephone_of_technical_users"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsedMessage",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
