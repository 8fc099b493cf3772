"""Drop an index that no question uses: who is at a work place now is found by its open spells alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0013_days_of_today"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="spell", name="spell_of_work_place"),
    ]
