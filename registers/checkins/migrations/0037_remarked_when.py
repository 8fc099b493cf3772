"""Keep when another event last remarked something on a presence, so that the verdict after it is told as the later one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0036_what_ended_stays")]
    operations = [
        migrations.AddField(
            model_name="presence",
            name="remarked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
