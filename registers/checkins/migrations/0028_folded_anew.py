"""Have the days of persons folded anew that an older fold or a move left, and ask again about all events of the night.

Where a check-in elsewhere and the check-out had one instant, an older fold missed the check-out; who is left of two persons was
given what was written of the other one without its spells made anew. Of a night that went on past midnight, sources are asked
about the day on which its spell began: for every event of it, and whatever they remark of that day.
"""

from django.db import migrations

MARK = """
INSERT INTO checkins_sourcemark (environment, source, seen_until, settled_below)
SELECT environment, 'folds', now(), 0 FROM (VALUES ('R'), ('T')) AS kept (environment)
WHERE EXISTS (SELECT FROM checkins_presence) ON CONFLICT DO NOTHING;
"""
ASK_AGAIN = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at)
SELECT DISTINCT environment, '', '', person_id, now()
FROM checkins_presence failed
WHERE registration_date >= current_date - 60 AND next_date IS NULL AND kind = 'EVENT' AND status = 'FAILED'
    AND remarks && ARRAY[
        'DIMONA_NOT_OK', 'WORK_PLACE_NOT_ACTIVE', 'COMPANY_NOT_IN_WORK_PLACE', 'CONTRACT_NOT_ACTIVE', 'EMPLOYER_NOT_ACTIVE',
        'COMPANY_NOT_EXISTING', 'NOT_THE_FOUNDER', 'EMPLOYER_NOT_FOUNDER', 'SELF_EMPLOYED_NOT_FOUNDER', 'LIMOSA_NOT_ACTIVE',
        'BIS_NOT_ACTIVE_IN_LIMOSA'
    ]::varchar[]
    AND NOT EXISTS (
        SELECT FROM checkins_revalidationrequest waiting WHERE waiting.environment = failed.environment
            AND waiting.person_id = failed.person_id AND waiting.done_at IS NULL
    );
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0027_own_references_of_who_is_left")]
    operations = [migrations.RunSQL(MARK + ASK_AGAIN, migrations.RunSQL.noop)]
