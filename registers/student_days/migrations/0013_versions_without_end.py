"""Count more versions of a period and of a daily registration than one file could make: 32,767 were too few."""

from django.db import migrations, models

HIDE_LEDGER = "DROP VIEW student_days_quotaentry;"
SHOW_LEDGER = """
CREATE VIEW student_days_quotaentry AS
SELECT p.environment, p.person_id, extract(year FROM p.starting_date)::smallint AS year, v.period_id,
    v.number AS version, v.reason, v.planned, v.granted, v.planned - v.granted - v.neutralised AS exceeding, v.change,
    v.received_at, v.filed_at
FROM student_days_periodversion v JOIN student_days_period p ON p.id = v.period_id
WHERE p.worker_type = 'STU';
"""


class Migration(migrations.Migration):
    dependencies = [("student_days", "0012_students_to_tell")]

    operations = [
        migrations.RunSQL(HIDE_LEDGER, migrations.RunSQL.noop),
        migrations.AlterField("period", "version", models.PositiveIntegerField(default=1)),
        migrations.AlterField("periodversion", "number", models.PositiveIntegerField()),
        migrations.AlterField("dailyregistration", "version", models.PositiveIntegerField(default=1)),
        migrations.AlterField("dailyregistrationversion", "number", models.PositiveIntegerField()),
        migrations.RunSQL(SHOW_LEDGER, migrations.RunSQL.noop),
    ]
