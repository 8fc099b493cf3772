"""Say for which quality of its entity a sender was configured; those that are there belong to every one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_notice_leases")]

    operations = [
        migrations.AddField("sender", "quality", models.CharField(max_length=32, blank=True, db_default="")),
    ]
