"""Keep what a start says of the using employer as declared: its joint commission and its address too.

Periods from before have the number or the name alone; answers about them tell no more.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("student_days", "0021_who_asked_for_a_company"),
    ]

    operations = [
        migrations.AddField("period", "user_firm", models.JSONField(null=True)),
    ]
