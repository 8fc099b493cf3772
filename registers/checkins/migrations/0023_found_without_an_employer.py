"""Find by who brought it what a Limosa number alone names, which no employer finds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0022_parts_under_each_contractor"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                condition=models.Q(employer=""),
                fields=["brought_by", "registration_date"],
                name="presence_without_employer",
            ),
        ),
    ]
