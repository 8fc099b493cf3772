"""Let the rule of a sector reach a year ahead at most: every month until there is made, and each has its tables and indexes."""

from django.db import migrations, models

BOUND = "UPDATE checkins_sectorrule SET days_ahead = 366 WHERE days_ahead > 366"


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0033_right_before_a_late_filing"),
    ]

    operations = [
        migrations.RunSQL(BOUND, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="sectorrule",
            constraint=models.CheckConstraint(
                condition=models.Q(days_ahead__range=(0, 366)), name="sector_rule_a_year_ahead"
            ),
        ),
    ]
