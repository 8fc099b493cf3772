"""Find the day presences of a work place and of an employer without looking through the day's check-ins."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0012_many_versions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                fields=["work_place", "registration_date"], name="day_of_work_place", condition=Q(kind="DAY")
            ),
        ),
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                fields=["employer", "registration_date"], name="day_of_employer", condition=Q(kind="DAY")
            ),
        ),
    ]
