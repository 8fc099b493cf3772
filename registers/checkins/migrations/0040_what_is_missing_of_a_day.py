"""Keep what a worker says was not registered of a day. What was told before this was asked says nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0039_answers_to_reports")]
    operations = [
        migrations.AddField(
            model_name="errorreport",
            name="missing",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddConstraint(
            model_name="errorreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("missing", ""),
                    models.Q(("missing__in", ["IN", "OUT", "DAY"]), ("registration__isnull", True)),
                    _connector="OR",
                ),
                name="error_report_says_what_is_missing",
            ),
        ),
    ]
