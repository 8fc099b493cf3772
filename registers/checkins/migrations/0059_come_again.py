"""Keep which check-in begins the next spell once the first one is given up, and have folded anew whose days knew none.

A nullable column without a default is added at once; the index holds the few who came again and were seen elsewhere since.
"""

from django.db import migrations, models

MARK = """
INSERT INTO checkins_sourcemark (environment, source, seen_until, settled_below)
SELECT environment, 'folds', now(), 0 FROM (VALUES ('R'), ('T')) AS kept (environment)
WHERE EXISTS (SELECT FROM checkins_presence)
ON CONFLICT (environment, source) DO UPDATE SET settled_below = 0;
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0058_found_for_whom")]
    operations = [
        migrations.AddField(model_name="spell", name="again", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                condition=models.Q(("again__isnull", False), ("state", "MISSING_OUT")),
                fields=["last_in_at"],
                name="come_again_by_age",
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
