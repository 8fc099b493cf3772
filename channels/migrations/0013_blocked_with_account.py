"""Which technical users were blocked by the suspension of their company's account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0012_revoked_certificates"),
    ]

    operations = [
        migrations.AddField(
            "technicaluser", "blocked_with_account", models.BooleanField(default=False, db_default=False)
        ),
    ]
