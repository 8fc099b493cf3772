"""Tell national and bis numbers from those of posted workers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0004_details_of_persons"),
    ]

    operations = [
        migrations.AddField(
            model_name="personidentifier",
            name="kind",
            field=models.CharField(
                choices=[("INSZ", "Insz"), ("LIMOSA", "Limosa")], db_default="INSZ", default="INSZ", max_length=6
            ),
        ),
        migrations.AddConstraint(
            model_name="personidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["INSZ", "LIMOSA"])), name="person_identifier_kind_known"
            ),
        ),
    ]
