"""Ask again about the last weeks what sources are asked otherwise from now on, as when a source is opened.

Who was registered as posted for a Belgian company needs a period of work; an OUT of the night is of the day of its spell; and a
number that was replaced is looked for by all numbers of its person.
"""

from django.db import migrations

ASK_AGAIN = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at)
SELECT DISTINCT environment, '', '', person_id, now()
FROM checkins_presence
WHERE registration_date >= current_date - 60 AND next_date IS NULL AND (
    status = 'VALIDATED' AND capacity = 'POSTED' AND employer ~ '^[0-9]'
    OR status = 'FAILED' AND event_type = 'OUT' AND 'DIMONA_NOT_OK' = ANY (remarks)
    OR status = 'FAILED' AND remarks && ARRAY['NOT_IN_NATIONAL_REGISTER', 'BIS_NOT_IN_LIMOSA', 'BIS_NOT_ACTIVE_IN_LIMOSA']::varchar[]
);
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0025_nobody_who_is_another")]
    operations = [migrations.RunSQL(ASK_AGAIN, migrations.RunSQL.noop)]
