"""Find by its hash alone who handed a document in: the nightly sweep asks so about every file of the shelf."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0034_a_year_ahead_at_most"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="handedinevidence",
            index=models.Index(fields=["sha256"], name="handed_in_evidence_by_hash"),
        ),
    ]
