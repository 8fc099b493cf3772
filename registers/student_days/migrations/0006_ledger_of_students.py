"""Show in the ledger of contingents the periods of students alone, now that others may plan hours too."""

from django.db import migrations

LEDGER = """
CREATE OR REPLACE VIEW student_days_quotaentry AS
SELECT p.environment, p.person_id, extract(year FROM p.starting_date)::smallint AS year, v.period_id,
    v.number AS version, v.reason, v.planned, v.granted, v.planned - v.granted - v.neutralised AS exceeding, v.change,
    v.received_at, v.filed_at
FROM student_days_periodversion v JOIN student_days_period p ON p.id = v.period_id
WHERE p.worker_type = 'STU';
"""


class Migration(migrations.Migration):
    dependencies = [("student_days", "0005_large_references")]

    operations = [migrations.RunSQL(LEDGER, migrations.RunSQL.noop)]
