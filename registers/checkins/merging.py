"""Give the presences of a person who turned out to be another one to that one (student declarations §4.3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from domain.checkins.limits import CheckInLimits
from domain.checkins.vocabulary import CorrectionState
from domain.environments import Environment
from registers.checkins.keeping_papers import ACTOR
from registers.checkins.locking import lock_and_number
from registers.checkins.means_records import give_means
from registers.checkins.models import Correction, ErrorReport
from registers.checkins.rebuilding import rebuild_person

_MOVE = """
    UPDATE checkins_presence moved SET person_id = %(kept)s,
        slot = CASE WHEN moved.slot = 0 AND EXISTS (
            SELECT FROM checkins_presence own WHERE own.person_id = %(kept)s AND own.slot = 0
                AND own.registration_date = moved.registration_date
                AND own.event_at IS NOT DISTINCT FROM moved.event_at AND own.event_type = moved.event_type
                AND own.employer = moved.employer AND own.work_place = moved.work_place
        ) THEN moved.number * 100 + moved.version ELSE moved.slot END
    WHERE moved.person_id = %(absorbed)s
"""
_MOVE_SPELLS = "UPDATE checkins_spell SET person_id = %(kept)s WHERE person_id = %(absorbed)s"
_MOVE_REFERENCES = """
    UPDATE checkins_bringerreference moved SET bringer = %(kept)s
    WHERE moved.environment = %(environment)s AND moved.bringer = %(absorbed)s AND NOT EXISTS (
        SELECT FROM checkins_bringerreference own WHERE own.environment = moved.environment
            AND own.bringer = %(kept)s AND own.reference = moved.reference
    )
"""
_MOVE_DOCUMENTS = """
    UPDATE checkins_handedinevidence moved SET owner = %(kept)s
    WHERE moved.environment = %(environment)s AND moved.owner = %(absorbed)s AND NOT EXISTS (
        SELECT FROM checkins_handedinevidence own WHERE own.environment = moved.environment
            AND own.owner = %(kept)s AND own.sha256 = moved.sha256
    )
"""


@dataclass(frozen=True, slots=True)
class GivenPresences:
    """How many versions of registrations were moved."""

    moved: int


def give_presences(
    *, of: int, to: int, environment: Environment, limits: CheckInLimits, at: datetime
) -> GivenPresences:
    """Move all that is known of one person to the other, in the running transaction.

    The numbers under which it was registered stay beside it. What both had alike stays twice, the one that moved without
    its place: a repeat finds the other. The days of both are folded anew. Of references that he gave himself and documents
    that he handed in, those of the person who is left stay where both have one. What he asked for under his other number and
    waits, he asked for himself: he does not decide on it.
    """
    lock_and_number({of, to})
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"kept": to, "absorbed": of})
        moved = cursor.rowcount
    Correction.objects.filter(person_id=of).update(person_id=to)
    pending = Correction.objects.filter(
        environment=environment, state__in=[one for one in CorrectionState if one.is_pending]
    )
    pending.filter(asked_by=f"person:{of}").update(asked_by=f"person:{to}")
    ErrorReport.objects.filter(person_id=of).update(person_id=to)
    give_means(of=of, to=to, environment=environment, actor=ACTOR, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_SPELLS, {"kept": to, "absorbed": of})
        own = {"environment": str(environment), "kept": f"person:{to}", "absorbed": f"person:{of}"}
        for statement in (_MOVE_REFERENCES, _MOVE_DOCUMENTS):
            cursor.execute(statement, own)
    if moved:
        rebuild_person(to, environment=environment, limits=limits, at=at)
    return GivenPresences(moved)
