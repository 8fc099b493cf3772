"""Find requests for corrections by the registration that they are about, or that came of them."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("checkins", "0042_found_by_who_brought_it")]
    operations = [
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                models.F("environment"),
                Coalesce("target", "made_number"),
                name="correction_by_registration",
            ),
        ),
    ]
