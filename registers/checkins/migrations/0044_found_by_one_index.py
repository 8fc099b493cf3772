"""Drop the index of what is of nobody, which lies within that of whoever brought it.

Where both were changed at once, nothing is left to drop.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("checkins", "0043_corrections_by_registration")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX IF EXISTS presence_without_employer", migrations.RunSQL.noop)
            ],
            state_operations=[migrations.RemoveIndex(model_name="presence", name="presence_without_employer")],
        )
    ]
