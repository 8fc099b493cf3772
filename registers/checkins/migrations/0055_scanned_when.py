"""Note when a scanner looked through a document that proves a correction; of those of before nothing says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0054_means_of_subcontractors")]
    operations = [
        migrations.AddField("correctionevidence", "scanned_at", models.DateTimeField(null=True)),
        migrations.AddField("handedinevidence", "scanned_at", models.DateTimeField(null=True)),
    ]
