"""Find by person the few spells that end on a later day than they began: sources are asked for the day of the spell.

Apart from 0060, so that nobody who files waits for the locks of two tables.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual


class Migration(migrations.Migration):
    dependencies = [("checkins", "0060_failed_by_day")]
    operations = [
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                fields=["person", "work_date"],
                name="night_spell_of_person",
                condition=models.Q(state="OPEN")
                | models.Q(
                    GreaterThanOrEqual(
                        Coalesce("ended_at", "last_in_at"),
                        models.Func(
                            "work_date",
                            template="((%(expressions)s + 1)::timestamp AT TIME ZONE 'Europe/Brussels')",
                            output_field=models.DateTimeField(),
                        ),
                    )
                ),
            ),
        ),
    ]
