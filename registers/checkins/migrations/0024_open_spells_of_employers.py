"""Find who of an employer's staff is at work since whenever, without looking through all that it did in a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0023_found_without_an_employer"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(condition=models.Q(state="OPEN"), fields=["employer"], name="open_spell_of_employer"),
        ),
    ]
