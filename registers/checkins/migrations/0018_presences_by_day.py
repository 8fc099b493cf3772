"""Find what was registered on some days in the order of the days, without looking through the month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0017_derived_capacities"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(fields=["registration_date", "number"], name="presence_by_day"),
        ),
    ]
