"""Keep since when the account of a company was suspended the last time, and when it was resumed: other registers judge by the day.

An account that is suspended now is taken for suspended since it was activated, as before; 0019 asks the audit trail.
"""

from django.db import migrations, models
from django.db.models import Q

KNOWN = "UPDATE access_entityaccount SET suspended_at = activated_at WHERE state = 'SUSPENDED';"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0016_no_numbers_in_findings"),
    ]

    operations = [
        migrations.AddField("entityaccount", "suspended_at", models.DateTimeField(null=True)),
        migrations.AddField("entityaccount", "resumed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "entityaccount",
            models.CheckConstraint(
                condition=~Q(state="SUSPENDED") | Q(suspended_at__isnull=False, resumed_at__isnull=True),
                name="suspended_account_was_suspended",
            ),
        ),
    ]
