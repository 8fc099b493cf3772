"""Find by work place whose check-out is missing: a list for an evacuation asks it.

Apart from 0052, so that nobody who files waits for the locks of two tables.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0052_on_a_break")]
    operations = [
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                condition=models.Q(("state", "MISSING_OUT")),
                fields=["work_place", "work_date"],
                name="missing_out_of_work_place",
            ),
        ),
    ]
