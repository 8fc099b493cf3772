"""Drop the index by who brought it, whose place that by the company for which it was brought takes.

Where both were changed at once, nothing is left to drop.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("checkins", "0057_brought_for_whom")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("DROP INDEX IF EXISTS presence_by_bringer", migrations.RunSQL.noop)],
            state_operations=[migrations.RemoveIndex(model_name="presence", name="presence_by_bringer")],
        )
    ]
