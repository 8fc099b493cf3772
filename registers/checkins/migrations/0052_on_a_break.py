"""Find who is on a break now, by work place and by employer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0051_as_many_numbers_as_are_written")]
    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                condition=models.Q(("event_type", "OUT"), ("reason", "BREAK")),
                fields=["work_place", "event_at"],
                name="break_of_work_place",
            ),
        ),
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                condition=models.Q(("event_type", "OUT"), ("reason", "BREAK")),
                fields=["employer", "event_at"],
                name="break_of_employer",
            ),
        ),
    ]
