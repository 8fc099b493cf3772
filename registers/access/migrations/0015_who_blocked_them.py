"""Keep in whose power users and managers are blocked: what an operator blocked, an operator alone takes back.

Of those that are blocked their history tells who did it: the first change since they were last in another state, since later ones
(sessions ended, a lock lifted, a manager gone) repeat the state that there is. Where it does not tell, or where an operator asked for it
after somebody else, which left no trace, it counts as the company's.
"""

from django.db import migrations, models
from django.db.models import Q

KNOWN = """
UPDATE {table} blocked SET blocked_by = COALESCE(
    (
        SELECT CASE
            WHEN change.actor LIKE 'person:%' OR change.actor LIKE 'sender:%' THEN 'COMPANY'
            WHEN change.actor <> 'operator' THEN 'PLATFORM'
            ELSE 'OPERATOR' END
        FROM access_standingchange change
        WHERE change.{key} = blocked.id AND change.state = 'BLOCKED' AND change.id > COALESCE(
            (SELECT max(id) FROM access_standingchange WHERE {key} = blocked.id AND state <> 'BLOCKED'), 0
        )
        ORDER BY change.id LIMIT 1
    ),
    'COMPANY'
)
WHERE state = 'BLOCKED';
"""
SETTLED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
BY_SOMEBODY = Q(blocked_by__in=["COMPANY", "PLATFORM", "OPERATOR"])


def known(table: str, key: str) -> migrations.RunSQL:
    return migrations.RunSQL(KNOWN.format(table=table, key=key), migrations.RunSQL.noop)


def by_whom(over: str, name: str) -> models.CheckConstraint:
    kept = Q(state__in=["BLOCKED", over]) & BY_SOMEBODY
    return models.CheckConstraint(condition=kept | (~Q(state="BLOCKED") & Q(blocked_by="")), name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_rights_of_retired_senders"),
    ]

    operations = [
        migrations.AddField(
            "appointment", "blocked_by", models.CharField(blank=True, db_default="", default="", max_length=8)
        ),
        migrations.AddField(
            "useraccount", "blocked_by", models.CharField(blank=True, db_default="", default="", max_length=8)
        ),
        known("access_appointment", "appointment_id"),
        known("access_useraccount", "account_id"),
        migrations.RunSQL(SETTLED, migrations.RunSQL.noop),
        migrations.AddConstraint("appointment", by_whom("ENDED", "blocked_appointment_by_whom")),
        migrations.AddConstraint("useraccount", by_whom("REMOVED", "blocked_account_by_whom")),
    ]
