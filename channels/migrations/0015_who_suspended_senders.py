"""Keep in whose power a sender is suspended: what an operator stopped, an operator alone lets go on.

Of those that are suspended the trail tells who did it last. Where it does not, or where an operator asked for it after somebody
else, which left no trace, it counts as the company's.
"""

from django.db import migrations, models
from django.db.models import Q

KNOWN = """
WITH last AS MATERIALIZED (
    SELECT DISTINCT ON (detail ->> 'sender') detail ->> 'sender' AS number, actor, detail ->> 'reason' AS reason
    FROM evidence_auditevent
    WHERE action = 'sender:state-changed' AND detail ->> 'after' = 'SUSPENDED'
    ORDER BY detail ->> 'sender', id DESC
)
UPDATE channels_sender sender SET suspended_by = COALESCE(
    (
        SELECT CASE
            WHEN last.actor LIKE 'person:%' OR last.actor LIKE 'sender:%' THEN 'COMPANY'
            WHEN last.actor <> 'operator' THEN 'PLATFORM'
            WHEN last.reason = 'manager' THEN 'COMPANY'
            WHEN last.reason = 'certificate' THEN 'PLATFORM'
            ELSE 'OPERATOR' END
        FROM last WHERE last.number = sender.number
    ),
    'COMPANY'
)
WHERE state = 'SUSPENDED';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
BY_SOMEBODY = Q(suspended_by__in=["COMPANY", "PLATFORM", "OPERATOR"])


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0014_senders_left_behind"),
        ("evidence", "0008_how_senders_stood_at_reception"),
    ]

    operations = [
        migrations.AddField(
            "sender", "suspended_by", models.CharField(blank=True, db_default="", default="", max_length=8)
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "sender",
            models.CheckConstraint(
                condition=(Q(state="SUSPENDED") & BY_SOMEBODY) | (~Q(state="SUSPENDED") & Q(suspended_by="")),
                name="suspended_sender_by_whom",
            ),
        ),
    ]
