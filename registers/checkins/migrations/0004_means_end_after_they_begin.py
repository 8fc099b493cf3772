"""Records of means that were replaced on the day they began go; one that ends before it begins never held."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0003_spells_by_their_first_in"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM checkins_meansrecord WHERE valid_until < valid_from;", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="meansrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="means_end_after_they_begin",
            ),
        ),
    ]
