"""Ask again about registrations that were judged before a Dimona was filed that had waited for more than two days.

0031 asked about those that failed for want of one. A late end or cancellation makes others wrong that were found right, and
none of them was noticed. Two days are left for what was filed while a registration was judged.
"""

from django.db import migrations

LATE_FILINGS = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at, is_of_upgrade)
SELECT DISTINCT period.environment, '', '', period.person_id, now(), true
FROM student_days_periodversion version JOIN student_days_period period ON period.id = version.period_id
WHERE version.filed_at > version.received_at + interval '2 days'
    AND (EXISTS (
        SELECT FROM checkins_presence judged WHERE judged.person_id = period.person_id AND judged.status = 'VALIDATED'
            AND judged.next_date IS NULL AND judged.registration_date >= current_date - 60
            AND judged.validated_at < version.filed_at + interval '2 days'
    ) OR EXISTS (
        SELECT FROM checkins_presence judged WHERE judged.person_id = period.person_id AND judged.status = 'FAILED'
            AND judged.next_date IS NULL AND judged.validated_at < version.filed_at + interval '2 days'
    ))
    AND NOT EXISTS (
        SELECT FROM checkins_revalidationrequest waiting WHERE waiting.environment = period.environment
            AND waiting.person_id = period.person_id AND waiting.done_at IS NULL
    );
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0032_days_of_suspended_accounts"),
        ("student_days", "0023_declarations_by_filing"),
    ]

    operations = [migrations.RunSQL(LATE_FILINGS, migrations.RunSQL.noop)]
