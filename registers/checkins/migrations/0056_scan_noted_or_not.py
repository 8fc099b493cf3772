"""Tell documents that came without a scanner from those of before it was noted whether one looked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0055_scanned_when")]
    operations = [
        migrations.AddField(
            "correctionevidence", "is_scan_noted", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField("handedinevidence", "is_scan_noted", models.BooleanField(db_default=False, default=False)),
    ]
