"""Ask again about registrations that failed for a company which ended or was suspended later, or whose Dimona was filed late.

A company that ended, or was suspended, made wrong what had been registered for it before; a declaration that had waited more
than two days until it was filed was not noticed.
"""

from django.db import migrations

COMPANIES = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at, is_of_upgrade)
SELECT DISTINCT entity.environment, '', entity.company_number, NULL::bigint, now(), true
FROM access_entity entity LEFT JOIN access_entityaccount account ON account.entity_id = entity.id
WHERE (entity.state <> 'ACTIVE' OR entity.valid_until IS NOT NULL OR account.state IN ('SUSPENDED', 'CLOSED'))
    AND EXISTS (
        SELECT FROM checkins_presence failed WHERE failed.environment = entity.environment
            AND failed.employer = entity.company_number AND failed.status = 'FAILED' AND failed.next_date IS NULL
            AND 'EMPLOYER_NOT_ACTIVE' = ANY (failed.remarks)
    );
"""
LATE_FILINGS = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at, is_of_upgrade)
SELECT DISTINCT failed.environment, '', '', failed.person_id, now(), true
FROM checkins_presence failed JOIN student_days_period period ON period.person_id = failed.person_id
    JOIN student_days_periodversion version ON version.period_id = period.id
WHERE failed.registration_date >= current_date - 60 AND failed.status = 'FAILED' AND failed.next_date IS NULL
    AND failed.remarks && ARRAY['DIMONA_NOT_OK']::varchar[]
    AND version.filed_at > version.received_at + interval '2 days';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0017_since_when_accounts_are_suspended"),
        ("checkins", "0030_upgrades_wait"),
        ("student_days", "0023_declarations_by_filing"),
    ]
    operations = [migrations.RunSQL(COMPANIES + LATE_FILINGS, migrations.RunSQL.noop)]
