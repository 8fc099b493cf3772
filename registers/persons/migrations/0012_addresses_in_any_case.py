"""Find whoever is reached at a mail address whatever its capital letters; nobody asks for it as it is written any more."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0011_index_merged_alone"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="persondetails",
            index=models.Index(
                "environment", Lower("email"), condition=~models.Q(email=""), name="persons_by_any_email"
            ),
        ),
        migrations.RemoveIndex(model_name="persondetails", name="persons_by_email"),
    ]
