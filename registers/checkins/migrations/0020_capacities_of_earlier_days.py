"""Have capacities derived of all days, and not of the last 60 alone: the validation goes back day by day from this mark.

Where nothing is registered there is nothing to go back to. No registration lies further ahead than a year.
"""

from django.db import migrations

MARK = """
INSERT INTO checkins_sourcemark (environment, source, seen_until, settled_below)
SELECT environment, 'capacities', now() + interval '367 days', 0 FROM (VALUES ('R'), ('T')) AS kept (environment)
WHERE EXISTS (SELECT FROM checkins_presence) ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0019_kept_for_a_century_at_most"),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
