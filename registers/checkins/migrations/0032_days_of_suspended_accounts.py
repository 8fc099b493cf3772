"""Ask again about registrations that failed for an account which was taken for suspended before it was.

What 0031 asked, and was answered before it was known since when accounts are suspended, is asked once more.
"""

from django.db import migrations

SUSPENDED = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at, is_of_upgrade)
SELECT entity.environment, '', entity.company_number, NULL::bigint, now(), true
FROM access_entity entity JOIN access_entityaccount account ON account.entity_id = entity.id
WHERE account.state = 'SUSPENDED' AND account.suspended_at > account.activated_at
    AND EXISTS (
        SELECT FROM checkins_presence failed WHERE failed.environment = entity.environment
            AND failed.employer = entity.company_number AND failed.status = 'FAILED' AND failed.next_date IS NULL
            AND 'EMPLOYER_NOT_ACTIVE' = ANY (failed.remarks)
    )
    AND NOT EXISTS (
        SELECT FROM checkins_revalidationrequest waiting WHERE waiting.environment = entity.environment
            AND waiting.employer = entity.company_number AND waiting.is_of_upgrade AND waiting.done_at IS NULL
    );
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0019_suspended_as_the_trail_tells"),
        ("checkins", "0031_days_of_companies"),
    ]

    operations = [migrations.RunSQL(SUSPENDED, migrations.RunSQL.noop)]
