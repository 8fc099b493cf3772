"""Notice what changed in the register of employments, so that registrations it concerns are validated anew (§2.1)."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from domain.environments import Environment
from registers.checkins.models import SourceMark
from registers.checkins.validating import ask_again

EMPLOYMENTS = "employments"
_FILING_BEFORE_COMMIT = timedelta(days=2)
"""How long before a look a declaration may have been filed that is committed after it: no transaction lasts as long."""
_CHANGED = """
    WITH now AS (
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled_below,
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 2147483648 AS beyond
    ), declared AS (
        SELECT DISTINCT period.person_id FROM student_days_declaration declaration
        JOIN student_days_period period ON period.id = declaration.period_id CROSS JOIN now
        WHERE declaration.environment = %(environment)s AND declaration.filed_at >= %(filed_from)s
            AND beyond - ((beyond - declaration.xmin::text::bigint) & 4294967295)
                >= CASE WHEN %(settled_below)s <= now.settled_below THEN %(settled_below)s ELSE 0 END
            AND period.person_id IS NOT NULL
    )
    SELECT now.settled_below, ARRAY(
        SELECT person_id FROM declared
        WHERE EXISTS (SELECT FROM checkins_presence presence WHERE presence.person_id = declared.person_id)
    ) FROM now
"""
"""Who is in declarations whose transaction was not settled at the last look; `beyond` gives their short numbers an epoch.

A mark above the database's own count, as after a restored copy, is none.
"""


@transaction.atomic
def notice_employments(*, environment: Environment, at: datetime) -> int:
    """Ask for another validation of everyone whose period of work was declared or changed since the last time.

    Return how many persons with presences that are; who stands in a transaction that was open at both looks is asked for
    twice. A declaration is noticed once it is committed, however long it had waited to be filed. The first time, only what
    was filed in the last two days is looked at.
    """
    mark, _ = SourceMark.objects.select_for_update().get_or_create(
        environment=environment, source=EMPLOYMENTS, defaults={"seen_until": at}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED,
            {
                "environment": str(environment),
                "filed_from": mark.seen_until - _FILING_BEFORE_COMMIT,
                "settled_below": mark.settled_below,
            },
        )
        mark.settled_below, people = cursor.fetchone()
    mark.seen_until = at
    mark.save(update_fields=["seen_until", "settled_below"])
    return ask_again(environment=environment, at=at, person_ids=people)
