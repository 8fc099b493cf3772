"""Find by who brought it also what is of a firm abroad, which no company here mandates for.

The index that it takes the place of goes in a migration of its own: a backup keeps that out, and would have all built anew.
"""

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
    ]
