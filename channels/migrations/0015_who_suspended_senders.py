"""Keep in whose power a sender is suspended: what an operator stopped, an operator alone lets go on.

Of those that are suspended the trail tells who did it last. Where it does not, or where an operator asked for it after somebody
else, which left no trace, it counts as the company's.
"""

from django.db import migrations, models
from django.db.models import Q

KNOWN = """
UPDATE channels_sender sender SET suspended_by = COALESCE(
    (
        SELECT CASE
            WHEN event.actor LIKE 'person:%' OR event.actor LIKE 'sender:%' THEN 'COMPANY'
            WHEN event.actor <> 'operator' THEN 'PLATFORM'
            WHEN event.detail ->> 'reason' = 'manager' THEN 'COMPANY'
            WHEN event.detail ->> 'reason' = 'certificate' THEN 'PLATFORM'
            ELSE 'OPERATOR' END
        FROM (
            SELECT DISTINCT ON (detail ->> 'sender') actor, detail FROM evidence_auditevent
            WHERE action = 'sender:state-changed' AND detail ->> 'after' = 'SUSPENDED'
            ORDER BY detail ->> 'sender', id DESC
        ) event
        WHERE event.detail ->> 'sender' = sender.number
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
