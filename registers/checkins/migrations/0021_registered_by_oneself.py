"""Find for whom somebody registered himself, without looking through what programs brought of him."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0020_capacities_of_earlier_days"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                condition=models.Q(brought_by=""), fields=["person", "employer"], name="presence_by_oneself"
            ),
        ),
    ]
