"""Have the days of persons folded anew whose check-out, after a check-in elsewhere, an older fold took for one of nothing."""

from django.db import migrations

MARK = """
INSERT INTO checkins_sourcemark (environment, source, seen_until, settled_below)
SELECT environment, 'folds', now(), 0 FROM (VALUES ('R'), ('T')) AS kept (environment)
WHERE EXISTS (SELECT FROM checkins_presence)
ON CONFLICT (environment, source) DO UPDATE SET settled_below = 0;
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0044_found_by_one_index")]
    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
