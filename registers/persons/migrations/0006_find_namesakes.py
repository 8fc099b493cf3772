from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0005_kinds_of_numbers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="persondetails",
            index=models.Index(Upper("family_name"), name="persons_by_any_case"),
        ),
    ]
