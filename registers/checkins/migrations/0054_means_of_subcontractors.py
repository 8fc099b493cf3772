"""Find by the subcontractor what others recorded of it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("checkins", "0053_missing_outs_by_work_place")]
    operations = [
        migrations.AddIndex(
            "meansrecord",
            models.Index(
                fields=["environment", "subcontractor"], name="means_of_subcontractor", condition=~Q(subcontractor="")
            ),
        ),
    ]
