"""Find what failed of a company or work place in the order of its days: of a large one it was sorted for each part of it.

The indexes of before go in the same transaction: nobody reads the registrations until both new ones are made, and where one is not,
those of before are there still.
"""

from django.db import migrations, models

_FAILED = models.Q(status="FAILED")


class Migration(migrations.Migration):
    dependencies = [("checkins", "0059_come_again")]
    operations = [
        migrations.RemoveIndex(model_name="presence", name="failed_of_work_place"),
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                fields=["work_place", "registration_date", "number"], name="failed_of_work_place", condition=_FAILED
            ),
        ),
        migrations.RemoveIndex(model_name="presence", name="failed_of_employer"),
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                fields=["employer", "registration_date", "number"], name="failed_of_employer", condition=_FAILED
            ),
        ),
    ]
