"""Let an employer answer an error that a worker told of: how it ended, and a sentence. What was closed before has none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0038_no_month_is_emptied")]
    operations = [
        migrations.AddField(
            model_name="errorreport",
            name="outcome",
            field=models.CharField(blank=True, db_default="", default="", max_length=13),
        ),
        migrations.AddField(
            model_name="errorreport",
            name="answer",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddConstraint(
            model_name="errorreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("outcome", "")),
                    models.Q(
                        ("handled_at__isnull", False),
                        ("outcome__in", ["PUT_RIGHT", "NOTHING_WRONG"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="error_report_is_answered",
            ),
        ),
    ]
