"""Note with each report of an error which company is to answer it: the employer, or who brought what is of no company here."""

from django.db import migrations, models

TOLD = """
UPDATE checkins_errorreport report SET company = CASE WHEN employer ~ '^[0-9]' THEN employer ELSE coalesce((
    SELECT brought_by FROM checkins_presence came
    WHERE came.environment = report.environment AND came.number = report.registration AND came.person_id = report.person_id
        AND came.next_date IS NULL
), (
    SELECT brought_by FROM checkins_presence came
    WHERE report.registration IS NULL AND came.environment = report.environment AND came.person_id = report.person_id
        AND came.employer = report.employer AND came.work_place = report.work_place AND came.brought_by <> ''
        AND came.registration_date BETWEEN report.registration_date - 31 AND report.registration_date + 31
    ORDER BY came.registration_date DESC, came.number DESC LIMIT 1
), '') END;
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0046_means_are_kept")]
    operations = [
        migrations.AddField(
            model_name="errorreport",
            name="company",
            field=models.CharField(blank=True, db_default="", default="", max_length=15),
        ),
        migrations.RemoveIndex(model_name="errorreport", name="error_report_of_employer"),
        migrations.AddIndex(
            model_name="errorreport",
            index=models.Index(fields=["environment", "company", "reported_at"], name="error_report_of_company"),
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
