"""Take from the audit trail since when the accounts are suspended that were taken for suspended since they were activated.

Of one whose suspension the trail does not tell it stays so.
"""

from django.db import migrations

TOLD = """
UPDATE access_entityaccount account SET suspended_at = told.at
FROM (
    SELECT (detail ->> 'entity')::bigint AS entity_id, max(at) AS at FROM evidence_auditevent
    WHERE action = 'account:suspended' GROUP BY detail ->> 'entity'
) told
WHERE told.entity_id = account.entity_id AND account.state = 'SUSPENDED' AND account.suspended_at = account.activated_at;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0018_tasks_that_are_over"),
        ("evidence", "0008_how_senders_stood_at_reception"),
    ]

    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]
