"""Notice what changed in the register of employments, so that registrations it concerns are validated anew (§2.1)."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from domain.environments import Environment
from registers.checkins.models import SourceMark
from registers.checkins.validating import ask_again

EMPLOYMENTS = "employments"
_RECEPTION_BEFORE_FILING = timedelta(days=2)
"""How long before it was filed a declaration may have been received; what waited longer was an outage of ours."""
_CHANGED = """
    SELECT DISTINCT period.person_id FROM student_days_declaration declaration
    JOIN student_days_period period ON period.id = declaration.period_id
    WHERE declaration.environment = %s AND declaration.received_at >= %s
        AND declaration.filed_at > %s AND declaration.filed_at <= %s AND period.person_id IS NOT NULL
"""


@transaction.atomic
def notice_employments(*, environment: Environment, at: datetime) -> int:
    """Ask for another validation of everyone whose period of work was declared or changed since the last time.

    Return how many persons that are. The first time, only the last two days are looked at.
    """
    mark, _ = SourceMark.objects.select_for_update().get_or_create(
        environment=environment, source=EMPLOYMENTS, defaults={"seen_until": at - _RECEPTION_BEFORE_FILING}
    )
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [str(environment), mark.seen_until - _RECEPTION_BEFORE_FILING, mark.seen_until, at])
        people = [person for (person,) in cursor.fetchall()]
    mark.seen_until = at
    mark.save(update_fields=["seen_until"])
    return ask_again(environment=environment, at=at, person_ids=people)
