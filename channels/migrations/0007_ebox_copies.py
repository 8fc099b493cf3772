"""A sender may have its notifications placed in the e-Box of its entity too (access and login §10)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_qualities_of_technical_users")]

    operations = [
        migrations.AddField(
            model_name="sender",
            name="ebox_copy",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
