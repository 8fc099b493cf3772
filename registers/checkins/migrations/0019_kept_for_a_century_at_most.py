"""Keep registrations of a sector for a century at most: where a year stood in the place of a number of years, for that long."""

from django.db import migrations, models

BOUND = "UPDATE checkins_sectorrule SET keep_years = 100 WHERE keep_years > 100"


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0018_presences_by_day"),
    ]

    operations = [
        migrations.RunSQL(BOUND, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="sectorrule", name="sector_rule_keeps_a_year"),
        migrations.AddConstraint(
            model_name="sectorrule",
            constraint=models.CheckConstraint(
                condition=models.Q(keep_years__range=(1, 100)), name="sector_rule_keeps_for_years"
            ),
        ),
    ]
