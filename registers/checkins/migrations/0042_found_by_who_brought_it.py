"""Find by who brought it also what is of a firm abroad, which no company here mandates for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0041_told_how_requests_ended")]
    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                condition=models.Q(("employer__regex", "^[0-9]"), _negated=True),
                fields=["brought_by", "registration_date"],
                name="presence_by_bringer",
            ),
        ),
        migrations.RemoveIndex(model_name="presence", name="presence_without_employer"),
    ]
