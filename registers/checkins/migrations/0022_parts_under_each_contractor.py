"""Let a company have a part in a work place under each company that gave it work, from the same day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0021_registered_by_oneself"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="workplaceparty", name="party_once_from_a_day"),
        migrations.AddConstraint(
            model_name="workplaceparty",
            constraint=models.UniqueConstraint(
                fields=["work_place", "enterprise", "role", "parent", "valid_from"],
                name="party_once_from_a_day",
                nulls_distinct=False,
            ),
        ),
    ]
